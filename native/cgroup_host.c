/* Where our cgroups live: finding the trees, making our directory in each, sweeping what dead forkservers left. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgroup.h"
#include "cgroup_files.h"
#include "cgroup_v2.h"
#include "fd.h"

#define PREFIX "broodbox-"
#define HOST_LEAF                                                                                  \
    "host" /* forkserver, zygotes and inits: so "a job's leaf is empty" means the job is gone */

#define CLOSE_ATTEMPTS 100 /* a millisecond apart: all is to be gone within a second */

static const char *const NAMES[CONTROLLER_COUNT] = {"memory", "pids", "cpu", "cpuacct"};

/* Our own cgroup in a hierarchy, from /proc/self/cgroup: lines "ID:CONTROLLERS:PATH". */
static int own_path(const char *controller, char *ret_path, size_t size)
{
    char line[1024];
    FILE *file = fopen("/proc/self/cgroup", "re");
    int r = -ENOENT;

    if (!file)
        return -errno;
    while (r == -ENOENT && fgets(line, sizeof line, file)) {
        char *list = strchr(line, ':'), *path = list ? strchr(list + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        bool match = controller ? cgroup_has_word(list + 1, controller) : list[1] == '\0';
        if (match)
            r = snprintf(ret_path, size, "%s", path) >= (int)size ? -ENAMETOOLONG : 0;
    }
    fclose(file);
    return r;
}

/* Where the hierarchy is mounted: v1 by its controller among the super options, v2 by file system type. */
static int mount_point(const char *controller, char *ret_path, size_t size, char *ret_root,
                       size_t root_size)
{
    char line[2048];
    FILE *file = fopen("/proc/self/mountinfo", "re");
    int r = -ENOENT;

    if (!file)
        return -errno;
    while (r == -ENOENT && fgets(line, sizeof line, file)) {
        char root[512], path[512], type[32], options[512];
        char *dash = strstr(line, " - ");
        if (!dash || sscanf(line, "%*d %*d %*s %511s %511s", root, path) != 2 ||
            sscanf(dash, " - %31s %*s %511s", type, options) != 2)
            continue;
        if (controller ? strcmp(type, "cgroup") == 0 && cgroup_has_word(options, controller)
                       : strcmp(type, "cgroup2") == 0) {
            r = snprintf(ret_path, size, "%s", path) >= (int)size ? -ENAMETOOLONG : 0;
            snprintf(ret_root, root_size, "%s", root);
        }
    }
    fclose(file);
    return r;
}

/* Our own group in a hierarchy, as a path in the file system; its first ret_top characters are the mount point. */
static int find_own(const char *controller, char *ret_group, size_t size, size_t *ret_top)
{
    char mount[512], root[512], path[512];
    int r = mount_point(controller, mount, sizeof mount, root, sizeof root);

    if (r == 0)
        r = own_path(controller, path, sizeof path);
    if (r < 0)
        return r;
    if (strcmp(path, "/..") == 0 || strncmp(path, "/../", 4) == 0)
        return -ENOENT; /* outside our cgroup namespace: it has no name here */
    /* A container shows part of the hierarchy only; its own path then starts with what is mounted. */
    const char *below = path;
    size_t length = strlen(root);
    if (length > 1 && strncmp(path, root, length) == 0)
        below += length;
    *ret_top = strlen(mount);
    int n = snprintf(ret_group, size, "%s%s", mount, strcmp(below, "/") == 0 ? "" : below);
    return n >= (int)size ? -ENAMETOOLONG : 0;
}

/* A supervisor whose forkserver died before stands aside already. */
static void leave_aside(char *group)
{
    char *last = strrchr(group, '/');
    if (last && strcmp(last + 1, SUPERVISOR_LEAF) == 0)
        *last = '\0';
}

int cgroup_find_base(const char *controller, pid_t supervisor, char *ret_base, size_t size)
{
    size_t top;
    int r = find_own(controller, ret_base, size, &top);

    if (r < 0 || controller)
        return r;
    leave_aside(ret_base);
    return cgroup_climb(ret_base, top, supervisor);
}

struct place {
    enum cgroup_version version;
    char base[512];
    char origin[512];
};

static int make_directory(struct cgroup_tree *tree, const char *name)
{
    char path[600], own[16];

    snprintf(path, sizeof path, "%s/%s", tree->base, name);
    if (mkdir(path, 0755) < 0 && errno != EEXIST)
        return -errno;
    tree->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (tree->directory < 0)
        return -errno;
    if (mkdirat(tree->directory, HOST_LEAF, 0755) < 0 && errno != EEXIST)
        return -errno;
    /* Before we leave: whoever is in the base must find a leaf to wait in, and that may be we alone. */
    int r = tree->version == CGROUP_V2 ? cgroup_stand_aside(tree->base, getppid()) : 0;
    snprintf(own, sizeof own, "%d", getpid());
    if (r == 0)
        r = cgroup_write_at(tree->directory, HOST_LEAF "/cgroup.procs", own);
    if (r < 0 || tree->version == CGROUP_V1)
        return r;
    r = cgroup_enable_below(tree->base);
    return r < 0 ? r : cgroup_enable_below(path);
}

/* Every leaf but the one that we are in: those that are kept, and any that could not be removed before. */
static int remove_leaves(int directory)
{
    int fd = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *leaves = fd < 0 ? NULL : fdopendir(fd);
    int left = 0;

    if (!leaves)
        return 0;
    for (struct dirent *entry; (entry = readdir(leaves));)
        if (entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
            strcmp(entry->d_name, HOST_LEAF) != 0)
            left += unlinkat(directory, entry->d_name, AT_REMOVEDIR) < 0;
    closedir(leaves);
    return left;
}

static void remove_directory(struct cgroup_tree *tree, const char *name)
{
    char path[600], aside[600], own[16];

    /* Back to where we came from, so that the leaf is empty; to the supervisor where v2 refuses that. */
    snprintf(own, sizeof own, "%d", getpid());
    cgroup_aside_of(tree->base, aside, sizeof aside);
    if (cgroup_write_in(tree->origin, "cgroup.procs", own) < 0 && tree->version == CGROUP_V2)
        cgroup_write_in(aside, "cgroup.procs", own);
    if (tree->directory >= 0)
        unlinkat(tree->directory, HOST_LEAF, AT_REMOVEDIR);
    close_fd(&tree->directory);
    snprintf(path, sizeof path, "%s/%s", tree->base, name);
    rmdir(path);
    if (tree->version == CGROUP_V2)
        cgroup_stand_back(tree->base);
}

static int find_tree(struct cgroup_host *host, const struct place *place)
{
    for (int i = 0; i < host->tree_count; i++)
        if (strcmp(host->trees[i].base, place->base) == 0)
            return i; /* cpu and cpuacct are often mounted together; v2 is one tree for all */
    struct cgroup_tree *tree = &host->trees[host->tree_count];
    *tree = (struct cgroup_tree){.directory = -1, .version = place->version};
    snprintf(tree->base, sizeof tree->base, "%s", place->base);
    snprintf(tree->origin, sizeof tree->origin, "%s", place->origin);
    int r = make_directory(tree, host->name);
    if (r < 0) {
        remove_directory(tree, host->name);
        return r;
    }
    return host->tree_count++;
}

static int find_place(enum cgroup_version version, const char *controller, struct place *ret_place)
{
    size_t top;

    *ret_place = (struct place){.version = CGROUP_NONE};
    int r = find_own(controller, ret_place->origin, sizeof ret_place->origin, &top);
    if (r == 0)
        r = cgroup_find_base(controller, getppid(), ret_place->base, sizeof ret_place->base);
    if (r == 0)
        ret_place->version = version;
    return r;
}

/* v2 is looked at once: others come and go, and all its controllers must be in one place. */
static void find_places(struct place ret_places[static CONTROLLER_COUNT])
{
    struct place v2;
    int r = find_place(CGROUP_V2, NULL, &v2);

    for (int c = 0; c < CONTROLLER_COUNT; c++) {
        const char *name = NAMES[c == CONTROLLER_CPUACCT ? CONTROLLER_CPU : c];
        if (r == 0 && cgroup_lists(v2.base, "cgroup.controllers", name))
            ret_places[c] = v2;
        else
            find_place(CGROUP_V1, NAMES[c], &ret_places[c]);
    }
}

/* The inode is what tells pid namespaces apart: in another one a pid names somebody else. 0 with errno set. */
static unsigned long long pid_namespace(void)
{
    struct stat status;
    return stat("/proc/self/ns/pid", &status) < 0 ? 0 : (unsigned long long)status.st_ino;
}

int cgroup_host_open(struct cgroup_host *ret_host, struct fault *reterr_fault)
{
    struct cgroup_host host = {0};
    struct place places[CONTROLLER_COUNT];
    char path[600];

    /* Having no controller is no fault but a fact about the host: the level says so. */
    unsigned long long namespace = pid_namespace();
    if (namespace == 0)
        return fault_set(reterr_fault, "cgroupCreate", errno, "cannot stat /proc/self/ns/pid");
    snprintf(host.name, sizeof host.name, PREFIX "%llu-%d-%llu", namespace, getpid(),
             (unsigned long long)process_start_time(getpid()));
    /* First for all controllers: making a tree moves us, and then this is no longer where we came from. */
    find_places(places);
    for (int c = 0; c < CONTROLLER_COUNT; c++) {
        host.tree_of[c] = -1;
        if (places[c].version == CGROUP_NONE)
            continue;
        int tree = find_tree(&host, &places[c]);
        for (int other = c + 1; tree < 0 && other < CONTROLLER_COUNT; other++)
            if (strcmp(places[other].base, places[c].base) == 0)
                places[other].version = CGROUP_NONE; /* it would fail the same way */
        snprintf(path, sizeof path, "%s/%s", places[c].base, host.name);
        if (tree >= 0 && (places[c].version == CGROUP_V1 ||
                          cgroup_lists(path, "cgroup.subtree_control",
                                       NAMES[c == CONTROLLER_CPUACCT ? CONTROLLER_CPU : c])))
            host.tree_of[c] = tree;
    }
    /* On v2 processor time is counted in every group, also where the cpu controller is not offered. */
    for (int i = 0; i < host.tree_count && host.tree_of[CONTROLLER_CPUACCT] < 0; i++)
        if (host.trees[i].version == CGROUP_V2)
            host.tree_of[CONTROLLER_CPUACCT] = i;
    *ret_host = host;
    return 0;
}

void cgroup_host_close(struct cgroup_host *host)
{
    for (int i = 0; i < host->kept_count; i++)
        for (int file = 0; file < 3; file++)
            close_fd(&host->kept[i].files[file]);
    host->kept_count = 0;
    /* A job that has been reaped may hold its groups for an instant more. */
    for (int i = 0; i < host->tree_count; i++)
        for (int attempt = 0; attempt < CLOSE_ATTEMPTS; attempt++) {
            if (remove_leaves(host->trees[i].directory) == 0)
                break;
            usleep(1000);
        }
    for (int i = 0; i < host->tree_count; i++)
        remove_directory(&host->trees[i], host->name);
    host->tree_count = 0;
}

static void kill_all(int directory, const char *leaf)
{
    char path[320];
    pid_t pid;

    snprintf(path, sizeof path, "%s/cgroup.kill",
             leaf); /* v2 since 5.14: also what forks meanwhile */
    cgroup_write_at(directory, path, "1");
    snprintf(path, sizeof path, "%s/cgroup.procs", leaf);
    int fd = openat(directory, path, O_RDONLY | O_CLOEXEC);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "re");
    if (!file)
        return;
    while (fscanf(file, "%d", &pid) == 1)
        if (pid > 0) /* v2 prints 0 for who is outside our pid namespace, and 0 would be us */
            kill(pid, SIGKILL);
    fclose(file);
}

/* Kills what is in the leaves of one left-over directory and removes it; zombies may need a moment. */
static int sweep_directory(const char *base, const char *name)
{
    char path[800];

    snprintf(path, sizeof path, "%s/%s", base, name);
    for (int attempt = 0; attempt < 100; attempt++) {
        DIR *directory = opendir(path);
        if (!directory)
            return errno == ENOENT ? 1 : -errno;
        for (struct dirent *entry; (entry = readdir(directory));) {
            if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
                continue;
            kill_all(dirfd(directory), entry->d_name);
            unlinkat(dirfd(directory), entry->d_name, AT_REMOVEDIR);
        }
        closedir(directory);
        if (rmdir(path) == 0)
            return 1;
        usleep(10000);
    }
    return -EBUSY;
}

/* Only what this pid namespace has made: of others we cannot tell whether they live. */
static int sweep_base(const char *base)
{
    unsigned long long own_namespace = pid_namespace();
    DIR *directory = opendir(base);
    int removed = 0, r = 0;

    if (!directory)
        return -errno;
    for (struct dirent *entry; r >= 0 && (entry = readdir(directory));) {
        int pid;
        unsigned long long namespace, start;
        char rest;
        if (sscanf(entry->d_name, PREFIX "%llu-%d-%llu%c", &namespace, &pid, &start, &rest) != 3)
            continue;
        if (namespace != own_namespace)
            continue;
        if (process_start_time(pid) == start)
            continue; /* it lives */
        r = sweep_directory(base, entry->d_name);
        removed += r > 0;
    }
    closedir(directory);
    return r < 0 ? r : removed;
}

/* Our own group, and on v2 those above it, where a supervisor that was elsewhere in this session has its base. */
static int sweep_upwards(char *group, size_t top)
{
    int removed = 0;

    for (;;) {
        /* What is not ours to write holds nothing of ours. */
        int r = access(group, W_OK) < 0 ? 0 : sweep_base(group);
        if (r < 0)
            return r;
        removed += r;
        if (strlen(group) <= top)
            return removed;
        *strrchr(group, '/') = '\0';
    }
}

int cgroup_sweep(void)
{
    char own[512], group[512];
    int removed = 0;
    size_t top;

    for (int c = -1; c < CONTROLLER_COUNT; c++) {
        if (find_own(c < 0 ? NULL : NAMES[c], own, sizeof own, &top) < 0)
            continue;
        if (c < 0)
            leave_aside(own);
        memcpy(group, own, sizeof group);
        int r = c < 0 ? sweep_upwards(group, top) : sweep_base(group);
        if (c < 0)
            cgroup_stand_back(own);
        if (r < 0)
            return r;
        removed += r;
    }
    return removed;
}
