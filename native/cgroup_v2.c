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
        bool ours = number > 0 && (supervisor == EVERYBODY || number == supervisor ||
                                   descends_from(number, supervisor));
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

int cgroup_stand_aside(const char *base)
{
    char path[640], aside[600];
    int moved, left;

    snprintf(path, sizeof path, "%s/cgroup.type", base);
    if (access(path, F_OK) < 0)
        return 0; /* the root of the hierarchy, for which the rule does not hold */
    cgroup_aside_of(base, aside, sizeof aside);
    if (mkdir(aside, 0755) < 0 && errno != EEXIST)
        return -errno;
    do /* again, because they may have forked meanwhile */
        left = move_processes(base, aside, getppid(), &moved);
    while (moved > 0);
    return left > 0 ? -EBUSY : left;
}

static const char *const DISABLE[] = {"-memory", "-pids", "-cpu"};

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
    for (size_t i = 0; i < sizeof DISABLE / sizeof *DISABLE; i++)
        cgroup_write_in(base, "cgroup.subtree_control", DISABLE[i]);
    do
        move_processes(aside, base, EVERYBODY, &moved);
    while (moved > 0);
    rmdir(aside);
}

int cgroup_enable_below(const char *group)
{
    static const char *const ENABLE[] = {"+memory", "+pids", "+cpu"};
    int r = -ENOENT;

    for (size_t i = 0; i < sizeof ENABLE / sizeof *ENABLE; i++)
        if (cgroup_write_in(group, "cgroup.subtree_control", ENABLE[i]) == 0)
            r = 0;
    return r;
}
