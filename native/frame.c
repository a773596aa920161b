#include "frame.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

int frame_reader_read(struct frame_reader *reader, int fd)
{
    size_t pending = reader->end - reader->start;

    if (reader->start > 0) {
        memmove(reader->buffer, reader->buffer + reader->start, pending);
        reader->start = 0;
        reader->end = pending;
    }
    if (reader->end == reader->capacity)
        return -ENOBUFS;
    ssize_t n = RETRY(read(fd, reader->buffer + reader->end, reader->capacity - reader->end));
    if (n < 0)
        return -errno;
    reader->end += (size_t)n;
    return (int)n;
}

/* Prefix and its length: 1 when it is complete, 0 when more bytes are needed, or -EBADMSG, -EMSGSIZE. */
static int read_prefix(const uint8_t *bytes, size_t count, uint64_t *ret_value, size_t *ret_length)
{
    uint64_t value = 0;

    for (size_t i = 0; i < count; i++) {
        value |= (uint64_t)(bytes[i] & 0x7f) << (7 * i);
        /* At the first byte that says so, as in TypeScript: waiting for the rest could take for ever. */
        if (value > FRAME_MAX)
            return -EMSGSIZE;
        if (bytes[i] < 0x80) {
            if (bytes[i] == 0 && i > 0)
                return -EBADMSG;
            *ret_value = value;
            *ret_length = i + 1;
            return 1;
        }
        if (i + 1 == FRAME_PREFIX_MAX)
            return -EBADMSG;
    }
    return 0;
}

int frame_reader_next(struct frame_reader *reader, const uint8_t **ret_body, size_t *ret_size)
{
    size_t pending = reader->end - reader->start;
    size_t prefix;
    uint64_t size;
    int r = read_prefix(reader->buffer + reader->start, pending, &size, &prefix);

    if (r <= 0)
        return r;
    if (prefix + size > reader->capacity)
        return -EMSGSIZE;
    if (prefix + size > pending)
        return 0;
    *ret_body = reader->buffer + reader->start + prefix;
    *ret_size = (size_t)size;
    reader->start += prefix + (size_t)size;
    return 1;
}

size_t frame_reader_pending(const struct frame_reader *reader)
{
    return reader->end - reader->start;
}

size_t frame_prefix(uint8_t out[static FRAME_PREFIX_MAX], uint32_t size)
{
    size_t length = 0;

    while (size >= 0x80) {
        out[length++] = (uint8_t)(size | 0x80);
        size >>= 7;
    }
    out[length++] = (uint8_t)size;
    return length;
}
