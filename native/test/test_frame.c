#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "../frame.h"
#include "test.h"

static const char *verdict_of(int r, const struct frame_reader *reader)
{
    if (r == -EMSGSIZE)
        return "frameTooLong";
    if (r == -EBADMSG)
        return "prefixInvalid";
    if (r != 0)
        return "unexpected";
    return frame_reader_pending(reader) > 0 ? "truncated" : "ok";
}

/* Checks a body against the next of the comma-separated bodies, and moves on to the one after it. */
static bool is_next(const char **expected, const uint8_t *body, size_t size)
{
    uint8_t wanted[1024];
    size_t digits = strcspn(*expected, ",");

    if (digits == 0)
        return false;
    size_t count = test_from_hex(*expected, digits, wanted, sizeof wanted);
    *expected += digits;
    *expected += **expected == ',';
    return count == size && memcmp(wanted, body, size) == 0;
}

/* Sends the stream in pieces of `step` bytes and reads it; every frame must be the expected one. */
static void check_stream(const struct vector *vector, size_t step)
{
    static uint8_t buffer[FRAME_MAX + FRAME_PREFIX_MAX];
    struct frame_reader reader = {.buffer = buffer, .capacity = sizeof buffer};
    const char *expected = vector->rest;
    const uint8_t *body;
    size_t size;
    int ends[2], r = 0;

    CHECK(pipe2(ends, O_CLOEXEC) == 0);
    for (size_t sent = 0; r == 0 && sent < vector->size;) {
        size_t count = vector->size - sent < step ? vector->size - sent : step;
        CHECK(write(ends[1], vector->bytes + sent, count) == (ssize_t)count);
        sent += count;
        CHECK(frame_reader_read(&reader, ends[0]) == (int)count);
        while ((r = frame_reader_next(&reader, &body, &size)) == 1)
            CHECK(is_next(&expected, body, size));
    }
    CHECK(strcmp(verdict_of(r, &reader), vector->verdict) == 0);
    CHECK(*expected == '\0');
    CHECK(r == 0 || frame_reader_next(&reader, &body, &size) == r);
    close(ends[1]);
    CHECK(r < 0 || frame_reader_read(&reader, ends[0]) == 0);
    close(ends[0]);
}

static void check_vector(const struct vector *vector)
{
    test_case("frame", vector->name);
    for (size_t step = 1; step <= vector->size + 1; step++)
        check_stream(vector, step);
}

static void reads_without_blocking(void)
{
    uint8_t buffer[64];
    struct frame_reader reader = {.buffer = buffer, .capacity = sizeof buffer};
    int ends[2];

    test_case("frame", "an empty non-blocking pipe is EAGAIN");
    CHECK(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    CHECK(frame_reader_read(&reader, ends[0]) == -EAGAIN);
    close(ends[0]);
    close(ends[1]);
    test_case("frame", "a closed descriptor is EBADF");
    CHECK(frame_reader_read(&reader, ends[0]) == -EBADF);
}

static void bounds_by_buffer(void)
{
    uint8_t buffer[8];
    struct frame_reader reader = {.buffer = buffer, .capacity = sizeof buffer};
    const uint8_t *body;
    size_t size;

    test_case("frame", "a frame fills the buffer to its last byte");
    memset(buffer, 7, sizeof buffer);
    reader.end = 8;
    CHECK(frame_reader_next(&reader, &body, &size) == 1 && size == 7);

    test_case("frame", "a frame longer than the buffer is refused, not waited for");
    reader = (struct frame_reader){.buffer = buffer, .capacity = sizeof buffer, .end = 1};
    buffer[0] = 8;
    CHECK(frame_reader_next(&reader, &body, &size) == -EMSGSIZE);

    test_case("frame", "a full buffer is not read into");
    reader = (struct frame_reader){.buffer = buffer, .capacity = sizeof buffer, .end = 8};
    CHECK(frame_reader_read(&reader, -1) == -ENOBUFS);
}

static void keeps_what_is_pending(void)
{
    uint8_t buffer[16];
    struct frame_reader reader = {.buffer = buffer, .capacity = sizeof buffer};
    const uint8_t *body;
    size_t size;
    int ends[2];

    test_case("frame", "an unfinished frame moves to the front before the next read");
    CHECK(pipe2(ends, O_CLOEXEC) == 0);
    for (int round = 0; round < 50; round++) {
        /* 11 bytes of frames against a buffer of 16: every place in it is a start once. */
        CHECK(write(ends[1],
                    "\x04"
                    "abcd"
                    "\x05"
                    "efghi",
                    11) == 11);
        size_t taken = 0;
        while (taken < 2) {
            int r = frame_reader_next(&reader, &body, &size);
            if (r == 0)
                CHECK(frame_reader_read(&reader, ends[0]) > 0);
            if (r == 1)
                CHECK(memcmp(body, taken++ ? "efghi" : "abcd", size) == 0 && size >= 4);
            CHECK(r >= 0);
            if (r < 0)
                return;
        }
    }
    CHECK(frame_reader_pending(&reader) == 0);
    close(ends[0]);
    close(ends[1]);
}

static void writes_prefixes(void)
{
    static const uint32_t sizes[] = {0, 1, 127, 128, 16383, 16384, 65536, FRAME_MAX};
    static uint8_t buffer[FRAME_MAX + FRAME_PREFIX_MAX];
    const uint8_t *body;
    size_t size;

    test_case("frame", "a prefix that was written is read back");
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        size_t prefix = frame_prefix(buffer, sizes[i]);
        struct frame_reader reader = {
            .buffer = buffer, .capacity = sizeof buffer, .end = prefix + sizes[i]};
        CHECK(frame_reader_next(&reader, &body, &size) == 1);
        CHECK(size == sizes[i] && body == buffer + prefix && frame_reader_pending(&reader) == 0);
    }
    CHECK(frame_prefix(buffer, UINT32_MAX) == 5 && memcmp(buffer, "\xff\xff\xff\xff\x0f", 5) == 0);
}

void test_frame(void)
{
    test_vectors("frames.txt", check_vector);
    reads_without_blocking();
    bounds_by_buffer();
    keeps_what_is_pending();
    writes_prefixes();
}
