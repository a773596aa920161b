#include "denials.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"

#define TURN_MAX 32
#define FLOOD_FROM 100      /* refusals that are answered at once */
#define DELAY_FIRST_US 1000 /* then the calling thread sleeps, the monitor does not */
#define DELAY_MOST_US 20000

void denials_open(struct denials *denials, int listener, const struct refusal *refusals,
                  size_t refusal_count, uint32_t max)
{
    __u64 flags = SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP;

    memset(denials, 0, offsetof(struct denials, pending));
    denials->listener = listener;
    denials->refusals = refusals;
    denials->refusal_count = refusal_count;
    denials->max = max;
    /* 6.6: 2 us instead of 13-27 us per refusal. Older kernels refuse the flag and are merely slower. */
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, flags) < 0)
        errno = 0;
}

static const struct refusal *find_refusal(const struct denials *denials, int call)
{
    size_t low = 0, high = denials->refusal_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        if (denials->refusals[middle].call < call)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < denials->refusal_count && denials->refusals[low].call == call;
    return found ? &denials->refusals[low] : NULL;
}

static void answer(const struct denials *denials, uint64_t id, int error)
{
    struct seccomp_notif_resp response = {.id = id, .error = -error};

    /* ENOENT: the caller died meanwhile. Nothing is lost, the refusal is recorded. */
    if (RETRY(ioctl(denials->listener, SECCOMP_IOCTL_NOTIF_SEND, &response)) < 0)
        errno = 0;
}

static void record(struct denials *denials, const struct seccomp_data *data,
                   const struct refusal *refusal, int error)
{
    struct denial seen = {.call = (uint32_t)data->nr, .error = (uint32_t)error, .count = 1};

    for (unsigned i = 0; i < 6 && i < (refusal ? refusal->count : 0U); i++) {
        if (refusal->pointers & (1U << i))
            continue;
        seen.args[i] = refusal->words & (1U << i) ? (uint32_t)data->args[i] : data->args[i];
    }
    denials->total++;
    for (unsigned i = 0; i < denials->kinds; i++) {
        struct denial *kind = &denials->kind[i];
        if (kind->call == seen.call && kind->error == seen.error &&
            memcmp(kind->args, seen.args, sizeof seen.args) == 0) {
            kind->count++;
            return;
        }
    }
    if (denials->kinds == DENIAL_KINDS_MAX)
        denials->truncated = true;
    else
        denials->kind[denials->kinds++] = seen;
}

/* 0 when the answer goes out now, else how long the caller has to wait for it. */
static uint64_t delay_us(const struct denials *denials)
{
    if (denials->total <= FLOOD_FROM || denials->pending_count == DENIALS_PENDING_MAX)
        return 0;
    uint64_t delay = DELAY_FIRST_US * (1 + (denials->total - FLOOD_FROM) / FLOOD_FROM);
    return delay < DELAY_MOST_US ? delay : DELAY_MOST_US;
}

bool denials_read(struct denials *denials, uint64_t now_us)
{
    for (int turn = 0; turn < TURN_MAX; turn++) {
        struct seccomp_notif notification = {0};
        if (RETRY(ioctl(denials->listener, SECCOMP_IOCTL_NOTIF_RECV, &notification)) < 0)
            return false; /* ENOENT: the caller is gone */
        const struct refusal *refusal = find_refusal(denials, notification.data.nr);
        int error = refusal ? refusal->error : EPERM;
        record(denials, &notification.data, refusal, error);
        if ((refusal && refusal->flags & REFUSAL_KILL) ||
            (denials->max > 0 && denials->total > denials->max))
            return true;
        uint64_t delay = delay_us(denials);
        if (delay == 0) {
            answer(denials, notification.id, error);
        } else {
            denials->pending[denials->pending_count].id = notification.id;
            denials->pending[denials->pending_count].error = error;
            denials->pending[denials->pending_count++].due_us = now_us + delay;
        }
        struct pollfd more = {.fd = denials->listener, .events = POLLIN};
        /* NOTIF_RECV would block when nothing waits. */
        if (poll(&more, 1, 0) != 1 || !(more.revents & POLLIN))
            break;
    }
    return false;
}

uint64_t denials_answer_due(struct denials *denials, uint64_t now_us)
{
    uint64_t next = 0;
    unsigned kept = 0;

    for (unsigned i = 0; i < denials->pending_count; i++) {
        if (denials->pending[i].due_us <= now_us) {
            answer(denials, denials->pending[i].id, denials->pending[i].error);
            continue;
        }
        if (next == 0 || denials->pending[i].due_us < next)
            next = denials->pending[i].due_us;
        denials->pending[kept++] = denials->pending[i];
    }
    denials->pending_count = kept;
    return next;
}

void denials_report(const struct denials *denials, broodbox_JobExited *report)
{
    report->denied_total = denials->total;
    report->denied_truncated = denials->truncated;
    report->denials_count = (pb_size_t)denials->kinds;
    for (unsigned i = 0; i < denials->kinds; i++) {
        report->denials[i].call = denials->kind[i].call;
        report->denials[i].error = denials->kind[i].error;
        report->denials[i].count = denials->kind[i].count;
        memcpy(report->denials[i].args, denials->kind[i].args, sizeof denials->kind[i].args);
    }
}
