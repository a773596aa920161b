#include "tree.h"

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
#define ROOT_OPTIONS "mode=0755,size=1M,nr_inodes=4096"

/* rdev of each node is checked before it is bound: runc's CVE-2025-31133 bound over a swapped one. */
static const struct {
    const char *name;
    unsigned major, minor;
} DEVICES[] = {{"null", 1, 3}, {"zero", 1, 5}, {"full", 1, 7}, {"random", 1, 8}, {"urandom", 1, 9}};
const char *const DEVICE_NODES[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                    "/dev/urandom"};
const unsigned DEVICE_NODE_COUNT = sizeof DEVICE_NODES / sizeof *DEVICE_NODES;

const char *const ACCOUNT_FILES[] = {"passwd", "group"};
const unsigned ACCOUNT_FILE_COUNT = sizeof ACCOUNT_FILES / sizeof *ACCOUNT_FILES;

static const struct {
    const char *path, *content;
} FILES[] = {
    {"./etc/hosts", "127.0.0.1 localhost\n"},
    {"./etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n"},
};

int tree_fail(struct fault *reterr_fault, const char *what, const char *where)
{
    return fault_set(reterr_fault, "mounts", errno, "cannot %s %s", what, where);
}

bool tree_is_in_scratch(const char *path)
{
    for (unsigned i = 0; i < SCRATCH_MOUNT_COUNT; i++) {
        size_t length = strlen(SCRATCH_MOUNTS[i].path);
        if (strncmp(path, SCRATCH_MOUNTS[i].path, length) == 0 &&
            (path[length] == '\0' || path[length] == '/'))
            return true;
    }
    return false;
}

/* Creates every directory of a path; with a file at the end unless `directory`. */
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

int tree_take(const char *source, uint64_t attributes, int *ret_tree, struct fault *reterr_fault)
{
    /* Private: a copy of a shared mount would go on receiving what is mounted below it on the host. */
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | attributes,
                              .propagation = MS_PRIVATE};
    owned_fd tree = (int)syscall(SYS_open_tree, AT_FDCWD, source,
                                 OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);

    if (tree < 0)
        return tree_fail(reterr_fault, "open", source);
    if (syscall(SYS_mount_setattr, tree, "", AT_RECURSIVE | AT_EMPTY_PATH, &attr, sizeof attr) < 0)
        return tree_fail(reterr_fault, "make read-only", source);
    *ret_tree = steal_fd(&tree);
    return 0;
}

int tree_place(int tree, const char *source, const char *target, struct fault *reterr_fault)
{
    struct stat status;

    if (fstat(tree, &status) < 0)
        return tree_fail(reterr_fault, "stat", source);
    int r = make_target(target, S_ISDIR(status.st_mode));
    if (r < 0) {
        errno = -r;
        return tree_fail(reterr_fault, "make the place of", source);
    }
    if (syscall(SYS_move_mount, tree, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH) < 0)
        return tree_fail(reterr_fault, "bind", source);
    return 0;
}

static int bind_read_only(const char *source, const char *target, uint64_t attributes,
                          struct fault *reterr_fault)
{
    int taken = -1;
    int r = tree_take(source, attributes, &taken, reterr_fault);
    owned_fd tree = taken;

    return r < 0 ? r : tree_place(tree, source, target, reterr_fault);
}

int tree_link(const char *content, const char *path, struct fault *reterr_fault)
{
    char directory[PATH_BYTES];

    snprintf(directory, sizeof directory, "%.*s", (int)(strrchr(path, '/') - path), path);
    int r = make_target(directory, true);
    if (r < 0 || symlink(content, path) < 0)
        return tree_fail(reterr_fault, "link", path);
    return 0;
}

static int make_directories(struct fault *reterr_fault)
{
    char target[PATH_BYTES];

    for (unsigned i = 0; i < SCRATCH_MOUNT_COUNT; i++) {
        snprintf(target, sizeof target, ".%s", SCRATCH_MOUNTS[i].path);
        int r = make_target(target, true);
        if (r < 0) {
            errno = -r;
            return tree_fail(reterr_fault, "make", SCRATCH_MOUNTS[i].path);
        }
    }
    if (mkdir("./proc", 0555) < 0 || mkdir("./etc", 0755) < 0)
        return tree_fail(reterr_fault, "make", "/proc and /etc");
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
            return tree_fail(reterr_fault, "find", source);
        if (!S_ISCHR(status.st_mode) ||
            status.st_rdev != makedev(DEVICES[i].major, DEVICES[i].minor)) {
            errno = ENODEV;
            return tree_fail(reterr_fault, "trust", source);
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
            return tree_fail(reterr_fault, "link", LINKS[i][1]);
    return 0;
}

static int write_file(const char *path, const char *text, struct fault *reterr_fault)
{
    ssize_t length = (ssize_t)strlen(text);
    owned_fd fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

    if (fd < 0 || write(fd, text, (size_t)length) != length)
        return tree_fail(reterr_fault, "write", path);
    return 0;
}

/* The files that name an id, for each id that a cell of this template may have; uid and gid are one number. */
static int write_accounts(const struct accounts *accounts, struct fault *reterr_fault)
{
    char path[64], text[96];

    for (unsigned i = 0; i < ACCOUNT_FILE_COUNT; i++) {
        snprintf(path, sizeof path, "./etc/%s", ACCOUNT_FILES[i]);
        int r = write_file(path, "", reterr_fault); /* where a cell binds its own */
        for (uid_t id = accounts->first; r == 0 && id < accounts->first + accounts->count; id++) {
            snprintf(path, sizeof path, "." ACCOUNT_PATH, id, ACCOUNT_FILES[i]);
            if (strcmp(ACCOUNT_FILES[i], "passwd") == 0)
                snprintf(text, sizeof text, "job:x:%u:%u:job:/tmp:/usr/sbin/nologin\n", id, id);
            else
                snprintf(text, sizeof text, "job:x:%u:\n", id);
            r = write_file(path, text, reterr_fault);
        }
        if (r < 0)
            return r;
    }
    return 0;
}

static int write_files(struct fault *reterr_fault)
{
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        int r = write_file(FILES[i].path, FILES[i].content, reterr_fault);
        if (r < 0)
            return r;
    }
    return 0;
}

/* The next bind from `at` on that is part of a template. */
static const broodbox_Bind *next_bind(const broodbox_DefinePlan *plan, pb_size_t *at)
{
    while (*at < plan->binds_count) {
        const broodbox_Bind *bind = &plan->binds[(*at)++];
        if (!tree_is_in_scratch((const char *)bind->target.bytes))
            return bind;
    }
    return NULL;
}

static const broodbox_Link *next_link(const broodbox_DefinePlan *plan, pb_size_t *at)
{
    while (*at < plan->links_count) {
        const broodbox_Link *link = &plan->links[(*at)++];
        if (!tree_is_in_scratch((const char *)link->path.bytes))
            return link;
    }
    return NULL;
}

static int bind_plan(const broodbox_DefinePlan *plan, struct fault *reterr_fault)
{
    char target[PATH_BYTES];
    pb_size_t at = 0;

    for (const broodbox_Bind *bind; (bind = next_bind(plan, &at));) {
        snprintf(target, sizeof target, ".%s", (const char *)bind->target.bytes);
        int r = bind_read_only((const char *)bind->source.bytes, target, MOUNT_ATTR_NODEV,
                               reterr_fault);
        if (r < 0)
            return r;
    }
    at = 0;
    for (const broodbox_Link *link; (link = next_link(plan, &at));) {
        snprintf(target, sizeof target, ".%s", (const char *)link->path.bytes);
        int r = tree_link((const char *)link->content.bytes, target, reterr_fault);
        if (r < 0)
            return r;
    }
    return 0;
}

static int enter_root(struct fault *reterr_fault)
{
    /* Both arguments ".": the old root is stacked on the new one and detached; no directory for it is needed. */
    if (syscall(SYS_pivot_root, ".", ".") < 0) {
        /* EINVAL: the host runs from its initramfs, which cannot be pivoted away. */
        if (errno != EINVAL || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0)
            return tree_fail(reterr_fault, "pivot to", "the new root");
    } else if (umount2(".", MNT_DETACH) < 0) {
        return tree_fail(reterr_fault, "detach", "the old root");
    }
    if (chdir("/") < 0)
        return tree_fail(reterr_fault, "enter", "/");
    /* Without MS_BIND: the file system itself, which cells share, and not only this mount of it. */
    if (mount(NULL, "/", NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) < 0)
        return tree_fail(reterr_fault, "make read-only", "/");
    return 0;
}

int tree_build(const broodbox_DefinePlan *plan, const struct accounts *accounts,
               const char *staging, struct fault *reterr_fault)
{
    if (mount("tmpfs", staging, "tmpfs", MS_NOSUID | MS_NODEV, ROOT_OPTIONS) < 0)
        return tree_fail(reterr_fault, "mount a root on", staging);
    if (chdir(staging) < 0)
        return tree_fail(reterr_fault, "enter", staging);
    int r = make_directories(reterr_fault);
    if (r == 0)
        r = bind_devices(reterr_fault);
    if (r == 0)
        r = write_files(reterr_fault);
    if (r == 0)
        r = write_accounts(accounts, reterr_fault);
    if (r == 0)
        r = bind_plan(plan, reterr_fault);
    return r < 0 ? r : enter_root(reterr_fault);
}

#define SAME(a, b) (strcmp((const char *)(a).bytes, (const char *)(b).bytes) == 0)

bool tree_is_same(const broodbox_DefinePlan *a, const broodbox_DefinePlan *b)
{
    pb_size_t bind_a = 0, bind_b = 0, link_a = 0, link_b = 0;
    const broodbox_Bind *left, *right;
    const broodbox_Link *one, *other;

    do {
        left = next_bind(a, &bind_a);
        right = next_bind(b, &bind_b);
        if (!left != !right ||
            (left && (!SAME(left->source, right->source) || !SAME(left->target, right->target))))
            return false;
    } while (left);
    do {
        one = next_link(a, &link_a);
        other = next_link(b, &link_b);
        if (!one != !other ||
            (one && (!SAME(one->path, other->path) || !SAME(one->content, other->content))))
            return false;
    } while (one);
    return true;
}
