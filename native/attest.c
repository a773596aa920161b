#include "attest.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"
#include "mounts.h"

#define DESCRIPTORS_MAX 1024 /* RLIMIT_NOFILE of every job */
#define DIFFERS(...) fault_set(reterr_fault, "attest", EPERM, __VA_ARGS__)

static ssize_t read_proc(pid_t pid, const char *file, char *text, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%d/%s", pid, file);
    owned_fd fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    size_t length = 0;
    for (ssize_t n; length < size - 1 && (n = read(fd, text + length, size - 1 - length)) > 0;)
        length += (size_t)n;
    text[length] = '\0';
    return (ssize_t)length;
}

/* The value of one line of /proc/PID/status, without surrounding blanks. */
static bool status_field(const char *status, const char *key, char *ret_value, size_t size)
{
    char needle[32];

    snprintf(needle, sizeof needle, "\n%s:", key);
    const char *at = strstr(status, needle);
    if (!at)
        return false;
    at += strlen(needle);
    at += strspn(at, " \t");
    size_t length = strcspn(at, "\n");
    while (length > 0 && isspace((unsigned char)at[length - 1]))
        length--;
    snprintf(ret_value, size, "%.*s", (int)length, at);
    return true;
}

static int attest_status(const struct attestation *expected, struct fault *reterr_fault)
{
    char status[4096], value[128], uids[64], gids[64], nested[32];
    const struct jail_ids *ids = expected->ids;

    if (read_proc(expected->job, "status", status, sizeof status) <= 0)
        return DIFFERS("the job process is gone");
    snprintf(uids, sizeof uids, "%u\t%u\t%u\t%u", ids->job_uid, ids->job_uid, ids->job_uid,
             ids->job_uid);
    snprintf(gids, sizeof gids, "%u\t%u\t%u\t%u", ids->job_gid, ids->job_gid, ids->job_gid,
             ids->job_gid);
    snprintf(nested, sizeof nested, "%d\t2", expected->job);
    const struct {
        const char *key, *want;
    } FIELDS[] = {
        {"Uid", uids},
        {"Gid", gids},
        {"CapInh", "0000000000000000"},
        {"CapPrm", "0000000000000000"},
        {"CapEff", "0000000000000000"},
        {"CapBnd", "0000000000000000"},
        {"CapAmb", "0000000000000000"},
        {"NoNewPrivs", "1"},
        {"Seccomp", "2"},
        {"Threads", "1"},
        {"TracerPid", "0"},
    };
    for (size_t i = 0; i < sizeof FIELDS / sizeof *FIELDS; i++)
        if (!status_field(status, FIELDS[i].key, value, sizeof value) ||
            strcmp(value, FIELDS[i].want) != 0)
            return DIFFERS("%s is \"%s\", not \"%s\"", FIELDS[i].key, value, FIELDS[i].want);
    if (!ids->single && (!status_field(status, "Groups", value, sizeof value) || *value))
        return DIFFERS("supplementary groups are left: %s", value);
    /* NSpid lists the pid in every namespace from the reader's down: the last one must be 2. */
    size_t length;
    if (!status_field(status, "NSpid", value, sizeof value) || (length = strlen(value)) < 2 ||
        strcmp(value + length - 2, "\t2") != 0)
        return DIFFERS("NSpid is \"%s\", not \"%s\"", value, nested);
    return 0;
}

static int attest_cgroups(const struct attestation *expected, struct fault *reterr_fault)
{
    char text[4096], want[128];

    if (expected->cgroup_host->tree_count == 0)
        return 0;
    if (read_proc(expected->job, "cgroup", text, sizeof text) <= 0)
        return DIFFERS("cannot read the job's cgroups");
    snprintf(want, sizeof want, "/%s/%s\n", expected->cgroup_host->name, expected->cgroup->name);
    int found = 0;
    for (const char *at = text; (at = strstr(at, want)); at++)
        found++;
    if (found != expected->cgroup_host->tree_count)
        return DIFFERS("the job is in %d of %d cgroups", found, expected->cgroup_host->tree_count);
    return 0;
}

static int attest_namespaces(const struct attestation *expected, struct fault *reterr_fault)
{
    static const char *const SHARED_WITH_INIT[] = {"pid", "mnt", "net", "ipc", "uts"};
    char path[64];
    struct stat job, init, own;

    for (size_t i = 0; i < sizeof SHARED_WITH_INIT / sizeof *SHARED_WITH_INIT; i++) {
        const char *name = SHARED_WITH_INIT[i];
        snprintf(path, sizeof path, "/proc/%d/ns/%s", expected->job, name);
        if (stat(path, &job) < 0)
            return DIFFERS("cannot read the job's %s namespace: errno %d", name, errno);
        snprintf(path, sizeof path, "/proc/%d/ns/%s", expected->init, name);
        if (stat(path, &init) < 0 || init.st_ino != job.st_ino)
            return DIFFERS("the job's %s namespace is not the cell's", name);
        snprintf(path, sizeof path, "/proc/self/ns/%s", name);
        if (stat(path, &own) < 0 || own.st_ino == job.st_ino)
            return DIFFERS("the job's %s namespace is the host's", name);
        if (strcmp(name, "mnt") == 0 && templates_have(expected->templates, job.st_ino))
            return DIFFERS("the job is in the template, and not in a copy of it");
    }
    snprintf(path, sizeof path, "/proc/%d/ns/net", expected->job);
    if (expected->network >= 0 &&
        (stat(path, &job) < 0 || fstat(expected->network, &own) < 0 || own.st_ino != job.st_ino))
        return DIFFERS("the job's net namespace is not the one that the cell was given");
    snprintf(path, sizeof path, "/proc/%d/ns/cgroup", expected->job);
    if (stat(path, &job) < 0 || stat("/proc/self/ns/cgroup", &own) < 0 || own.st_ino == job.st_ino)
        return DIFFERS("the job's cgroup namespace is the host's");
    return 0;
}

/* In a user namespace the directory of a non-dumpable process belongs to an id that is not mapped, and no capability
 * opens it. pidfd_getfd asks for SYS_PTRACE only, so every possible number is tried. */
static int attest_descriptors_one_by_one(const struct attestation *expected,
                                         struct fault *reterr_fault)
{
    for (int number = 0; number < DESCRIPTORS_MAX; number++) {
        struct stat status;
        owned_fd fd = (int)syscall(SYS_pidfd_getfd, expected->job_pidfd, number, 0);
        if (fd < 0 && errno == EBADF && number > 4)
            continue;
        if (fd < 0)
            return DIFFERS("cannot look at descriptor %d: errno %d", number, errno);
        if (number > 4 || fstat(fd, &status) < 0 || !S_ISFIFO(status.st_mode))
            return DIFFERS("descriptor %d is open and not a planned pipe", number);
    }
    return 0;
}

static int attest_descriptors(const struct attestation *expected, struct fault *reterr_fault)
{
    char path[64], target[64];
    unsigned seen = 0;

    if (expected->user_namespace)
        return attest_descriptors_one_by_one(expected, reterr_fault);
    snprintf(path, sizeof path, "/proc/%d/fd", expected->job);
    DIR *directory = opendir(path);
    if (!directory)
        return DIFFERS("cannot list the job's descriptors: errno %d", errno);
    int r = 0;
    for (struct dirent *entry; r == 0 && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.')
            continue;
        ssize_t n = readlinkat(dirfd(directory), entry->d_name, target, sizeof target - 1);
        target[n < 0 ? 0 : n] = '\0';
        long number = strtol(entry->d_name, NULL, 10);
        if (number > 4 || strncmp(target, "pipe:", 5) != 0)
            r = DIFFERS("descriptor %ld is %s", number, target);
        else
            seen |= 1U << number;
    }
    closedir(directory);
    return r == 0 && seen != 0x1f ? DIFFERS("descriptors 0-4 are not all there") : r;
}

static bool is_planned(const broodbox_DefinePlan *plan, const char *path)
{
    if (strcmp(path, "/") == 0 || strcmp(path, "/proc") == 0)
        return true;
    for (unsigned i = 0; i < ACCOUNT_FILE_COUNT; i++)
        if (strncmp(path, "/etc/", 5) == 0 && strcmp(path + 5, ACCOUNT_FILES[i]) == 0)
            return true;
    for (unsigned i = 0; i < SCRATCH_MOUNT_COUNT; i++)
        if (strcmp(path, SCRATCH_MOUNTS[i].path) == 0)
            return true;
    for (unsigned i = 0; i < DEVICE_NODE_COUNT; i++)
        if (strcmp(path, DEVICE_NODES[i]) == 0)
            return true;
    for (pb_size_t i = 0; i < plan->binds_count; i++) {
        const char *target = (const char *)plan->binds[i].target.bytes;
        size_t length = strlen(target);
        /* A bind is recursive: mounts below it are the runtime's own, and read-only like it. */
        if (strncmp(path, target, length) == 0 && (path[length] == '\0' || path[length] == '/'))
            return true;
    }
    return false;
}

static bool is_scratch(const char *path)
{
    for (unsigned i = 0; i < SCRATCH_MOUNT_COUNT; i++)
        if (strcmp(path, SCRATCH_MOUNTS[i].path) == 0)
            return true;
    return false;
}

/* One line of mountinfo: "ID PARENT DEVICE ROOT PATH OPTIONS [TAGS] - TYPE SOURCE OPTIONS-OF-THE-FILE-SYSTEM". */
static int attest_mount(const struct attestation *expected, const char *line, bool *ret_outdated,
                        struct fault *reterr_fault)
{
    char root[4096], path[4096], options[256], shared[256];
    const char *rest = strstr(line, " - ");

    if (sscanf(line, "%*d %*d %*s %4095s %4095s %255s", root, path, options) != 3 || !rest ||
        sscanf(rest, " - %*s %*s %255s", shared) != 1)
        return DIFFERS("cannot read the mount line %s", line);
    if (!is_planned(expected->plan, path))
        return DIFFERS("%s is mounted and not in the plan", path);
    if (!is_scratch(path) && strncmp(options, "ro", 2) != 0)
        return DIFFERS("%s is mounted writable", path);
    if (!strstr(options, "nosuid"))
        return DIFFERS("%s is mounted without nosuid", path);
    if (strcmp(path, "/") == 0 && strncmp(shared, "ro", 2) != 0)
        return DIFFERS("the root, which cells share, is a writable file system");
    size_t length = strlen(root), mark = strlen("//deleted");
    if (length > mark && strcmp(root + length - mark, "//deleted") == 0)
        *ret_outdated = true;
    return 0;
}

static int attest_mounts(const struct attestation *expected, bool *ret_outdated,
                         struct fault *reterr_fault)
{
    static char text[262144]; /* 48 binds with paths of 511 bytes take 60 KB */

    ssize_t size = read_proc(expected->job, "mountinfo", text, sizeof text);
    if (size <= 0 || size == (ssize_t)sizeof text - 1)
        return DIFFERS("cannot read the job's mounts");
    char *rest = NULL;
    int r = 0;
    for (char *line = strtok_r(text, "\n", &rest); r == 0 && line;
         line = strtok_r(NULL, "\n", &rest))
        r = attest_mount(expected, line, ret_outdated, reterr_fault);
    return r;
}

int attest_sandbox(const struct attestation *expected, bool full, bool *ret_outdated,
                   struct fault *reterr_fault)
{
    int r = attest_status(expected, reterr_fault);

    if (r == 0)
        r = attest_cgroups(expected, reterr_fault);
    if (r < 0 || !full)
        return r;
    r = attest_namespaces(expected, reterr_fault);
    if (r == 0)
        r = attest_descriptors(expected, reterr_fault);
    if (r == 0)
        r = attest_mounts(expected, ret_outdated, reterr_fault);
    return r;
}
