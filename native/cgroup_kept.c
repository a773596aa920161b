/* Leaves whose sandbox has ended, for the next: a new one in four hierarchies costs 0.3 ms of processor time more, and
 * 0.1 ms of kernel workers after it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cgroup.h"
#include "cgroup_leaf.h"
#include "fd.h"

/* Tmpfs pages and dentries of the last job are freed by workers, some time after its mounts have gone. */
#define LOOKS_MOST 8
/* A look costs some 20 us, so a few that are not good do not make a new one dearer than it was. */
#define LOOKS_PER_TURN 4

enum leaf_state {
    LEAF_LIKE_NEW,
    LEAF_FADING, /* something of the last job is still there, and may go by itself */
    LEAF_WORN,   /* it will never be like new again */
};

/* Each processor charges 256 KiB ahead and keeps what is over: after 540 jobs of all kinds on 2 processors a leaf showed
 * 0.1-0.2 MiB at the median and 0.5 at most. More is page cache, dentries, or a tmpfs not yet gone. By so much the peak of
 * the next job may be too high; what it may use is less only by what the kernel cannot reclaim of it. */
#define RESIDUE_MOST (1 << 20)

/* What must hold of a leaf before another sandbox may have it: all that its counters could say of the last job. */
static const struct trait {
    enum controller controller;
    const char *file;
    const char *key; /* NULL: the file is one number */
    uint64_t most;
    enum leaf_state otherwise;
    enum {
        PLAIN,
        RESETS, /* written to 0 first */
        NEWER   /* not in every kernel; what cannot be read is not reported either */
    } kind;
    int open; /* its place among the leaf's open files, or -1 */
} TRAITS[] = {
    {CONTROLLER_MEMORY, "memory.max_usage_in_bytes", NULL, RESIDUE_MOST, LEAF_FADING, RESETS, -1},
    {CONTROLLER_MEMORY, "memory.memsw.usage_in_bytes", NULL, RESIDUE_MOST, LEAF_FADING, NEWER, -1},
    {CONTROLLER_PIDS, "pids.current", NULL, 0, LEAF_FADING, PLAIN, -1},
    {CONTROLLER_CPUACCT, "cpuacct.usage", NULL, 0, LEAF_FADING, RESETS, POLLED_CPU},
    {CONTROLLER_MEMORY, "memory.oom_control", "oom_kill", 0, LEAF_WORN, PLAIN, POLLED_MEMORY},
    {CONTROLLER_MEMORY, "memory.oom_control", "under_oom", 0, LEAF_WORN, PLAIN, POLLED_MEMORY},
    {CONTROLLER_PIDS, "pids.events", "max", 0, LEAF_WORN, PLAIN, POLLED_PIDS},
    {CONTROLLER_PIDS, "pids.peak", NULL, 1, LEAF_WORN, NEWER, -1},
};

/* Does it hold? 1, 0 or -errno. */
static int check_trait(const struct cgroup_host *host, const struct cgroup *cgroup,
                       const struct trait *trait)
{
    const struct cgroup_file file = {trait->controller, trait->file, NULL};
    char path[96];
    int directory;
    uint64_t number = 0;

    if (!cgroup_locate(host, cgroup, &file, path, sizeof path, &directory))
        return 1;
    int flags = (trait->kind == RESETS ? O_RDWR : O_RDONLY) | O_CLOEXEC;
    owned_fd opened = trait->open < 0 ? openat(directory, path, flags) : -1;
    if (trait->open < 0 && opened < 0)
        return errno == ENOENT && trait->kind == NEWER ? 1 : -errno;
    int fd = trait->open < 0 ? opened : cgroup->files[trait->open];
    if (trait->kind == RESETS && pwrite(fd, "0", 1, 0) < 0)
        return -errno;
    int r = cgroup_read_number(fd, trait->key, &number);
    return r < 0 ? r : number <= trait->most;
}

/* Not on v2, where memory.peak cannot be set back before 6.12. */
static bool leaves_last(const struct cgroup_host *host)
{
    for (int i = 0; i < host->tree_count; i++)
        if (host->trees[i].version != CGROUP_V1)
            return false;
    return true;
}

static enum leaf_state look(const struct cgroup_host *host, const struct cgroup *cgroup)
{
    if (cgroup->worn || !cgroup->limited || !leaves_last(host))
        return LEAF_WORN;
    for (size_t i = 0; i < sizeof TRAITS / sizeof *TRAITS; i++) {
        int r = check_trait(host, cgroup, &TRAITS[i]);
        if (r <= 0)
            return r < 0 ? LEAF_WORN : TRAITS[i].otherwise;
    }
    return LEAF_LIKE_NEW;
}

static void take_off(struct cgroup_host *host, int index)
{
    host->kept_count--;
    memmove(&host->kept[index], &host->kept[index + 1],
            (size_t)(host->kept_count - index) * sizeof *host->kept);
}

static void put_on(struct cgroup_host *host, const struct cgroup *cgroup)
{
    if (host->kept_count == CGROUPS_KEPT_MAX) {
        /* The oldest ended long ago: nothing can be in it. Were it busy, it would go with the directory around it. */
        if (cgroup_leaf_remove(host, &host->kept[0]) < 0)
            fprintf(stderr, "forkserver: cannot remove cgroup %s yet\n", host->kept[0].name);
        take_off(host, 0);
    }
    host->kept[host->kept_count++] = *cgroup;
}

/* The one that ended longest ago and is like new; what is not and never will be is removed on the way. */
static bool take_like_new(struct cgroup_host *host, struct cgroup *ret_cgroup)
{
    int index = 0;

    for (int looks = 0; looks < LOOKS_PER_TURN && index < host->kept_count; looks++) {
        struct cgroup *cgroup = &host->kept[index];
        enum leaf_state state = look(host, cgroup);
        if (state == LEAF_LIKE_NEW) {
            *ret_cgroup = *cgroup;
            ret_cgroup->looks = 0;
            take_off(host, index);
            return true;
        }
        cgroup->worn |= state == LEAF_WORN || ++cgroup->looks >= LOOKS_MOST;
        if (cgroup->worn && cgroup_leaf_remove(host, cgroup) == 0)
            take_off(host, index);
        else
            index++;
    }
    return false;
}

int cgroup_create(struct cgroup_host *host, const struct cgroup_limits *limits,
                  struct cgroup *ret_cgroup, struct fault *reterr_fault)
{
    struct cgroup cgroup;

    int r = take_like_new(host, &cgroup) ? 0 : cgroup_leaf_make(host, &cgroup, reterr_fault);
    if (r < 0)
        return r;
    cgroup.exists = true;
    r = cgroup_limit(host, &cgroup, limits, reterr_fault);
    if (r < 0) {
        cgroup_release(host, &cgroup);
        return r;
    }
    *ret_cgroup = cgroup;
    return 0;
}

void cgroup_release(struct cgroup_host *host, struct cgroup *cgroup)
{
    if (!cgroup->exists)
        return;
    cgroup->exists = false;
    /* A leaf that has no future goes now; one that a zombie still holds waits among the others. */
    bool keep = !cgroup->worn && leaves_last(host);
    if (!keep && cgroup_leaf_remove(host, cgroup) == 0)
        return;
    cgroup->worn |= !keep;
    put_on(host, cgroup);
}
