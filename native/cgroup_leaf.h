/* What keeping leaves (cgroup_kept.c) needs of one leaf (cgroup.c). */
#pragma once
#include "cgroup.h"

int cgroup_leaf_make(struct cgroup_host *host, struct cgroup *ret_cgroup,
                     struct fault *reterr_fault);
/* 0, or -EBUSY while a zombie is left: try again. */
int cgroup_leaf_remove(const struct cgroup_host *host, struct cgroup *cgroup);

/* One file by its name in each version; NULL where that has none. */
struct cgroup_file {
    enum controller controller;
    const char *v1, *v2;
};
/* The places of cgroup.files. */
enum polled { POLLED_CPU, POLLED_MEMORY, POLLED_PIDS };

/* "NAME/FILE" below our directory, or NULL where this version has no such file. */
const char *cgroup_locate(const struct cgroup_host *host, const struct cgroup *cgroup,
                          const struct cgroup_file *file, char *path, size_t size,
                          int *ret_directory);
/* The number behind a key of a flat keyed file; the file's only one when key is NULL. */
int cgroup_read_number(int fd, const char *key, uint64_t *ret_number);
