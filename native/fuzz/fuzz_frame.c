/*
 * Frames of any byte stream, split in any way: the same frames and the same verdict as in one piece, no
 * access outside the buffer. The first byte seeds the splits and chooses the size of the buffer.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../frame.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What a stream comes to: a running hash of all bodies, how many there were, and how it ended. */
struct reading {
    uint64_t hash;
    size_t frames;
    int verdict;
};

static void require(bool holds)
{
    if (!holds)
        abort();
}

static void take(struct frame_reader *reader, struct reading *reading)
{
    const uint8_t *body;
    size_t size;

    while ((reading->verdict = frame_reader_next(reader, &body, &size)) == 1) {
        require(size <= FRAME_MAX && body >= reader->buffer &&
                body + size <= reader->buffer + reader->capacity);
        reading->frames++;
        reading->hash = reading->hash * 31 + size;
        for (size_t i = 0; i < size; i++)
            reading->hash = reading->hash * 31 + body[i];
    }
}

static struct reading read_split(const uint8_t *data, size_t size, size_t capacity, unsigned seed)
{
    struct frame_reader reader = {.buffer = malloc(capacity), .capacity = capacity};
    struct reading reading = {0};
    int ends[2];

    require(reader.buffer && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    for (size_t sent = 0; reading.verdict == 0 && sent < size;) {
        /* A linear congruence: the same input splits in the same way on each run. */
        seed = seed * 1103515245U + 12345U;
        size_t count = 1 + (seed >> 16) % 64;
        count = count < size - sent ? count : size - sent;
        require(send(ends[1], data + sent, count, 0) == (ssize_t)count);
        sent += count;
        for (size_t left = count; left > 0 && reading.verdict == 0;) {
            int n = frame_reader_read(&reader, ends[0]);
            /* A reader that asks for more always has room for it. */
            require(n > 0);
            left -= (size_t)n;
            take(&reader, &reading);
        }
    }
    if (reading.verdict == 0 && frame_reader_pending(&reader) > 0)
        reading.verdict = 2;
    close(ends[0]);
    close(ends[1]);
    free(reader.buffer);
    return reading;
}

static struct reading read_whole(const uint8_t *data, size_t size, size_t capacity)
{
    /* As if all had come in one read: a buffer that holds it, under the limit of the smaller one. */
    size_t room = size > capacity ? size : capacity;
    uint8_t *buffer = malloc(room);
    struct reading reading = {0};
    size_t start = 0;

    require(buffer != NULL);
    memcpy(buffer, data, size);
    while (start < size) {
        size_t window = size - start < capacity ? size - start : capacity;
        struct frame_reader reader = {
            .buffer = buffer + start, .capacity = capacity, .end = window};
        const uint8_t *body;
        size_t length;
        reading.verdict = frame_reader_next(&reader, &body, &length);
        if (reading.verdict != 1)
            break;
        reading.frames++;
        reading.hash = reading.hash * 31 + length;
        for (size_t i = 0; i < length; i++)
            reading.hash = reading.hash * 31 + body[i];
        start += reader.start;
    }
    if (reading.verdict == 1)
        reading.verdict = 0;
    if (reading.verdict == 0 && start < size)
        reading.verdict = 2;
    free(buffer);
    return reading;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t capacity = data[0] & 1 ? FRAME_MAX + FRAME_PREFIX_MAX : 128;
    struct reading split = read_split(data + 1, size - 1, capacity, data[0]);
    struct reading whole = read_whole(data + 1, size - 1, capacity);
    require(split.frames == whole.frames && split.hash == whole.hash &&
            split.verdict == whole.verdict);
    return 0;
}
