/* What only cgroup v2 asks for: a group with processes has no controllers below it. */
#include "cgroup_v2.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup_files.h"
#include "fd.h"

#define ANCESTORS_MAX 64
#define EVERYBODY (-1)
#define NOBODY (-2)

static const char *const CONTROLLERS[] = {"memory", "pids", "cpu"};

/* A number of /proc/PID/stat by its place; 0 when the process is gone. */
static uint64_t stat_field(pid_t pid, int place)
{
    char path[32], text[1024];

    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    owned_fd fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    char *field = strrchr(text, ')'); /* field 2 may hold anything */
    for (int i = 2; field && i < place; i++)
        field = strchr(field + 1, ' ');
    return field ? strtoull(field + 1, NULL, 10) : 0;
}

uint64_t process_start_time(pid_t pid)
{
    return stat_field(pid, 22);
}

/* Did this process start it, directly or not? Everything descends from process 1, so that says nothing. */
static bool descends_from(pid_t pid, pid_t ancestor)
{
    for (int depth = 0; pid > 1 && pid != ancestor && depth < ANCESTORS_MAX; depth++)
        pid = (pid_t)stat_field(pid, 4);
    return pid == ancestor && ancestor > 1;
}

/* May we move it? That is the supervisor, and what descends from it. We ourselves do too, but everything does where the
 * supervisor is process 1, so we and who started us (a probe's runner) are named. */
static bool is_ours(pid_t pid, pid_t supervisor)
{
    return pid > 0 && (pid == supervisor || pid == getpid() || pid == getppid() ||
                       descends_from(pid, supervisor));
}

/* How many processes are in the group itself, without ours; all of them with NOBODY. */
static int count_strangers(const char *group, pid_t supervisor)
{
    char path[640];
    int count = 0;
    pid_t pid;

    snprintf(path, sizeof path, "%s/cgroup.procs", group);
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    while (fscanf(file, "%d", &pid) == 1)
        if (pid == 0 ||
            (process_start_time(pid) != 0 && (supervisor == NOBODY || !is_ours(pid, supervisor))))
            count++;
    if (ferror(file)) /* a threaded group has no such list, and no place for us */
        count = -EOPNOTSUPP;
    fclose(file);
    return count;
}

/* The root of the hierarchy may have processes and controllers below it; that of a namespace may not. */
static bool is_root(const char *group)
{
    char path[640];

    snprintf(path, sizeof path, "%s/cgroup.type", group);
    return access(path, F_OK) < 0 && errno == ENOENT;
}

int cgroup_climb(char *group, size_t top, pid_t supervisor)
{
    for (size_t length = strlen(group);;) {
        char candidate[512];
        if (snprintf(candidate, sizeof candidate, "%.*s", (int)length, group) >=
            (int)sizeof candidate)
            return -ENAMETOOLONG;
        bool own = group[length] == '\0';
        if (access(candidate, F_OK) < 0)
            return -errno;
        int strangers =
            is_root(candidate) ? 0 : count_strangers(candidate, own ? supervisor : NOBODY);
        if (strangers == 0)
            group[length] = '\0';
        if (strangers <= 0)
            return strangers;
        if (length <= top)
            return -EBUSY;
        length = (size_t)(strrchr(candidate, '/') - candidate);
    }
}

/* Moves the supervisor and what it has started, or everybody. Returns how many are left; ret_moved counts the
 * others. */
static int move_processes(const char *from, const char *to, pid_t supervisor, int *ret_moved)
{
    char path[640], pid[16];
    int left = 0;

    *ret_moved = 0;
    snprintf(path, sizeof path, "%s/cgroup.procs", from);
    FILE *file = fopen(path, "re");
    if (!file)
        return -errno;
    /* The kernel's list is alive: it copes with who leaves, but may skip one. So callers repeat this. */
    while (fscanf(file, "%15s", pid) == 1) {
        pid_t number = (pid_t)strtol(pid, NULL, 10);
        /* 0 is somebody of a pid namespace that we cannot see, and would mean ourselves when written. */
        bool ours = number > 0 && (supervisor == EVERYBODY || is_ours(number, supervisor));
        if (ours && cgroup_write_in(to, "cgroup.procs", pid) == 0)
            (*ret_moved)++;
        else if (number == 0 || process_start_time(number) != 0)
            left++;
    }
    fclose(file);
    return left;
}

void cgroup_aside_of(const char *base, char *ret_path, size_t size)
{
    snprintf(ret_path, size, "%s/" SUPERVISOR_LEAF, base);
}

static bool any_enabled(const char *group)
{
    for (size_t i = 0; i < sizeof CONTROLLERS / sizeof *CONTROLLERS; i++)
        if (cgroup_lists(group, "cgroup.subtree_control", CONTROLLERS[i]))
            return true;
    return false;
}

int cgroup_stand_aside(const char *base, pid_t supervisor)
{
    char aside[600];
    int moved, left;

    if (is_root(base))
        return 0; /* the rule does not hold there */
    left = count_strangers(base, NOBODY);
    if (left <= 0)
        return left; /* nobody to move: another of ours did it, or we look for a place from below */
    cgroup_aside_of(base, aside, sizeof aside);
    if (mkdir(aside, 0755) == 0) {
        /* The leaf means: the controllers below this group are ours, to be disabled in the end. Threaded ones may
         * be enabled beside processes, and then by somebody else. */
        if (any_enabled(base)) {
            rmdir(aside);
            return -EBUSY;
        }
    } else if (errno != EEXIST) {
        return -errno;
    }
    do /* again, because they may have forked meanwhile */
        left = move_processes(base, aside, supervisor, &moved);
    while (moved > 0);
    return left > 0 ? -EBUSY : left;
}

void cgroup_stand_back(const char *base)
{
    char aside[600];
    int moved;

    cgroup_aside_of(base, aside, sizeof aside);
    DIR *directory = access(aside, F_OK) < 0 ? NULL : opendir(base);
    if (!directory)
        return;
    int others = 0;
    for (struct dirent *entry; (entry = readdir(directory));)
        others += entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
                  strcmp(entry->d_name, SUPERVISOR_LEAF) != 0;
    closedir(directory);
    if (others > 0)
        return;
    for (size_t i = 0; i < sizeof CONTROLLERS / sizeof *CONTROLLERS; i++) {
        char change[16];
        snprintf(change, sizeof change, "-%s", CONTROLLERS[i]);
        cgroup_write_in(base, "cgroup.subtree_control", change);
    }
    do
        move_processes(aside, base, EVERYBODY, &moved);
    while (moved > 0);
    rmdir(aside);
}

int cgroup_enable_below(const char *group)
{
    char change[16];
    int r = -ENOENT;

    for (size_t i = 0; i < sizeof CONTROLLERS / sizeof *CONTROLLERS; i++) {
        snprintf(change, sizeof change, "+%s", CONTROLLERS[i]);
        /* What is enabled already may be in a file that is not ours to write. */
        if (cgroup_lists(group, "cgroup.subtree_control", CONTROLLERS[i]) ||
            cgroup_write_in(group, "cgroup.subtree_control", change) == 0)
            r = 0;
    }
    return r;
}
