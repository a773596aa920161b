/* What several host probes need: children with namespaces, id maps, small files. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe_internal.h"

pid_t probe_clone(uint64_t flags, uint64_t exit_signal, int *ret_pidfd, int cgroup_fd)
{
    int pidfd = -1;
    struct clone_args arguments = {
        .flags = flags | (ret_pidfd != NULL ? CLONE_PIDFD : 0) |
                 (cgroup_fd >= 0 ? CLONE_INTO_CGROUP : 0),
        .pidfd = (uint64_t)(uintptr_t)&pidfd,
        .exit_signal = exit_signal,
        .cgroup = cgroup_fd >= 0 ? (uint64_t)(unsigned int)cgroup_fd : 0,
    };
    long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
    /* Docker's older filters answer clone3 with ENOSYS so that libc falls back to clone(2). */
    if (pid < 0 && errno == ENOSYS && cgroup_fd < 0) {
        unsigned long old = (unsigned long)(arguments.flags | exit_signal);
        pid = syscall(SYS_clone, old, 0, &pidfd, 0, 0);
    }
    if (pid > 0 && ret_pidfd != NULL)
        *ret_pidfd = pidfd;
    return pid < 0 ? -errno : (pid_t)pid;
}

int probe_wait(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, __WALL) < 0) {
        if (errno != EINTR)
            return -errno;
    }
    if (WIFSIGNALED(status))
        return -EIO;
    return -WEXITSTATUS(status);
}

int probe_in_child(uint64_t flags, child_body body, void *argument)
{
    pid_t pid = probe_clone(flags, SIGCHLD, NULL, -1);
    if (pid < 0)
        return pid;
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(-body(argument));
    }
    return probe_wait(pid);
}

int probe_read_text(const char *path, char *buffer, size_t capacity)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    size_t used = 0;
    while (used < capacity - 1) {
        ssize_t n = read(fd, buffer + used, capacity - 1 - used);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        used += (size_t)n;
    }
    close(fd);
    buffer[used] = '\0';
    return 0;
}

int probe_write_text(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    /* One write: the kernel takes an id map or a limit in one piece or not at all. */
    ssize_t n = write(fd, text, strlen(text));
    int error = n < 0 ? errno : 0;
    close(fd);
    return -error;
}

bool probe_has_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        bool starts = at == text || strchr(" ,\n", at[-1]) != NULL;
        bool ends = at[length] == '\0' || strchr(" ,\n", at[length]) != NULL;
        if (starts && ends)
            return true;
    }
    return false;
}

bool probe_is_root(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    if (geteuid() != 0 || syscall(SYS_capget, &header, data) < 0)
        return false;
    return (data[0].effective & (1U << CAP_SYS_ADMIN)) != 0;
}

int probe_drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    if (syscall(SYS_capset, &header, data) < 0 || syscall(SYS_capget, &header, data) < 0)
        return -errno;
    return (data[0].permitted | data[1].permitted | data[0].effective | data[1].effective) == 0
               ? 0
               : -EBADE;
}

int probe_enter_privileges(void)
{
    char map[64];
    if (probe_is_root())
        return 0;
    uid_t uid = geteuid();
    gid_t gid = getegid();
    if (unshare(CLONE_NEWUSER) < 0)
        return -errno;
    snprintf(map, sizeof(map), "65534 %u 1", uid);
    int r = probe_write_text("/proc/self/uid_map", map);
    if (r < 0)
        return r;
    /* gid_map before deny is EPERM for anyone without CAP_SETGID outside. */
    r = probe_write_text("/proc/self/setgroups", "deny");
    if (r < 0)
        return r;
    snprintf(map, sizeof(map), "65534 %u 1", gid);
    return probe_write_text("/proc/self/gid_map", map);
}

int probe_in_mapped(uint64_t flags, int (*map)(pid_t child), child_body body, void *argument)
{
    int go[2];
    char byte = 0;
    if (pipe2(go, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = probe_clone(flags | CLONE_NEWUSER, SIGCHLD, NULL, -1);
    if (pid < 0)
        return pid;
    if (pid == 0) {
        close(go[1]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        /* The go signal is a byte, never end-of-file: a parent that failed must not look like one ready. */
        _exit(read(go[0], &byte, 1) == 1 ? -body(argument) : ECANCELED);
    }
    close(go[0]);
    int r = map(pid);
    if (r == 0 && write(go[1], &byte, 1) != 1)
        r = -errno;
    close(go[1]);
    int child = probe_wait(pid);
    return r < 0 ? r : child;
}
