/* Host probes: control groups. Each probe makes one leaf beside or below our own group and removes it. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe_internal.h"

#define MIB (1024UL * 1024UL)

/* ---- a limit per controller -------------------------------------------------------------------- */

struct limit {
    const char *controller, *file_v2, *text_v2, *file_v1, *text_v1;
};

static int write_limit(const struct limit *limit, struct finding *finding)
{
    struct leaf leaf;
    int r = probe_leaf_open_either(limit->controller, &leaf);
    if (r < 0) {
        if (r == -EBUSY)
            finding_note(finding, "our cgroup holds processes that are not ours to move");
        return r;
    }
    r = leaf.v2 ? probe_leaf_write(&leaf, limit->file_v2, limit->text_v2)
                : probe_leaf_write(&leaf, limit->file_v1, limit->text_v1);
    probe_leaf_close(&leaf);
    finding_note(finding, "cgroup %s", leaf.v2 ? "v2" : "v1");
    return r;
}

static int probe_memory_cgroup(struct finding *finding)
{
    const struct limit limit = {"memory", "memory.max", "67108864", "memory.limit_in_bytes",
                                "67108864"};
    return write_limit(&limit, finding);
}

static int probe_pids_cgroup(struct finding *finding)
{
    const struct limit limit = {"pids", "pids.max", "16", "pids.max", "16"};
    return write_limit(&limit, finding);
}

static int probe_cpu_cgroup(struct finding *finding)
{
    const struct limit limit = {"cpu", "cpu.max", "50000 100000", "cpu.cfs_quota_us", "50000"};
    return write_limit(&limit, finding);
}

static int probe_io_cgroup(struct finding *finding)
{
    struct leaf leaf;
    int r = probe_leaf_open("io", true, &leaf);
    if (r < 0) {
        finding_note(finding, "only cgroup v2 attributes written-back data to the job");
        return r;
    }
    probe_leaf_close(&leaf);
    return 0;
}

/* ---- out of memory ----------------------------------------------------------------------------- */

static int enter_and_touch(void *argument)
{
    const struct leaf *leaf = argument;
    int r = probe_leaf_write(leaf, "cgroup.procs", "0");
    if (r < 0)
        return r;
    unsigned char *bytes =
        mmap(NULL, 64 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return -errno;
    for (size_t at = 0; at < 64 * MIB; at += 4096)
        *(volatile unsigned char *)(bytes + at) = 1;
    return -EBADE;
}

static int limit_memory(const struct leaf *leaf, struct finding *finding)
{
    char limit[32];
    snprintf(limit, sizeof(limit), "%lu", 16 * MIB);
    int r = probe_leaf_write(leaf, leaf->v2 ? "memory.max" : "memory.limit_in_bytes", limit);
    if (r < 0)
        return r;
    int swap = leaf->v2 ? probe_leaf_write(leaf, "memory.swap.max", "0")
                        : probe_leaf_write(leaf, "memory.memsw.limit_in_bytes", limit);
    char swaps[4096];
    /* Without swap accounting the limit only moves pages out, unless there is nowhere to move them. */
    bool swapping =
        probe_read_text("/proc/swaps", swaps, sizeof(swaps)) == 0 && strchr(swaps, '/') != NULL;
    if (swap < 0 && swapping)
        finding_degrade(finding, -swap, "swap is in use and cannot be limited");
    return 0;
}

static long count_oom_kills(const struct leaf *leaf)
{
    char events[1024];
    if (probe_leaf_read(leaf, leaf->v2 ? "memory.events" : "memory.oom_control", events,
                        sizeof(events)) < 0)
        return -1;
    const char *line = strstr(events, "oom_kill ");
    return line == NULL ? -1 : strtol(line + strlen("oom_kill "), NULL, 10);
}

static int probe_memory_kill(struct finding *finding)
{
    struct leaf leaf;
    int r = probe_leaf_open_either("memory", &leaf);
    if (r < 0)
        return r;
    r = limit_memory(&leaf, finding);
    if (r == 0)
        r = probe_in_child(0, enter_and_touch, &leaf);
    long kills = count_oom_kills(&leaf);
    probe_leaf_close(&leaf);
    if (r == -EBADE)
        finding_note(finding, "64 MiB could be touched under a limit of 16 MiB");
    if (r != -EIO)
        return r == 0 ? -EBADE : r;
    if (kills < 1) {
        finding_note(finding, "the kill was not counted");
        return -ENODATA;
    }
    finding_note(finding, "killed and counted");
    return 0;
}

/* ---- killing a fork tree ------------------------------------------------------------------------ */

static void signal_members(const struct leaf *leaf)
{
    char text[4096];
    if (probe_leaf_read(leaf, "cgroup.procs", text, sizeof(text)) < 0)
        return;
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        /* 0 would name our own process group. */
        int pid = (int)strtol(line, NULL, 10);
        if (pid > 1)
            kill(pid, SIGKILL);
    }
}

static int kill_leaf(const struct leaf *leaf, struct finding *finding)
{
    if (leaf->v2 && probe_leaf_write(leaf, "cgroup.kill", "1") == 0) {
        finding_note(finding, "cgroup.kill");
        return 0;
    }
    int r = leaf->v2 ? probe_leaf_write(leaf, "cgroup.freeze", "1")
                     : probe_leaf_write(leaf, "freezer.state", "FROZEN");
    if (r < 0)
        return r;
    signal_members(leaf);
    r = leaf->v2 ? probe_leaf_write(leaf, "cgroup.freeze", "0")
                 : probe_leaf_write(leaf, "freezer.state", "THAWED");
    finding_note(finding, leaf->v2 ? "cgroup.freeze" : "v1 freezer");
    return r;
}

/* Two generations of processes that wait for ever; `ready` gets a byte from each. */
static int grow_tree(void *argument)
{
    int ready = *(const int *)argument;
    for (int i = 0; i < 3; i++) {
        if (fork() == 0)
            break;
    }
    if (write(ready, "", 1) != 1)
        return -EIO;
    for (;;)
        pause();
}

static int start_tree(const struct leaf *leaf)
{
    int ends[2];
    char bytes[4];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        int r = probe_leaf_write(leaf, "cgroup.procs", "0");
        _exit(r < 0 ? -r : -grow_tree(&ends[1]));
    }
    close(ends[1]);
    for (size_t seen = 0; seen < sizeof(bytes);) {
        ssize_t n = read(ends[0], bytes + seen, sizeof(bytes) - seen);
        if (n <= 0) {
            int r = probe_wait(pid);
            return r < 0 ? r : -EIO;
        }
        seen += (size_t)n;
    }
    return pid;
}

static int probe_cgroup_kill(struct finding *finding)
{
    struct leaf leaf;
    int dead = 0, status;
    /* Grandchildren come to us when their parent dies, so that all four deaths are seen. */
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    int r = probe_leaf_open("", true, &leaf);
    if (r < 0)
        r = probe_leaf_open("freezer", false, &leaf);
    if (r < 0)
        return r;
    pid_t root = start_tree(&leaf);
    r = root < 0 ? root : kill_leaf(&leaf, finding);
    if (r < 0)
        signal_members(&leaf);
    while (root > 0 && waitpid(-1, &status, __WALL) > 0)
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
            dead++;
    probe_leaf_close(&leaf);
    if (r < 0)
        return r;
    return dead == 4 ? 0 : -EBADE;
}

static int probe_clone_into_cgroup(struct finding *finding)
{
    struct leaf leaf;
    int r = probe_leaf_open("", true, &leaf);
    if (r < 0) {
        finding_degrade(finding, -r,
                        "no cgroup v2 to clone into: the child is attached before it starts");
        return 0;
    }
    int fd = open(leaf.path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    pid_t pid = probe_clone(0, SIGCHLD, NULL, fd);
    if (pid == 0)
        _exit(0);
    if (pid < 0)
        finding_degrade(finding, -pid, "the child is attached before it starts");
    else
        probe_wait(pid);
    probe_leaf_close(&leaf);
    return 0;
}

const struct probe PROBES_CGROUP[] = {
    {"memoryCgroup", probe_memory_cgroup},
    {"pidsCgroup", probe_pids_cgroup},
    {"cpuCgroup", probe_cpu_cgroup},
    {"ioCgroup", probe_io_cgroup},
    {"memoryKill", probe_memory_kill},
    {"cgroupKill", probe_cgroup_kill},
    {"cloneIntoCgroup", probe_clone_into_cgroup},
    {NULL, NULL},
};
