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

static const char *const NAMES[CONTROLLER_COUNT] = {"memory", "pids", "cpu", "cpuacct"};

static bool has_word(const char *list, const char *word)
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
        bool match = controller ? has_word(list + 1, controller) : list[1] == '\0';
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
        if (controller ? strcmp(type, "cgroup") == 0 && has_word(options, controller)
                       : strcmp(type, "cgroup2") == 0) {
            r = snprintf(ret_path, size, "%s", path) >= (int)size ? -ENAMETOOLONG : 0;
            snprintf(ret_root, root_size, "%s", root);
        }
    }
    fclose(file);
    return r;
}

static int find_base(const char *controller, char *ret_base, size_t size)
{
    char mount[512], root[512], path[512];
    int r = mount_point(controller, mount, sizeof mount, root, sizeof root);

    if (r == 0)
        r = own_path(controller, path, sizeof path);
    if (r < 0)
        return r;
    /* A container shows part of the hierarchy only; its own path then starts with what is mounted. */
    const char *below = path;
    size_t length = strlen(root);
    if (length > 1 && strncmp(path, root, length) == 0)
        below += length;
    r = snprintf(ret_base, size, "%s%s", mount, strcmp(below, "/") == 0 ? "" : below);
    if (r >= (int)size)
        return -ENAMETOOLONG;
    /* A supervisor whose forkserver died before stands aside already. */
    char *last = strrchr(ret_base, '/');
    if (!controller && last && strcmp(last + 1, SUPERVISOR_LEAF) == 0)
        *last = '\0';
    return 0;
}

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
    snprintf(own, sizeof own, "%d", getpid());
    int r = cgroup_write_at(tree->directory, HOST_LEAF "/cgroup.procs", own);
    if (r < 0 || tree->version == CGROUP_V1)
        return r;
    r = cgroup_stand_aside(tree->base);
    if (r == 0)
        r = cgroup_enable_below(tree->base);
    return r < 0 ? r : cgroup_enable_below(path);
}

static void remove_directory(struct cgroup_tree *tree, const char *name)
{
    char path[600], aside[600], own[16];

    /* Back to where we came from, so that the leaf is empty; to the supervisor where v2 refuses that. */
    snprintf(own, sizeof own, "%d", getpid());
    cgroup_aside_of(tree->base, aside, sizeof aside);
    if (cgroup_write_in(tree->base, "cgroup.procs", own) < 0 && tree->version == CGROUP_V2)
        cgroup_write_in(aside, "cgroup.procs", own);
    if (tree->directory >= 0)
        unlinkat(tree->directory, HOST_LEAF, AT_REMOVEDIR);
    close_fd(&tree->directory);
    snprintf(path, sizeof path, "%s/%s", tree->base, name);
    rmdir(path);
    if (tree->version == CGROUP_V2)
        cgroup_stand_back(tree->base);
}

static int find_tree(struct cgroup_host *host, const char *base, enum cgroup_version version)
{
    for (int i = 0; i < host->tree_count; i++)
        if (strcmp(host->trees[i].base, base) == 0)
            return i; /* cpu and cpuacct are often mounted together; v2 is one tree for all */
    struct cgroup_tree *tree = &host->trees[host->tree_count];
    *tree = (struct cgroup_tree){.directory = -1, .version = version};
    snprintf(tree->base, sizeof tree->base, "%s", base);
    int r = make_directory(tree, host->name);
    if (r < 0) {
        remove_directory(tree, host->name);
        return r;
    }
    return host->tree_count++;
}

/* Is the controller in this list of a v2 group: cgroup.controllers or cgroup.subtree_control? */
static bool listed(const char *group, const char *file, enum controller controller)
{
    char path[700], text[256];

    snprintf(path, sizeof path, "%s/%s", group, file);
    owned_fd fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (n < 0)
        return false;
    text[n] = '\0';
    return has_word(text, NAMES[controller == CONTROLLER_CPUACCT ? CONTROLLER_CPU : controller]);
}

struct place {
    enum cgroup_version version;
    char base[512];
};

static void find_place(enum controller controller, struct place *ret_place)
{
    *ret_place = (struct place){.version = CGROUP_NONE};
    if (find_base(NULL, ret_place->base, sizeof ret_place->base) == 0 &&
        listed(ret_place->base, "cgroup.controllers", controller))
        ret_place->version = CGROUP_V2;
    else if (find_base(NAMES[controller], ret_place->base, sizeof ret_place->base) == 0)
        ret_place->version = CGROUP_V1;
}

int cgroup_host_open(struct cgroup_host *ret_host, struct fault *reterr_fault)
{
    struct cgroup_host host = {0};
    struct place places[CONTROLLER_COUNT];
    char path[600];

    (void)reterr_fault; /* having no controller is a fact about the host: the level says so */
    snprintf(host.name, sizeof host.name, PREFIX "%d-%llu", getpid(),
             (unsigned long long)process_start_time(getpid()));
    /* First for all controllers: making a tree moves us, and then this is no longer where we came from. */
    for (int c = 0; c < CONTROLLER_COUNT; c++)
        find_place((enum controller)c, &places[c]);
    for (int c = 0; c < CONTROLLER_COUNT; c++) {
        host.tree_of[c] = -1;
        if (places[c].version == CGROUP_NONE)
            continue;
        int tree = find_tree(&host, places[c].base, places[c].version);
        for (int other = c + 1; tree < 0 && other < CONTROLLER_COUNT; other++)
            if (strcmp(places[other].base, places[c].base) == 0)
                places[other].version = CGROUP_NONE; /* it would fail the same way */
        snprintf(path, sizeof path, "%s/%s", places[c].base, host.name);
        if (tree >= 0 && (places[c].version == CGROUP_V1 ||
                          listed(path, "cgroup.subtree_control", (enum controller)c)))
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

static int sweep_base(const char *base)
{
    DIR *directory = opendir(base);
    int removed = 0, r = 0;

    if (!directory)
        return -errno;
    for (struct dirent *entry; r >= 0 && (entry = readdir(directory));) {
        int pid;
        unsigned long long start;
        char rest;
        if (sscanf(entry->d_name, PREFIX "%d-%llu%c", &pid, &start, &rest) != 2)
            continue;
        if (process_start_time(pid) == start)
            continue; /* it lives */
        r = sweep_directory(base, entry->d_name);
        removed += r > 0;
    }
    closedir(directory);
    return r < 0 ? r : removed;
}

int cgroup_sweep(void)
{
    char base[512];
    int removed = 0;

    for (int c = -1; c < CONTROLLER_COUNT; c++) {
        if (find_base(c < 0 ? NULL : NAMES[c], base, sizeof base) < 0)
            continue;
        int r = sweep_base(base);
        if (c < 0)
            cgroup_stand_back(base);
        if (r < 0)
            return r;
        removed += r;
    }
    return removed;
}
