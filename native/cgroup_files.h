/* Small reads and writes below /sys/fs/cgroup, shared by the files that deal with cgroups. */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

static inline int cgroup_write_at(int directory, const char *path, const char *value)
{
    owned_fd fd = openat(directory, path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    ssize_t n = RETRY(write(fd, value, strlen(value)));
    return n < 0 ? -errno : 0;
}

static inline int cgroup_write_in(const char *group, const char *file, const char *value)
{
    char path[640];

    snprintf(path, sizeof path, "%s/%s", group, file);
    return cgroup_write_at(AT_FDCWD, path, value);
}
