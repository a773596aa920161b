#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"

#define PATH_BYTES 640 /* a "." and a target: at most 511 bytes on the wire */
#define SCRATCH_INODES 65536U
#define ROOT_OPTIONS "mode=0755,size=1M,nr_inodes=4096"

const struct scratch_mount SCRATCH_MOUNTS[] = {
    {"/tmp", OWNED_BY_JOB, true},      {"/job", OWNED_BY_JOB, true},  {"/out", OWNED_BY_JOB, false},
    {"/dev/shm", OWNED_BY_JOB, false}, {"/in", OWNED_BY_INIT, false},
};
const unsigned SCRATCH_MOUNT_COUNT = sizeof SCRATCH_MOUNTS / sizeof *SCRATCH_MOUNTS;

/* rdev of each node is checked before it is bound: runc's CVE-2025-31133 bound over a swapped one. */
static const struct {
    const char *name;
    unsigned major, minor;
} DEVICES[] = {{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}};
const char *const DEVICE_NODES[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                    "/dev/urandom"};
const unsigned DEVICE_NODE_COUNT = sizeof DEVICE_NODES / sizeof *DEVICE_NODES;

static const struct {
    const char *path, *content;
} FILES[] = {
    {"etc/passwd", "job:x:%u:%u:job:/tmp:/usr/sbin/nologin\n"},
    {"etc/group", "job:x:%u:\n"},
    {"etc/hosts", "127.0.0.1 localhost\n"},
    {"etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
};

static int fail(struct fault *reterr_fault, const char *what, const char *where)
{
    return fault_set(reterr_fault, "mounts", errno, "cannot %s %s", what, where);
}

/* Creates every directory of a staging-relative path; with a file at the end unless `directory`. */
static int make_target(const char *path, bool directory)
{
    char part[PATH_BYTES];
    size_t length = strlen(path);

    if (length >= sizeof part)
        return -ENAMETOOLONG;
    for (size_t i = 1; i <= length; i++) {
        if (path[i] != '/' && path[i] != '\0')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        bool last = path[i] == '\0';
        if (last && !directory) {
            owned_fd fd = open(part, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0444);
            if (fd < 0)
                return -errno;
        } else if (mkdir(part, 0755) < 0 && errno != EEXIST) {
            return -errno;
        }
    }
    return 0;
}

/* Read-only, nosuid, nodev for a mount and all below it. */
static int lock_down(int tree_fd, const char *path, __u64 extra)
{
    struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | extra};
    int flags = AT_RECURSIVE | (tree_fd >= 0 ? AT_EMPTY_PATH : 0);

    if (syscall(SYS_mount_setattr, tree_fd >= 0 ? tree_fd : AT_FDCWD, path, flags, &attributes,
                sizeof attributes) < 0)
        return -errno;
    return 0;
}

/* Binds one host path at its place below the current directory, without it ever being writable there. */
static int bind_read_only(const char *source, const char *target, __u64 extra,
                          struct fault *reterr_fault)
{
    struct stat status;
    owned_fd tree = (int)syscall(SYS_open_tree, AT_FDCWD, source,
                                 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

    if (tree < 0)
        return fail(reterr_fault, "open", source);
    int r = lock_down(tree, "", extra);
    if (r < 0) {
        errno = -r;
        return fail(reterr_fault, "make read-only", source);
    }
    if (fstat(tree, &status) < 0)
        return fail(reterr_fault, "stat", source);
    r = make_target(target, S_ISDIR(status.st_mode));
    if (r < 0) {
        errno = -r;
        return fail(reterr_fault, "make the place of", source);
    }
    if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0)
        return fail(reterr_fault, "bind", source);
    return 0;
}

static int mount_scratch(const broodbox_DefinePlan *plan, const struct jail_ids *ids,
                         struct fault *reterr_fault)
{
    for (unsigned i = 0; i < SCRATCH_MOUNT_COUNT; i++) {
        const struct scratch_mount *mount_point = &SCRATCH_MOUNTS[i];
        bool out = strcmp(mount_point->path, "/out") == 0;
        bool job = mount_point->owner == OWNED_BY_JOB;
        unsigned long long bytes = out ? plan->out_bytes : plan->tmp_bytes;
        unsigned inodes = out ? plan->out_files + 64 : SCRATCH_INODES;
        char options[160], target[PATH_BYTES];

        snprintf(options, sizeof options, "mode=%s,uid=%u,gid=%u,size=%llu,nr_inodes=%u",
                 job ? "0700" : "0755", job ? ids->job_uid : ids->init_uid,
                 job ? ids->job_gid : ids->init_gid, bytes, inodes);
        snprintf(target, sizeof target, ".%s", mount_point->path);
        int r = make_target(target, true);
        if (r < 0) {
            errno = -r;
            return fail(reterr_fault, "make", mount_point->path);
        }
        unsigned long flags = MS_NOSUID | MS_NODEV | (mount_point->exec ? 0 : MS_NOEXEC);
        if (mount("tmpfs", target, "tmpfs", flags, options) < 0)
            return fail(reterr_fault, "mount", mount_point->path);
    }
    return 0;
}

static int bind_devices(struct fault *reterr_fault)
{
    for (size_t i = 0; i < sizeof DEVICES / sizeof *DEVICES; i++) {
        char source[32], target[32];
        struct stat status;

        snprintf(source, sizeof source, "/dev/%s", DEVICES[i].name);
        snprintf(target, sizeof target, "./dev/%s", DEVICES[i].name);
        if (lstat(source, &status) < 0)
            return fail(reterr_fault, "find", source);
        if (!S_ISCHR(status.st_mode) ||
            status.st_rdev != makedev(DEVICES[i].major, DEVICES[i].minor)) {
            errno = ENODEV;
            return fail(reterr_fault, "trust", source);
        }
        int r = bind_read_only(source, target, MOUNT_ATTR_NOEXEC, reterr_fault);
        if (r < 0)
            return r;
    }
    static const char *const LINKS[][2] = {{"/proc/self/fd", "./dev/fd"},
                                           {"/proc/self/fd/0", "./dev/stdin"},
                                           {"/proc/self/fd/1", "./dev/stdout"},
                                           {"/proc/self/fd/2", "./dev/stderr"}};
    for (size_t i = 0; i < sizeof LINKS / sizeof *LINKS; i++)
        if (symlink(LINKS[i][0], LINKS[i][1]) < 0)
            return fail(reterr_fault, "link", LINKS[i][1]);
    return 0;
}

static int mount_proc(struct fault *reterr_fault)
{
    if (mkdir("./proc", 0555) < 0)
        return fail(reterr_fault, "make", "/proc");
    /* subset=pid (5.8) hides everything that is not a process; hidepid keeps init out of sight. */
    if (mount("proc", "./proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY,
              "subset=pid,hidepid=invisible") == 0)
        return 0;
    /* EPERM: the outer /proc is masked, as in containers. A cell without /proc is a stricter one. */
    return errno == EPERM ? 0 : fail(reterr_fault, "mount", "/proc");
}

static int write_files(const struct jail_ids *ids, struct fault *reterr_fault)
{
    if (mkdir("./etc", 0755) < 0 && errno != EEXIST)
        return fail(reterr_fault, "make", "/etc");
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char text[160];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        int length = snprintf(text, sizeof text, FILES[i].content, ids->job_uid, ids->job_gid);
#pragma GCC diagnostic pop
        owned_fd fd = open(FILES[i].path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
        if (fd < 0 || write(fd, text, (size_t)length) != length)
            return fail(reterr_fault, "write", FILES[i].path);
    }
    return 0;
}

static int bind_plan(const broodbox_DefinePlan *plan, struct fault *reterr_fault)
{
    char target[PATH_BYTES];

    for (pb_size_t i = 0; i < plan->binds_count; i++) {
        snprintf(target, sizeof target, ".%s", (const char *)plan->binds[i].target.bytes);
        int r = bind_read_only((const char *)plan->binds[i].source.bytes, target, MOUNT_ATTR_NODEV,
                               reterr_fault);
        if (r < 0)
            return r;
    }
    for (pb_size_t i = 0; i < plan->links_count; i++) {
        snprintf(target, sizeof target, ".%s", (const char *)plan->links[i].path.bytes);
        char *slash = strrchr(target, '/');
        *slash = '\0';
        int r = slash == target + 1 ? 0 : make_target(target, true);
        *slash = '/';
        if (r < 0 || symlink((const char *)plan->links[i].content.bytes, target) < 0)
            return fail(reterr_fault, "link", target);
    }
    return 0;
}

static int enter_root(struct fault *reterr_fault)
{
    /* Both arguments ".": the old root is stacked on the new one and detached; no directory for it is needed. */
    if (syscall(SYS_pivot_root, ".", ".") < 0) {
        /* EINVAL: the host runs from its initramfs, which cannot be pivoted away. */
        if (errno != EINVAL || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0)
            return fail(reterr_fault, "pivot to", "the new root");
    } else if (umount2(".", MNT_DETACH) < 0) {
        return fail(reterr_fault, "detach", "the old root");
    }
    if (chdir("/") < 0)
        return fail(reterr_fault, "enter", "/");
    if (mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
        return fail(reterr_fault, "make read-only", "/");
    return 0;
}

int mounts_build(const broodbox_DefinePlan *plan, const struct jail_ids *ids, const char *staging,
                 struct fault *reterr_fault)
{
    int r;

    /* Shared propagation would leak every mount below to the host. */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return fail(reterr_fault, "make private", "/");
    if (mount("tmpfs", staging, "tmpfs", MS_NOSUID | MS_NODEV, ROOT_OPTIONS) < 0)
        return fail(reterr_fault, "mount a root on", staging);
    if (chdir(staging) < 0)
        return fail(reterr_fault, "enter", staging);
    r = mount_scratch(plan, ids, reterr_fault);
    if (r >= 0)
        r = bind_devices(reterr_fault);
    if (r >= 0)
        r = mount_proc(reterr_fault);
    if (r >= 0)
        r = write_files(ids, reterr_fault);
    if (r >= 0)
        r = bind_plan(plan, reterr_fault);
    return r < 0 ? r : enter_root(reterr_fault);
}
