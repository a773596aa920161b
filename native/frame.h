/*
 * Frames of the wire: the length of a message as a minimal varint, then the message. The same rules as
 * src/wire/frame.ts: the length is checked before it is waited for; a prefix of more than five bytes or
 * with needless zero groups is refused, so that one sequence of frames has one encoding.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The largest message that any channel carries, without its prefix. */
#define FRAME_MAX 131072
#define FRAME_PREFIX_MAX 5

/*
 * Splits a byte stream into frames; owns nothing but the caller's buffer, whose capacity bounds the length
 * of a frame: FRAME_PREFIX_MAX bytes more than the longest message the channel may carry.
 */
struct frame_reader {
    uint8_t *buffer;
    size_t capacity, start, end;
};

/*
 * One read(2), repeated only when a signal interrupts it. The number of bytes read, 0 at the end of the
 * file, -EAGAIN, another negative errno, or -ENOBUFS when the buffer is full: then frame_reader_next() has
 * frames, or has refused what is in it. Moves what is in the buffer: bodies handed out before are gone.
 */
int frame_reader_read(struct frame_reader *reader, int fd);

/*
 * 1 and a frame, whose body is valid until the next read; 0 when more bytes are needed; -EMSGSIZE when the
 * frame is longer than FRAME_MAX or than the buffer; -EBADMSG when its prefix is not a minimal varint.
 * After an error nothing in the stream can be understood, and each further call returns it again.
 */
int frame_reader_next(struct frame_reader *reader, const uint8_t **ret_body, size_t *ret_size);

/* Bytes of an unfinished frame; when the stream ends and this is not 0, its end was cut off. */
size_t frame_reader_pending(const struct frame_reader *reader);

/* Writes the prefix of a message of size bytes and returns its length. */
size_t frame_prefix(uint8_t out[static FRAME_PREFIX_MAX], uint32_t size);
