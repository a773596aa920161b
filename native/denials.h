/* Answers seccomp notifications of one sandbox: records register values, counts, caps, delays floods. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "generated/broodbox.pb.h"

#define DENIAL_KINDS_MAX 64
#define DENIALS_PENDING_MAX 32

/* How one reported call is answered; compiled from the profile, sorted by call. Little endian on the wire. */
struct refusal {
    uint16_t call;
    uint16_t error;
    uint8_t
        pointers; /* bit i: argument i is an address, reported as 0: reading it would be a race */
    uint8_t
        words; /* bit i: argument i is 32 bits wide; the kernel ignores the upper half, so do we */
    uint8_t count; /* arguments the call takes */
    uint8_t flags;
};
#define REFUSAL_KILL 1 /* a tripwire under `kill` */
_Static_assert(sizeof(struct refusal) == 8, "struct refusal is part of the protocol");

struct denial {
    uint32_t call;
    uint32_t error;
    uint64_t count;
    uint64_t args[6];
};

struct denials {
    int listener; /* -1: none */
    const struct refusal *refusals;
    size_t refusal_count;
    uint32_t max; /* 0: no budget */
    uint64_t total;
    bool truncated;
    unsigned kinds;
    unsigned pending_count;
    struct {
        uint64_t id, due_us;
        int error;
    } pending[DENIALS_PENDING_MAX];
    struct denial kind[DENIAL_KINDS_MAX];
};

void denials_open(struct denials *denials, int listener, const struct refusal *refusals,
                  size_t refusal_count, uint32_t max);

/* Takes at most 32 notifications, so that one job cannot starve others. True when the job's budget is used up
 * or it touched a tripwire that kills: the caller ends the job. */
bool denials_read(struct denials *denials, uint64_t now_us);

/* Answers the delayed ones that are due; returns when the next one is, or 0. */
uint64_t denials_answer_due(struct denials *denials, uint64_t now_us);

void denials_report(const struct denials *denials, broodbox_JobExited *report);
