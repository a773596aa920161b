/* Host probes: the mounts of a cell, tried on a tmpfs over /tmp in a mount namespace of the probe's own. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe_internal.h"

/* The kernel's struct mount_attr and its two flags, which build headers before glibc 2.36 lack. */
struct attributes {
    uint64_t set, clear, propagation, user_namespace;
};
enum { ATTRIBUTE_READ_ONLY = 1, ATTRIBUTE_NO_SETUID = 2, WHOLE_TREE = 0x8000 };

/* Everything below happens on this tmpfs; no file of the host is ever named for writing. */
static int open_workshop(void)
{
    int r = probe_enter_privileges();
    if (r < 0)
        return r;
    if (unshare(CLONE_NEWNS) < 0)
        return -errno;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return -errno;
    if (mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1M,nr_inodes=64") < 0)
        return -errno;
    return chdir("/tmp") < 0 ? -errno : 0;
}

static int touch(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    close(fd);
    return 0;
}

static int probe_mounts(struct finding *finding)
{
    int r = open_workshop();
    if (r < 0)
        return r;
    if (mkdir("from", 0700) < 0 || mkdir("to", 0700) < 0)
        return -errno;
    if (mount("from", "to", NULL, MS_BIND | MS_REC, NULL) < 0)
        return -errno;
    r = touch("from/file");
    if (r < 0)
        return r;
    if (access("to/file", F_OK) < 0) {
        finding_note(finding, "a bound directory does not show its source");
        return -EBADE;
    }
    return 0;
}

/* Read-only must hold for submounts as well: a plain remount is not recursive. */
static int probe_read_only_mounts(struct finding *finding)
{
    const struct attributes attributes = {.set = ATTRIBUTE_READ_ONLY | ATTRIBUTE_NO_SETUID};
    int r = open_workshop();
    if (r < 0)
        return r;
    if (mkdir("from", 0700) < 0 || mkdir("from/sub", 0700) < 0 || mkdir("to", 0700) < 0)
        return -errno;
    if (mount("tmpfs", "from/sub", "tmpfs", MS_NOSUID | MS_NODEV, "size=64K") < 0)
        return -errno;
    if (mount("from", "to", NULL, MS_BIND | MS_REC, NULL) < 0)
        return -errno;
    if (syscall(SYS_mount_setattr, AT_FDCWD, "to", WHOLE_TREE, &attributes, sizeof(attributes)) <
        0) {
        int error = errno;
        unsigned long flags = MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV;
        if (mount(NULL, "to", NULL, flags, NULL) < 0)
            return -errno;
        if (mount(NULL, "to/sub", NULL, flags, NULL) < 0)
            return -errno;
        finding_degrade(finding, error, "no mount_setattr: remounted one by one");
    }
    if (touch("to/file") == -EROFS && touch("to/sub/file") == -EROFS)
        return 0;
    finding_note(finding, "a file could be made in a read-only mount");
    return -EBADE;
}

static int mount_proc(void *argument)
{
    (void)argument;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return -errno;
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
    if (mount("proc", "/tmp", "proc", flags, "subset=pid,hidepid=invisible") < 0)
        return -errno;
    /* subset=pid: nothing but processes, so no keys, no interrupts, no kernel log. */
    return access("/tmp/self/stat", R_OK) == 0 && access("/tmp/version", F_OK) < 0 ? 0 : -EBADE;
}

static int probe_proc_mount(struct finding *finding)
{
    int r = probe_enter_privileges();
    if (r < 0)
        return r;
    r = probe_in_child(CLONE_NEWNS | CLONE_NEWPID, mount_proc, NULL);
    if (r == 0)
        return 0;
    /* An outer /proc with over-mounts makes this EPERM (runc #1658); old kernels do not know the options. */
    finding_degrade(finding, -r, "sandboxes go without /proc");
    return 0;
}

static int probe_pivot_root(struct finding *finding)
{
    int r = open_workshop();
    if (r < 0)
        return r;
    if (syscall(SYS_pivot_root, ".", ".") == 0) {
        if (umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
            return -errno;
        return access("/proc", F_OK) < 0 ? 0 : -EBADE;
    }
    if (errno != EINVAL)
        return -errno;
    /* EINVAL: the root is an initramfs, which cannot be put aside; the mount is moved over it. */
    if (mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
        return -errno;
    finding_degrade(finding, EINVAL, "initramfs root: moved the mount, then chroot");
    return access("/proc", F_OK) < 0 ? 0 : -EBADE;
}

const struct probe PROBES_MOUNTS[] = {
    {"mounts", probe_mounts},
    {"readOnlyMounts", probe_read_only_mounts},
    {"procMount", probe_proc_mount},
    {"pivotRoot", probe_pivot_root},
    {NULL, NULL},
};
