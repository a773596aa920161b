#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "fd.h"
#include "frame.h"

/* One wake-up of the supervisor costs 50-150 us, so small writes wait this long for company or for the end of the job. */
#define COALESCE_US 2000

uint64_t relay_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* Until the supervisor takes more. The job's end is not kept waiting by a supervisor that is busy. */
static int wait_for_supervisor(struct relay *relay)
{
    struct pollfd polls[] = {{.fd = relay->supervisor, .events = POLLOUT},
                             {.fd = relay->job, .events = POLLIN}};

    if (RETRY(ppoll(polls, 2, NULL, NULL)) < 0)
        return -errno;
    if (polls[1].revents)
        relay_job_ended(relay);
    return 0;
}

void relay_job_ended(struct relay *relay)
{
    if (relay->job < 0)
        return;
    relay->job = -1;
    relay->on_job_end();
}

int relay_send(struct relay *relay)
{
    static uint8_t buffer[FRAME_MAX];
    size_t size, sent = 0;
    int r = codec_encode_from_init(&relay->message, buffer, sizeof buffer, &size);

    while (r == 0 && sent < size) {
        ssize_t n = RETRY(write(relay->supervisor, buffer + sent, size - sent));
        if (n >= 0)
            sent += (size_t)n;
        else
            r = errno == EAGAIN ? wait_for_supervisor(relay) : -errno;
    }
    return r;
}

static int send_stream(struct relay *relay, broodbox_Stream which)
{
    struct stream *stream = &relay->streams[which];

    if (stream->length == 0)
        return 0;
    relay->message.which_body = broodbox_FromInit_output_tag;
    relay->message.body.output.stream = which;
    relay->message.body.output.data.size = (pb_size_t)stream->length;
    memcpy(relay->message.body.output.data.bytes, stream->chunk, stream->length);
    stream->length = 0;
    return relay_send(relay);
}

int relay_flush(struct relay *relay)
{
    relay->flush_at_us = 0;
    for (int which = 0; which < RELAY_STREAMS; which++) {
        int r = send_stream(relay, (broodbox_Stream)which);
        if (r < 0)
            return r;
    }
    return 0;
}

int relay_read(struct relay *relay, broodbox_Stream which)
{
    static uint8_t dropped[RELAY_CHUNK];
    struct stream *stream = &relay->streams[which];
    bool full = stream->total >= stream->cap;
    uint8_t *into = full ? dropped : stream->chunk + stream->length;
    size_t room = full ? sizeof dropped : sizeof stream->chunk - stream->length;

    ssize_t n = RETRY(read(stream->fd, into, room));
    if (n < 0)
        return errno == EAGAIN ? 1 : -errno;
    if (n == 0) {
        close(stream->fd);
        stream->fd = -1;
        return 0;
    }
    uint64_t before = stream->total;
    stream->total += (uint64_t)n;
    stream->exceeded = stream->total > stream->cap;
    if (full)
        return 1;
    stream->length += stream->exceeded ? (size_t)(stream->cap - before) : (size_t)n;
    if (relay->flush_at_us == 0)
        relay->flush_at_us = relay_now_us() + COALESCE_US;
    return stream->length == sizeof stream->chunk ? send_stream(relay, which) < 0 ? -EPIPE : 1 : 1;
}

int relay_drain(struct relay *relay)
{
    for (int which = 0; which < RELAY_STREAMS; which++) {
        struct stream *stream = &relay->streams[which];
        while (stream->fd >= 0) {
            struct pollfd ready = {.fd = stream->fd, .events = POLLIN};
            if (RETRY(ppoll(&ready, 1, NULL, NULL)) < 0)
                return -errno;
            int r = relay_read(relay, (broodbox_Stream)which);
            if (r < 0)
                return r;
        }
    }
    return relay_flush(relay);
}
