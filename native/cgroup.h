/* cgroup v1 and v2 behind one interface. Hybrid hosts exist, so the version is chosen per controller, by what is
 * writable. Each sandbox has a leaf of its own, new or (v1) one that the kernel says is like new, see
 * docs/decisions/0007-cgroup-reuse.md; everything else of ours lives in a shared leaf. */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fault.h"

enum controller {
    CONTROLLER_MEMORY,
    CONTROLLER_PIDS,
    CONTROLLER_CPU,
    CONTROLLER_CPUACCT,
    CONTROLLER_COUNT
};
enum cgroup_version { CGROUP_NONE, CGROUP_V1, CGROUP_V2 };

#define CGROUP_TREES_MAX CONTROLLER_COUNT
#define CGROUP_NAME_MAX 64
#define CGROUPS_KEPT_MAX 32

/* One mounted hierarchy that serves at least one controller. */
struct cgroup_tree {
    char base[512]; /* where our directory is made: our own cgroup in it, on v2 perhaps one above */
    char origin[512]; /* the cgroup the caller came from, and goes back to */
    int directory;    /* our directory: broodbox-PIDNAMESPACE-PID-STARTTIME */
    enum cgroup_version version;
};

struct cgroup_limits {
    uint64_t memory_bytes; /* 0: unlimited, also below */
    uint32_t pids;
    uint32_t cores_percent;
};

/* The leaf of one sandbox: a directory of this name in every tree. */
struct cgroup {
    char name[16];
    int files[3]; /* cpu time, memory events, pids events: kept open for polling; -1 without */
    struct cgroup_limits limits; /* what stands in its files, once `limited` */
    bool limited;
    bool worn;     /* no next sandbox may have it: it is removed when this one has ended */
    uint8_t looks; /* how often it was found to be not like new yet */
    bool exists;   /* a sandbox has it */
};

struct cgroup_host {
    char name[CGROUP_NAME_MAX];
    struct cgroup_tree trees[CGROUP_TREES_MAX];
    int tree_count;
    int tree_of[CONTROLLER_COUNT];        /* index, or -1: not limited on this host */
    uint32_t leaves_made;                 /* names the next */
    struct cgroup kept[CGROUPS_KEPT_MAX]; /* whose sandbox has ended, the longest ago first */
    int kept_count;
};

struct cgroup_usage {
    uint64_t cpu_us;
    uint64_t memory_peak_bytes;
    uint64_t oom_kills;
    uint64_t pids_refused;
    uint32_t processes_peak;
};

/* Where directories of ours are made, also by a probe: below our own group in the v1 hierarchy of this controller, or
 * with NULL in v2, there perhaps below an ancestor. -EBUSY when v2 has no such place; ret_base is our own group then. */
int cgroup_find_base(const char *controller, pid_t supervisor, char *ret_base, size_t size);
/* Finds the trees, makes our directory in each and moves the caller into a leaf of it. Having none is no error. */
int cgroup_host_open(struct cgroup_host *ret_host, struct fault *reterr_fault);
/* Removes our directories. The caller goes back to where it came from. */
void cgroup_host_close(struct cgroup_host *host);
enum cgroup_version cgroup_version_of(const struct cgroup_host *host, enum controller controller);

/* A leaf with every limit written, before any process enters: a kept one that is like new, else one that is made. */
int cgroup_create(struct cgroup_host *host, const struct cgroup_limits *limits,
                  struct cgroup *ret_cgroup, struct fault *reterr_fault);
/* Descriptors by which a process of one thread moves itself into the leaf, in every v1 hierarchy: it writes "0".
 * Returns how many. */
int cgroup_open_entrances(const struct cgroup_host *host, const struct cgroup *cgroup,
                          int ret_fds[static CGROUP_TREES_MAX], struct fault *reterr_fault);
/* The leaf in v2, for a child to be born in; -1 where there is none. */
int cgroup_open_birthplace(const struct cgroup_host *host, const struct cgroup *cgroup);
/* In v2, for a child that could not be born there. Slow: see cgroup.c. */
int cgroup_attach(const struct cgroup_host *host, const struct cgroup *cgroup, pid_t pid,
                  struct fault *reterr_fault);
/* Writes what is different. */
int cgroup_limit(const struct cgroup_host *host, struct cgroup *cgroup,
                 const struct cgroup_limits *limits, struct fault *reterr_fault);
/* Processor time and OOM kills so far: two reads, cheap enough to poll. */
void cgroup_poll(const struct cgroup *cgroup, uint64_t *ret_cpu_us, uint64_t *ret_oom_kills);
void cgroup_usage(const struct cgroup_host *host, const struct cgroup *cgroup,
                  struct cgroup_usage *ret_usage);
/* Its sandbox has ended. It is kept for the next, or removed. */
void cgroup_release(struct cgroup_host *host, struct cgroup *cgroup);

/* Kills and removes what forkservers that no longer live have left behind. Only directories that carry our name
 * and whose process (pid namespace, pid and start time) is gone. Returns how many were removed, or -errno. */
int cgroup_sweep(void);
