#include "cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup_files.h"
#include "cgroup_leaf.h"
#include "fd.h"

/* Every file that is read or written, by version. The meaning of the two columns is the same. */
static const struct cgroup_file MEMORY_LIMIT = {CONTROLLER_MEMORY, "memory.limit_in_bytes",
                                                "memory.max"};
static const struct cgroup_file SWAP_LIMIT = {CONTROLLER_MEMORY, "memory.memsw.limit_in_bytes",
                                              "memory.swap.max"};
static const struct cgroup_file OOM_GROUP = {CONTROLLER_MEMORY, NULL, "memory.oom.group"};
static const struct cgroup_file PIDS_LIMIT = {CONTROLLER_PIDS, "pids.max", "pids.max"};
static const struct cgroup_file CPU_LIMIT = {CONTROLLER_CPU, "cpu.cfs_quota_us", "cpu.max"};
static const struct cgroup_file MEMORY_PEAK = {CONTROLLER_MEMORY, "memory.max_usage_in_bytes",
                                               "memory.peak"};
static const struct cgroup_file PIDS_PEAK = {CONTROLLER_PIDS, "pids.peak", "pids.peak"};
static const struct cgroup_file POLLED[] = {
    [POLLED_CPU] = {CONTROLLER_CPUACCT, "cpuacct.usage", "cpu.stat"},
    [POLLED_MEMORY] = {CONTROLLER_MEMORY, "memory.oom_control", "memory.events"},
    [POLLED_PIDS] = {CONTROLLER_PIDS, "pids.events", "pids.events"},
};

#define CPU_PERIOD_US 100000 /* the kernel's default, on both versions */

enum cgroup_version cgroup_version_of(const struct cgroup_host *host, enum controller controller)
{
    int tree = host->tree_of[controller];
    return tree < 0 ? CGROUP_NONE : host->trees[tree].version;
}

const char *cgroup_locate(const struct cgroup_host *host, const struct cgroup *cgroup,
                          const struct cgroup_file *file, char *path, size_t size,
                          int *ret_directory)
{
    int tree = host->tree_of[file->controller];
    if (tree < 0)
        return NULL;
    const char *name = host->trees[tree].version == CGROUP_V2 ? file->v2 : file->v1;
    if (!name)
        return NULL;
    snprintf(path, size, "%s/%s", cgroup->name, name);
    *ret_directory = host->trees[tree].directory;
    return path;
}

static int write_value(const struct cgroup_host *host, const struct cgroup *cgroup,
                       const struct cgroup_file *file, const char *value)
{
    char path[96];
    int directory;

    if (!cgroup_locate(host, cgroup, file, path, sizeof path, &directory))
        return 0;
    return cgroup_write_at(directory, path, value);
}

static int limit_memory(const struct cgroup_host *host, const struct cgroup *cgroup, uint64_t bytes)
{
    bool v2 = cgroup_version_of(host, CONTROLLER_MEMORY) == CGROUP_V2;
    char value[32] = "-1";

    if (bytes)
        snprintf(value, sizeof value, "%" PRIu64, bytes);
    else if (v2)
        strcpy(value, "max");
    if (v2) {
        int r = write_value(host, cgroup, &MEMORY_LIMIT, value);
        if (r == 0)
            r = write_value(host, cgroup, &SWAP_LIMIT, "0");
        if (r == -ENOENT) /* no swap accounting in this kernel: no swap either, or doctor says so */
            r = 0;
        return r < 0 ? r : write_value(host, cgroup, &OOM_GROUP, "1");
    }
    /* v1 keeps memory <= memory+swap, so the order of the two writes depends on the direction of the change. */
    int r = write_value(host, cgroup, &MEMORY_LIMIT, value);
    if (r == -EINVAL || r == -EBUSY) {
        r = write_value(host, cgroup, &SWAP_LIMIT, value);
        return r < 0 ? r : write_value(host, cgroup, &MEMORY_LIMIT, value);
    }
    if (r == 0)
        r = write_value(host, cgroup, &SWAP_LIMIT, value);
    return r == -ENOENT ? 0 : r; /* no swapaccount=1 */
}

static int limit_pids(const struct cgroup_host *host, const struct cgroup *cgroup, uint32_t pids)
{
    char value[32] = "max";

    if (pids)
        snprintf(value, sizeof value, "%u", pids);
    return write_value(host, cgroup, &PIDS_LIMIT, value);
}

static int limit_cpu(const struct cgroup_host *host, const struct cgroup *cgroup, uint32_t percent)
{
    char value[48];
    uint64_t quota = (uint64_t)percent * CPU_PERIOD_US / 100;

    if (cgroup_version_of(host, CONTROLLER_CPU) == CGROUP_V2)
        snprintf(value, sizeof value, percent ? "%" PRIu64 " %d" : "max", quota, CPU_PERIOD_US);
    else if (percent)
        snprintf(value, sizeof value, "%" PRIu64, quota);
    else
        strcpy(value, "-1");
    return write_value(host, cgroup, &CPU_LIMIT, value);
}

int cgroup_limit(const struct cgroup_host *host, struct cgroup *cgroup,
                 const struct cgroup_limits *limits, struct fault *reterr_fault)
{
    const struct cgroup_limits *now = &cgroup->limits;
    bool all = !cgroup->limited;
    int r = 0;

    cgroup->limited = false; /* half-written, until all of it is */
    if (all || now->memory_bytes != limits->memory_bytes)
        r = limit_memory(host, cgroup, limits->memory_bytes);
    if (r < 0)
        return fault_set(reterr_fault, "cgroupCreate", -r,
                         "cannot limit memory to %" PRIu64 " bytes", limits->memory_bytes);
    if (all || now->pids != limits->pids)
        r = limit_pids(host, cgroup, limits->pids);
    if (r < 0)
        return fault_set(reterr_fault, "cgroupCreate", -r, "cannot limit processes to %u",
                         limits->pids);
    if (now->cores_percent != limits->cores_percent) /* none in a new group */
        r = limit_cpu(host, cgroup, limits->cores_percent);
    if (r < 0)
        return fault_set(reterr_fault, "cgroupCreate", -r, "cannot limit the processor to %u %%",
                         limits->cores_percent);
    /* What was used of a quota's period, and the throttling that followed, would meet the next job. */
    cgroup->worn |= limits->cores_percent != 0;
    cgroup->limits = *limits;
    cgroup->limited = true;
    return 0;
}

int cgroup_leaf_make(struct cgroup_host *host, struct cgroup *ret_cgroup,
                     struct fault *reterr_fault)
{
    struct cgroup cgroup = {.files = {-1, -1, -1}, .exists = true};
    char path[96];
    int directory, r = 0;

    snprintf(cgroup.name, sizeof cgroup.name, "s%u", host->leaves_made++);
    for (int i = 0; i < host->tree_count && r == 0; i++)
        if (mkdirat(host->trees[i].directory, cgroup.name, 0755) < 0)
            r = fault_set(reterr_fault, "cgroupCreate", errno, "cannot make %s/%s/%s",
                          host->trees[i].base, host->name, cgroup.name);
    for (int i = 0; i < 3 && r == 0; i++) {
        if (!cgroup_locate(host, &cgroup, &POLLED[i], path, sizeof path, &directory))
            continue;
        /* For writing too where the counter can be set back. */
        bool resets = i == POLLED_CPU && cgroup_version_of(host, CONTROLLER_CPUACCT) == CGROUP_V1;
        cgroup.files[i] = openat(directory, path, (resets ? O_RDWR : O_RDONLY) | O_CLOEXEC);
        if (cgroup.files[i] < 0)
            r = fault_set(reterr_fault, "cgroupCreate", errno, "cannot open %s", path);
    }
    if (r < 0) {
        cgroup_leaf_remove(host, &cgroup);
        return r;
    }
    *ret_cgroup = cgroup;
    return 0;
}

/* Moving another process takes a lock against every fork and exit of the host, cgroup_threadgroup_rwsem, which waits
 * for an RCU grace period when nobody has taken it just before: 7 ms at the median and 27 at worst on an idle machine,
 * in which this one thread serves nobody. A single thread that moves itself needs no such lock (5.5), nor does a child
 * that is born in its group (5.7): 10 us per hierarchy, always. */
int cgroup_open_entrances(const struct cgroup_host *host, const struct cgroup *cgroup,
                          int ret_fds[static CGROUP_TREES_MAX], struct fault *reterr_fault)
{
    char path[96];
    int count = 0;

    snprintf(path, sizeof path, "%s/tasks", cgroup->name);
    for (int i = 0; i < host->tree_count; i++) {
        if (host->trees[i].version != CGROUP_V1)
            continue;
        ret_fds[count] = openat(host->trees[i].directory, path, O_WRONLY | O_CLOEXEC);
        if (ret_fds[count] < 0) {
            int r = fault_set(reterr_fault, "cgroupAttach", errno, "cannot open %s/%s/%s",
                              host->trees[i].base, host->name, path);
            while (count > 0)
                close_fd(&ret_fds[--count]);
            return r;
        }
        count++;
    }
    return count;
}

int cgroup_open_birthplace(const struct cgroup_host *host, const struct cgroup *cgroup)
{
    for (int i = 0; i < host->tree_count; i++)
        if (host->trees[i].version == CGROUP_V2)
            return openat(host->trees[i].directory, cgroup->name,
                          O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return -1;
}

int cgroup_attach(const struct cgroup_host *host, const struct cgroup *cgroup, pid_t pid,
                  struct fault *reterr_fault)
{
    char path[96], value[16];

    snprintf(value, sizeof value, "%d", pid);
    snprintf(path, sizeof path, "%s/cgroup.procs", cgroup->name);
    for (int i = 0; i < host->tree_count; i++) {
        int r = host->trees[i].version == CGROUP_V2
                    ? cgroup_write_at(host->trees[i].directory, path, value)
                    : 0;
        if (r < 0)
            return fault_set(reterr_fault, "cgroupAttach", -r, "cannot attach to %s/%s/%s",
                             host->trees[i].base, host->name, path);
    }
    return 0;
}

int cgroup_read_number(int fd, const char *key, uint64_t *ret_number)
{
    char text[512];
    ssize_t n = pread(fd, text, sizeof text - 1, 0);

    if (n <= 0)
        return n < 0 ? -errno : -ENODATA;
    text[n] = '\0';
    char *at = text;
    size_t length = key ? strlen(key) : 0;
    while (key && (strncmp(at, key, length) != 0 || at[length] != ' ')) {
        at = strchr(at, '\n');
        if (!at)
            return -ENODATA;
        at++;
    }
    *ret_number = strtoull(at + length, NULL, 10);
    return 0;
}

/* 0 where the fact is not known: some files only newer kernels have. */
static uint64_t read_key(int fd, const char *key)
{
    uint64_t number = 0;
    return fd >= 0 && cgroup_read_number(fd, key, &number) == 0 ? number : 0;
}

static uint64_t read_value(const struct cgroup_host *host, const struct cgroup *cgroup,
                           const struct cgroup_file *file)
{
    char path[96];
    int directory;

    if (!cgroup_locate(host, cgroup, file, path, sizeof path, &directory))
        return 0;
    owned_fd fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
    return read_key(fd, NULL);
}

void cgroup_poll(const struct cgroup *cgroup, uint64_t *ret_cpu_us, uint64_t *ret_oom_kills)
{
    uint64_t v2 = read_key(cgroup->files[POLLED_CPU], "usage_usec");

    *ret_cpu_us = v2 ? v2 : read_key(cgroup->files[POLLED_CPU], NULL) / 1000; /* v1: nanoseconds */
    *ret_oom_kills = read_key(cgroup->files[POLLED_MEMORY], "oom_kill");
}

void cgroup_usage(const struct cgroup_host *host, const struct cgroup *cgroup,
                  struct cgroup_usage *ret_usage)
{
    cgroup_poll(cgroup, &ret_usage->cpu_us, &ret_usage->oom_kills);
    ret_usage->memory_peak_bytes = read_value(host, cgroup, &MEMORY_PEAK);
    ret_usage->pids_refused = read_key(cgroup->files[POLLED_PIDS], "max");
    ret_usage->processes_peak = (uint32_t)read_value(host, cgroup, &PIDS_PEAK);
}

int cgroup_leaf_remove(const struct cgroup_host *host, struct cgroup *cgroup)
{
    int r = 0;

    for (int i = 0; i < 3; i++)
        close_fd(&cgroup->files[i]);
    for (int i = 0; i < host->tree_count; i++)
        if (unlinkat(host->trees[i].directory, cgroup->name, AT_REMOVEDIR) < 0 && errno != ENOENT)
            r = -errno;
    return r;
}
