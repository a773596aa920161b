/* Small reads and writes below /sys/fs/cgroup, shared by the files that deal with cgroups. */
#pragma once
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fd.h"

/* Is the word in a list that is separated by commas or spaces? */
static inline bool cgroup_has_word(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length) {
        char before = at == list ? ',' : at[-1], after = at[length];
        if ((before == ',' || before == ' ') &&
            (after == ',' || after == '\n' || after == '\0' || after == ' '))
            return true;
    }
    return false;
}

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

/* Is the controller in this list of a v2 group: cgroup.controllers or cgroup.subtree_control? */
static inline bool cgroup_lists(const char *group, const char *file, const char *controller)
{
    char path[700], text[256];

    snprintf(path, sizeof path, "%s/%s", group, file);
    owned_fd fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (n < 0)
        return false;
    text[n] = '\0';
    return cgroup_has_word(text, controller);
}
