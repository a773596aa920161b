/* Init's side of the streams: the job's stdout, stderr and result as capped frames to the supervisor. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "codec.h"
#include "generated/broodbox.pb.h"

#define RELAY_STREAMS 3
#define RELAY_CHUNK CODEC_CHUNK_MAX

struct stream {
    int fd; /* read end, non-blocking; -1 at end of file */
    uint64_t cap, total;
    bool exceeded;
    size_t length; /* bytes waiting in chunk */
    uint8_t chunk[RELAY_CHUNK];
};

struct relay {
    int supervisor; /* waited for: a slow supervisor slows the job down, never grows memory here */
    int job;        /* pidfd of the job's main process; -1 once its end has been seen */
    void (*on_job_end)(
        void); /* called once, also while the supervisor is waited for: the rest must die now */
    struct stream streams[RELAY_STREAMS]; /* by broodbox_Stream */
    uint64_t flush_at_us;      /* when waiting bytes are sent at the latest; 0: none wait */
    broodbox_FromInit message; /* the one being sent */
};

/* Reads once from a stream that poll says is readable. Bytes above the cap are counted and dropped.
 * 1 while the stream is open, 0 at its end, -errno. */
int relay_read(struct relay *relay, broodbox_Stream which);

/* Reads every stream to its end. Certain to end: called when no process is left that could write. */
int relay_drain(struct relay *relay);

/* Sends what waits. */
int relay_flush(struct relay *relay);

/* Notes the end of the job's main process and calls on_job_end, the first time. */
void relay_job_ended(struct relay *relay);

/* Sends relay->message. */
int relay_send(struct relay *relay);

uint64_t relay_now_us(void);
