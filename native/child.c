#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"
#include "filter.h"
#include "landlock.h"
#include "privileges.h"

/* Numbers a job process ends up with: 0-4 are the job's, the two above are gone before it runs. */
enum { FD_SETUP = 5, FD_INIT_PIDFD = 6, FD_FIRST_FREE = 7 };

/* Alone in its process a thread may move itself, which is three orders of magnitude faster at worst than being moved
 * (cgroup.c). Whether it has is attested from outside, for every sandbox. */
static int jail_cgroup_attach(struct jail *jail)
{
    for (uint32_t i = 0; i < jail->orders->entrances; i++) {
        if (RETRY(write(jail->entrances[i], "0", 1)) != 1)
            return fault_set(&jail->fault, "", errno, "cannot enter cgroup %u", i);
        close_fd(&jail->entrances[i]);
    }
    return 0;
}

static int jail_descriptors(struct jail *jail)
{
    if (syscall(SYS_close_range, FD_FIRST_FREE, ~0U, 0) < 0) {
        long highest = sysconf(_SC_OPEN_MAX); /* before 5.9 */
        for (int fd = FD_FIRST_FREE; fd < highest; fd++)
            close(fd);
    }
    for (int fd = 0; fd < FD_FIRST_FREE; fd++)
        if (fcntl(fd, F_GETFD) < 0)
            return fault_set(&jail->fault, "", errno, "descriptor %d is missing", fd);
    return 0;
}

static int jail_join_namespaces(struct jail *jail)
{
    struct statfs root;

    if (setns(jail->init_pidfd, CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) < 0)
        return fault_set(&jail->fault, "", errno, "cannot join the cell's namespaces");
    close(jail->init_pidfd);
    jail->init_pidfd = -1;
    /* Only now, in its own leaf: inside clone() the parent's cgroup would become the root that the job sees. */
    if (unshare(CLONE_NEWCGROUP) < 0)
        return fault_set(&jail->fault, "", errno, "cannot unshare the cgroup namespace");
    if (chdir("/job") < 0)
        return fault_set(&jail->fault, "", errno, "cannot enter /job");
    if (statfs("/", &root) < 0 || root.f_type != TMPFS_MAGIC)
        return fault_set(&jail->fault, "", ENOTDIR, "the root is not the cell's");
    static const enum layer JOINED[] = {LAYER_PID_NAMESPACE,     LAYER_MOUNT_NAMESPACE,
                                        LAYER_NETWORK_NAMESPACE, LAYER_IPC_NAMESPACE,
                                        LAYER_UTS_NAMESPACE,     LAYER_CGROUP_NAMESPACE};
    for (size_t i = 0; i < sizeof JOINED / sizeof *JOINED; i++)
        jail->layers[JOINED[i]] = LAYER_ON;
    if (jail->orders->user_namespace)
        jail->layers[LAYER_USER_NAMESPACE] = LAYER_ON;
    return 0;
}

/* Order is the argument: a row may use what the rows above gave it and must work without what they took away.
 * cgroupAttach comes first, so that all else is charged to the sandbox; oomScore needs a dumpable process; joinNamespaces needs every capability; ids needs SETPCAP gone from nobody
 * yet; the second parent-death signal (in dumpable) follows the id change that cleared the first; Landlock
 * follows all mounts; the filter comes last, because after it even prctl() may be refused. */
const struct jail_step CHILD_STEPS[] = {
    {"cgroupAttach", jail_cgroup_attach, FATAL},
    {"signals", jail_signals, FATAL},
    {"parentDeath", jail_parent_death, DEGRADE},
    {"terminal", jail_terminal, FATAL},
    {"descriptors", jail_descriptors, FATAL},
    {"keyring", jail_keyring, DEGRADE},
    {"oomScore", jail_oom_score, DEGRADE},
    {"scheduling", jail_scheduling, DEGRADE},
    {"joinNamespaces", jail_join_namespaces, FATAL},
    {"rlimits", jail_rlimits, FATAL},
    {"securebits", jail_securebits, FATAL},
    {"boundingSet", jail_bounding_set, FATAL},
    {"ids", jail_ids, FATAL},
    {"capabilities", jail_capabilities, FATAL},
    {"dumpable", jail_dumpable, FATAL},
    {"noNewPrivileges", jail_no_new_privileges, FATAL},
    {"writeExecute", jail_write_execute, DEGRADE},
    {"speculation", jail_speculation, DEGRADE},
    {"coreScheduling", jail_core_scheduling, DEGRADE},
    {"landlock", jail_landlock, DEGRADE},
    {"seccomp", jail_seccomp, FATAL},
    {"listener", jail_listener, FATAL},
};
const unsigned CHILD_STEP_COUNT = sizeof CHILD_STEPS / sizeof *CHILD_STEPS;
_Static_assert(sizeof CHILD_STEPS / sizeof *CHILD_STEPS < CHILD_STEPS_MAX, "step table too long");

static _Noreturn void give_up(int setup, const struct fault *fault)
{
    struct setup_message message = {.version = SETUP_VERSION, .kind = SETUP_FAULT, .fault = *fault};

    if (write(setup, &message, sizeof message) < 0)
        _exit(126);
    _exit(125);
}

/* Moves the seven descriptors out of the way of each other, then to their final numbers. */
static int settle_descriptors(const int fds[static CHILD_FD_COUNT])
{
    static const int FINAL[CHILD_FD_COUNT] = {[CHILD_INIT_PIDFD] = FD_INIT_PIDFD,
                                              [CHILD_STDIN] = 0,
                                              [CHILD_STDOUT] = 1,
                                              [CHILD_STDERR] = 2,
                                              [CHILD_RESULT] = 3,
                                              [CHILD_CONTROL] = 4,
                                              [CHILD_SETUP] = FD_SETUP};
    int high[CHILD_FD_COUNT];

    for (int i = 0; i < CHILD_FD_COUNT; i++) {
        high[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, 64);
        if (high[i] < 0)
            return -errno;
    }
    for (int i = 0; i < CHILD_FD_COUNT; i++)
        if (dup2(high[i], FINAL[i]) < 0)
            return -errno;
    return 0;
}

/* Static, as they are too large for the interpreter's stack (32 KiB of filter) and child_ready() needs them again. */
static struct orders orders;
static struct fault_plan fault_plan;
static struct jail jail;

/* The orders, and the descriptors beside them. Their length, or -errno; 0 at the end of file. */
static ssize_t receive_orders(int socket, struct orders *ret_orders,
                              int ret_entrances[static ENTRANCES_MAX], uint32_t *ret_count)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * ENTRANCES_MAX)];
    } control;
    struct iovec iov = {.iov_base = ret_orders, .iov_len = sizeof *ret_orders};
    struct msghdr message = {.msg_iov = &iov,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof control};

    ssize_t n = RETRY(recvmsg(socket, &message, MSG_CMSG_CLOEXEC));
    struct cmsghdr *header = n > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    *ret_count = 0;
    if (header && header->cmsg_type == SCM_RIGHTS) {
        size_t bytes = header->cmsg_len - CMSG_LEN(0);
        memcpy(ret_entrances, CMSG_DATA(header), bytes);
        *ret_count = (uint32_t)(bytes / sizeof(int));
    }
    return n < 0 ? -errno : n;
}

void child_confine(const int fds[static CHILD_FD_COUNT])
{
    jail = (struct jail){.orders = &orders,
                         .init_pidfd = FD_INIT_PIDFD,
                         .setup = FD_SETUP,
                         .listener = -1,
                         .fault_plan = &fault_plan};

    int r = settle_descriptors(fds);
    if (r < 0) {
        fault_set(&jail.fault, "descriptors", -r, "cannot settle the descriptors");
        give_up(fds[CHILD_SETUP], &jail.fault);
    }
    uint32_t entrances;
    ssize_t size = receive_orders(FD_SETUP, &orders, jail.entrances, &entrances);
    if (size == 0)
        _exit(125); /* end of file is never a go signal */
    if (size < (ssize_t)offsetof(struct orders, filter) || orders.version != SETUP_VERSION ||
        orders.entrances != entrances ||
        size != (ssize_t)(offsetof(struct orders, filter) +
                          orders.filter_length * sizeof *orders.filter)) {
        fault_set(&jail.fault, "jobFork", EBADMSG, "orders of %zd bytes", size);
        give_up(FD_SETUP, &jail.fault);
    }
    fault_plan = orders.fault;
    if (jail_close(&jail) < 0)
        give_up(FD_SETUP, &jail.fault);
}

void child_ready(void)
{
    struct setup_message ready = {.version = SETUP_VERSION, .kind = SETUP_READY};
    memcpy(ready.layers, jail.layers, sizeof ready.layers);
    memcpy(ready.step_us, jail.step_us, sizeof ready.step_us);
    int due = fault_due(&fault_plan, "ready");
    if (due || write(FD_SETUP, &ready, sizeof ready) != (ssize_t)sizeof ready) {
        fault_set(&jail.fault, "ready", due ? due : errno, "cannot report ready");
        give_up(FD_SETUP, &jail.fault);
    }
    /* The forkserver attests only when it has seen this end closed: from here on 0-4 are all there is. */
    close(FD_SETUP);
}
