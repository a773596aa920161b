/* What a child is told about its jail, and the loop over the table of steps that build it.
 * Shared by the forkserver program and the interpreter module, which are built from the same sources. */
#pragma once
#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fault.h"
#include "layers.h"

#define FILTER_MAX 4096 /* BPF_MAXINSNS */
#define CHILD_STEPS_MAX 24
#define SETUP_VERSION 1

/* Who the processes of one sandbox are. In single-id mode (rootless without ranges) all four are equal. */
struct jail_ids {
    uid_t job_uid, init_uid;
    gid_t job_gid, init_gid;
    bool single; /* no id can be changed: one uid is mapped and setgroups is denied */
};

#define ENTRANCES_MAX 4 /* v1 hierarchies */

/* forkserver -> child: one SEQPACKET message, with it the entrances to the cgroups that the child puts itself in. It is
 * also the go signal: a byte that must arrive, never end-of-file. Only filter_length instructions are sent. */
struct orders {
    uint32_t version;
    uint32_t sandbox_id;
    struct jail_ids ids;
    uint64_t data_bytes;  /* RLIMIT_DATA when no memory cgroup holds the job; 0 leaves it */
    uint64_t file_bytes;  /* RLIMIT_FSIZE */
    uint32_t cpu_seconds; /* RLIMIT_CPU when no cpu counter watches the job; 0 leaves it */
    uint32_t
        processes; /* RLIMIT_NPROC when no pids cgroup counts and the uid is the slot's own; 0 leaves it */
    bool write_execute_deny;
    bool user_namespace; /* the forkserver runs in one of its own */
    uint32_t canary_call, canary_error;
    struct fault_plan fault;
    uint32_t entrances; /* how many descriptors come along */
    uint16_t filter_length;
    struct sock_filter filter[FILTER_MAX];
};

/* SETUP_TEMPLATE comes with the mount namespace that init has built, and before SETUP_MOUNTED. */
enum setup_kind {
    SETUP_FAULT = 1,
    SETUP_LISTENER = 2,
    SETUP_READY = 3,
    SETUP_MOUNTED = 4,
    SETUP_TEMPLATE = 5
};

/* child or init -> forkserver. */
struct setup_message {
    uint32_t version;
    enum setup_kind kind;
    struct fault fault;                /* SETUP_FAULT */
    int32_t listener;                  /* SETUP_LISTENER: its number in the child's table */
    uint8_t layers[LAYER_COUNT];       /* SETUP_READY: enum layer_state */
    uint32_t step_us[CHILD_STEPS_MAX]; /* in the order of the table */
};

/* Descriptors a child is born with, in the order in which they cross the fork channel. */
enum child_fd {
    CHILD_INIT_PIDFD,
    CHILD_STDIN,
    CHILD_STDOUT,
    CHILD_STDERR,
    CHILD_RESULT,
    CHILD_CONTROL,
    CHILD_SETUP,
    CHILD_FD_COUNT,
};

/* forkserver -> zygote and back: fixed size, descriptors by SCM_RIGHTS. */
struct fork_request {
    uint32_t version;
    uint32_t sandbox_id;
    bool into_cgroup; /* one more descriptor: the cgroup that the child is to be born in */
};

enum zygote_kind { ZYGOTE_READY = 1, ZYGOTE_FORKED = 2, ZYGOTE_FAULT = 3 };

struct zygote_message {
    uint32_t version;
    enum zygote_kind kind;
    uint32_t
        sandbox_id; /* ZYGOTE_FORKED, and ZYGOTE_FAULT of one fork; 0 for a fault of the zygote itself */
    bool in_cgroup;      /* ZYGOTE_FORKED: born there; attested like all else */
    int32_t pid;         /* ZYGOTE_FORKED: as the forkserver sees it */
    uint32_t preload_us; /* ZYGOTE_READY */
    struct fault fault;  /* ZYGOTE_FAULT */
};

/* What a step works on. */
struct jail {
    const struct orders *orders;
    int entrances[ENTRANCES_MAX];
    int init_pidfd;
    int setup;    /* socket to the forkserver */
    int listener; /* seccomp user notification; -1 before and after the hand-over */
    struct fault_plan *fault_plan;
    uint8_t layers[LAYER_COUNT];
    uint32_t step_us[CHILD_STEPS_MAX];
    struct fault fault;
};

enum on_failure { FATAL, DEGRADE };

struct jail_step {
    const char *name;
    int (*apply)(struct jail *);
    enum on_failure on_failure;
};

/* The child's table, in order; step names are stable, they appear in faults and in doctor. */
extern const struct jail_step CHILD_STEPS[];
extern const unsigned CHILD_STEP_COUNT;

/* Runs the table. 0, or -errno with jail->fault filled: the caller reports it and exits, there is no recovery. */
int jail_close(struct jail *jail);
