/* The module that a Python zygote loads with ctypes.PyDLL, which holds the interpreter lock. A plain C ABI without
 * Python's headers, so that one file serves CPython 3.8 and newer; the three fork hooks are declared by hand. */
#include "python.h"

#define BROODBOX_EXPORT __attribute__((visibility("default")))
#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "arenas.h"
#include "child.h"
#include "compat.h"
#include "fd.h"
#include "jail.h"

extern void PyOS_BeforeFork(void);
extern void PyOS_AfterFork_Parent(void);
extern void PyOS_AfterFork_Child(void);

static int send_message(int socket, const struct zygote_message *message)
{
    return RETRY(write(socket, message, sizeof *message)) == (ssize_t)sizeof *message ? 0 : -errno;
}

static int send_fault(int socket, uint32_t sandbox_id, const char *step, int error,
                      const char *detail)
{
    struct zygote_message message = {
        .version = SETUP_VERSION, .kind = ZYGOTE_FAULT, .sandbox_id = sandbox_id};

    fault_set(&message.fault, step, error, "%s", detail);
    return send_message(socket, &message);
}

BROODBOX_EXPORT int broodbox_zygote_fault(int socket, const char *step, int error,
                                          const char *detail)
{
    return send_fault(socket, 0, step, error, detail);
}

static int receive_request(int socket, struct fork_request *ret_request,
                           int ret_fds[CHILD_FD_COUNT], int *ret_cgroup)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * (CHILD_FD_COUNT + 1))];
    } control;
    struct iovec iov = {.iov_base = ret_request, .iov_len = sizeof *ret_request};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};

    ssize_t n = RETRY(recvmsg(socket, &message, MSG_CMSG_CLOEXEC));
    if (n < 0)
        return -errno;
    if (n == 0)
        return -EPIPE;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (n != (ssize_t)sizeof *ret_request || ret_request->version != SETUP_VERSION || !header ||
        header->cmsg_type != SCM_RIGHTS ||
        header->cmsg_len !=
            CMSG_LEN(sizeof(int) * (CHILD_FD_COUNT + (size_t)ret_request->into_cgroup)))
        return -EBADMSG;
    memcpy(ret_fds, CMSG_DATA(header), sizeof(int) * CHILD_FD_COUNT);
    *ret_cgroup = -1;
    if (ret_request->into_cgroup)
        memcpy(ret_cgroup, CMSG_DATA(header) + sizeof(int) * CHILD_FD_COUNT, sizeof *ret_cgroup);
    return 0;
}

/* CLONE_PARENT makes the forkserver the parent, so that it learns the wait status first hand. The raw call leaves
 * glibc's cached thread id wrong, so the kernel writes the new one to glibc's own address (PR_GET_TID_ADDRESS).
 * It skips C atfork handlers, which is why a zygote must have one thread and says so (python/zygote.py). */
static pid_t clone_job(int *cgroup)
{
    int *tid_address = NULL;

    if (prctl(PR_GET_TID_ADDRESS, &tid_address) < 0)
        return -errno;
    if (*cgroup >= 0) {
        struct clone_args args = {.flags = CLONE_INTO_CGROUP | CLONE_PARENT | CLONE_CHILD_SETTID |
                                           CLONE_CHILD_CLEARTID,
                                  .child_tid = (uint64_t)(uintptr_t)tid_address,
                                  .cgroup = (unsigned)*cgroup};
        long pid = syscall(SYS_clone3, &args, sizeof args);
        if (pid >= 0)
            return (pid_t)pid;
        /* Before 5.7, or the group is not this zygote's to fork into: then the forkserver moves the child. */
        close_fd(cgroup);
    }
    long pid =
        syscall(SYS_clone, CLONE_PARENT | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID, NULL, NULL,
#if defined __x86_64__
                tid_address, 0UL);
#else
                0UL, tid_address);
#endif
    return pid < 0 ? -errno : (pid_t)pid;
}

/* libc's own generators are copied by the fork like everything else. */
static void reseed_libc(void)
{
    unsigned seeds[4];

    if (getrandom(seeds, sizeof seeds, 0) != (ssize_t)sizeof seeds)
        _exit(125);
    srandom(seeds[0]);
    srand48((long)seeds[1]);
    unsigned short words[3] = {(unsigned short)seeds[2], (unsigned short)(seeds[2] >> 16),
                               (unsigned short)seeds[3]};
    seed48(words);
}

/* Forks one job into the cell. Returns 1 in the child, which is confined then; 0 in the zygote. Each fork names its own
 * pid namespace first, so the zygote need not go back to its own in between (which a rootless one may not: that
 * namespace belongs to the host); a fork without setns would meet a dead namespace and fail. */
static int fork_job(int socket, const struct fork_request *request,
                    const int fds[static CHILD_FD_COUNT], int cgroup_or_none)
{
    owned_fd cgroup = cgroup_or_none;

    PyOS_BeforeFork();
    int error = setns(fds[CHILD_INIT_PIDFD], CLONE_NEWPID) < 0 ? errno : 0;
    pid_t pid = error ? -error : clone_job(&cgroup);
    if (pid == 0) {
        close_fd(&cgroup); /* now: later its number is somebody else's */
        PyOS_AfterFork_Child();
        child_confine(fds);
        reseed_libc();
        return 1;
    }
    PyOS_AfterFork_Parent();
    for (int i = 0; i < CHILD_FD_COUNT; i++)
        close(fds[i]);
    struct zygote_message reply = {.version = SETUP_VERSION,
                                   .kind = ZYGOTE_FORKED,
                                   .sandbox_id = request->sandbox_id,
                                   .in_cgroup = cgroup >= 0,
                                   .pid = pid};
    int r = pid < 0 ? send_fault(socket, request->sandbox_id, "jobFork", -pid,
                                 error ? "cannot enter the cell's pid namespace" : "cannot clone")
                    : send_message(socket, &reply);
    if (r < 0)
        _exit(125);
    return 0;
}

BROODBOX_EXPORT void broodbox_ready(void)
{
    child_ready();
}

BROODBOX_EXPORT void broodbox_loading(void)
{
    arenas_reserve();
}

BROODBOX_EXPORT int broodbox_serve(int socket, unsigned preload_us)
{
    struct zygote_message hello = {
        .version = SETUP_VERSION, .kind = ZYGOTE_READY, .preload_us = preload_us};
    struct fork_request request;
    int fds[CHILD_FD_COUNT] = {0}, cgroup = -1;

    arenas_freeze();
    int r = send_message(socket, &hello);
    while (r == 0) {
        r = receive_request(socket, &request, fds, &cgroup);
        if (r < 0)
            break;
        if (fork_job(socket, &request, fds, cgroup) == 1)
            return 1;
    }
    return r == -EPIPE ? 0 : r;
}
