/* Host probes: seccomp filters, their listener, Landlock. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "probe_internal.h"

#if defined(__x86_64__)
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "broodbox knows the call tables of x86_64 and aarch64 only"
#endif

enum { LISTENER_WAIT_MS = 2000, SCOPES_SINCE_ABI = 6, CLONE_USER_NAMESPACE = 0x10000000 };

#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS_EQUAL(value, skip) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skip))
#define ANSWER(value) BPF_STMT(BPF_RET | BPF_K, (value))

/* Installs a filter that gives one answer for one call and allows the rest; a call of another architecture
 * kills. Returns what seccomp(2) returned: 0, a listener, or a negative errno. */
static int install(uint32_t call, uint32_t answer, unsigned int flags)
{
    struct sock_filter code[] = {
        LOAD(arch),
        UNLESS_EQUAL(NATIVE_ARCH, 4),
        LOAD(nr),
        UNLESS_EQUAL(call, 1),
        ANSWER(answer),
        ANSWER(SECCOMP_RET_ALLOW),
        ANSWER(SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {.len = sizeof(code) / sizeof(code[0]), .filter = code};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -errno;
    long r = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    return r < 0 ? -errno : (int)r;
}

/* ---- filter ------------------------------------------------------------------------------------ */

static int probe_seccomp(struct finding *finding)
{
    /* An errno that no path of the kernel returns for this call proves whose answer it is. */
    int r = install(SYS_getppid, SECCOMP_RET_ERRNO | ENOANO, SECCOMP_FILTER_FLAG_TSYNC);
    if (r < 0)
        return r;
    errno = 0;
    if (syscall(SYS_getppid) == -1 && errno == ENOANO)
        return 0;
    finding_note(finding, "the filter is installed but does not answer");
    return -EBADE;
}

static int call_foreign(void *argument)
{
    (void)argument;
    int r = install(SYS_getppid, SECCOMP_RET_ALLOW, 0);
    if (r < 0)
        return r;
#if defined(__x86_64__)
    long result;
    /* Number 20 is getpid in the 32-bit table. */
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
    return result > 0 ? -EBADE : -ENOSYS;
#else
    return 0;
#endif
}

static int probe_foreign_arch(struct finding *finding)
{
    int r = probe_in_child(0, call_foreign, NULL);
    if (r == -EIO)
        return 0;
    if (r == 0) {
        finding_note(finding, "a 64-bit process has no way into another call table here");
        return 0;
    }
    if (r == -EBADE)
        finding_note(finding, "a 32-bit call passed the filter");
    return r;
}

/* Even a process with every capability must not get a user namespace past the filter. */
static int probe_nested_filtered(struct finding *finding)
{
    int r = install(SYS_unshare, SECCOMP_RET_ERRNO | EPERM, 0);
    if (r < 0)
        return r;
    if (syscall(SYS_unshare, CLONE_USER_NAMESPACE) < 0 && errno == EPERM)
        return 0;
    finding_note(finding, "a user namespace was made after the filter refused it");
    return -EBADE;
}

/* ---- listener ---------------------------------------------------------------------------------- */

struct listener_trial {
    unsigned int flags; /* of seccomp(2) beside NEW_LISTENER */
    bool sync, pass;    /* SYNC_WAKE_UP; answer CONTINUE instead of an errno */
    bool sent;          /* pidfd_getfd was refused, the descriptor came as a message */
};

static int send_descriptor(int socket, int fd)
{
    char control[CMSG_SPACE(sizeof(int))] = {0};
    struct iovec bytes = {.iov_base = &fd, .iov_len = sizeof(fd)};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(header), &fd, sizeof(fd));
    return sendmsg(socket, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Takes the listener out of the child; where that is refused, the copy that came with the message stays. */
static int take_listener(int socket, pid_t child, struct listener_trial *trial)
{
    char control[CMSG_SPACE(sizeof(int))] = {0};
    int number, sent, pidfd, fd;
    struct iovec bytes = {.iov_base = &number, .iov_len = sizeof(number)};
    struct msghdr message = {.msg_iov = &bytes,
                             .msg_iovlen = 1,
                             .msg_control = control,
                             .msg_controllen = sizeof(control)};
    if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) <= 0)
        return -EPIPE;
    const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header == NULL)
        return -EPIPE;
    memcpy(&sent, CMSG_DATA(header), sizeof(sent));
    pidfd = (int)syscall(SYS_pidfd_open, child, 0);
    fd = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
    if (pidfd >= 0)
        close(pidfd);
    trial->sent = fd < 0;
    if (fd < 0)
        return sent;
    close(sent);
    return fd;
}

/* The child's part: exit code 0 says that the call was answered as agreed. */
static _Noreturn void be_listened_to(int socket, const struct listener_trial *trial)
{
    char go;
    int fd = install(SYS_getppid, SECCOMP_RET_USER_NOTIF,
                     SECCOMP_FILTER_FLAG_NEW_LISTENER | trial->flags);
    if (fd < 0)
        _exit(-fd);
    if (send_descriptor(socket, fd) < 0 || read(socket, &go, 1) != 1)
        _exit(EPIPE);
    /* A process that keeps a copy could answer its own calls. */
    close(fd);
    errno = 0;
    long parent = syscall(SYS_getppid);
    bool expected = trial->pass ? parent > 0 : parent == -1 && errno == ENOANO;
    _exit(expected ? 0 : EBADE);
}

static int answer_one(int listener, const struct listener_trial *trial)
{
    struct seccomp_notif call;
    struct seccomp_notif_resp answer = {0};
    struct pollfd readable = {.fd = listener, .events = POLLIN};
    memset(&call, 0, sizeof(call));
    if (poll(&readable, 1, LISTENER_WAIT_MS) != 1)
        return -ETIMEDOUT;
    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &call) < 0)
        return -errno;
    answer.id = call.id;
    if (trial->pass)
        answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    else
        answer.error = -ENOANO;
    return ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &answer) < 0 ? -errno : 0;
}

static int try_listener(struct listener_trial *trial)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        close(ends[0]);
        be_listened_to(ends[1], trial);
    }
    close(ends[1]);
    int listener = take_listener(ends[0], pid, trial);
    int r = listener < 0 ? listener : 0;
    if (r == 0 && trial->sync &&
        ioctl(listener, SECCOMP_IOCTL_NOTIF_SET_FLAGS, SECCOMP_USER_NOTIF_FD_SYNC_WAKE_UP) < 0)
        r = -errno;
    if (r == 0 && write(ends[0], "", 1) != 1)
        r = -EPIPE;
    if (r == 0)
        r = answer_one(listener, trial);
    if (listener >= 0)
        close(listener);
    close(ends[0]);
    int child = probe_wait(pid);
    return child < 0 && (r == 0 || r == -EPIPE) ? child : r;
}

static int probe_denial_reports(struct finding *finding)
{
    struct listener_trial trial = {0};
    int r = try_listener(&trial);
    if (r == 0 && trial.sent)
        finding_note(finding, "pidfd_getfd is refused: the listener is sent as a message");
    return r;
}

static int probe_listener_continue(struct finding *finding)
{
    struct listener_trial trial = {.pass = true};
    (void)finding;
    return try_listener(&trial);
}

static int probe_listener_sync_wake_up(struct finding *finding)
{
    struct listener_trial trial = {.sync = true};
    (void)finding;
    return try_listener(&trial);
}

static int probe_listener_wait_killable(struct finding *finding)
{
    struct listener_trial trial = {.flags = SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV};
    (void)finding;
    return try_listener(&trial);
}

/* ---- Landlock ---------------------------------------------------------------------------------- */

static int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? -errno : (int)abi;
}

static int restrict_self(const struct landlock_ruleset_abi6 *rules, size_t size)
{
    int fd = (int)syscall(SYS_landlock_create_ruleset, rules, size, 0);
    if (fd < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -errno;
    long r = syscall(SYS_landlock_restrict_self, fd, 0);
    close(fd);
    return r < 0 ? -errno : 0;
}

static int probe_landlock(struct finding *finding)
{
    /* Only the first field, so that every ABI takes it. */
    const struct landlock_ruleset_abi6 rules = {.handled_access_fs = LANDLOCK_ACCESS_FS_READ_FILE};
    int abi = landlock_abi();
    if (abi < 0)
        return abi;
    int r = restrict_self(&rules, sizeof(rules.handled_access_fs));
    if (r < 0)
        return r;
    if (open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES) {
        finding_note(finding, "ABI %d, but a forbidden open succeeded", abi);
        return -EBADE;
    }
    if (abi < SCOPES_SINCE_ABI)
        finding_degrade(finding, 0, "ABI %d: no scopes for signals and abstract sockets", abi);
    else
        finding_note(finding, "ABI %d", abi);
    return 0;
}

static int reach_out(void *argument)
{
    const struct landlock_ruleset_abi6 rules = {.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET |
                                                          LANDLOCK_SCOPE_SIGNAL};
    const struct sockaddr_un *address = argument;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int r = restrict_self(&rules, sizeof(rules));
    if (fd < 0 || r < 0)
        return r < 0 ? r : -EMFILE;
    if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0)
        return -EISCONN;
    if (errno != EPERM)
        return -errno;
    return kill(getppid(), 0) < 0 && errno == EPERM ? 0 : -EBADE;
}

static int probe_landlock_scopes(struct finding *finding)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int abi = landlock_abi();
    if (abi < 0)
        return abi;
    if (abi < SCOPES_SINCE_ABI)
        return -EOPNOTSUPP;
    snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "broodbox-scope-%d", getpid());
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(fd, 1) < 0)
        return -errno;
    int r = probe_in_child(0, reach_out, &address);
    if (r == -EISCONN)
        finding_note(finding, "an abstract socket outside the scope was reached");
    if (r == -EBADE)
        finding_note(finding, "a process outside the scope could be signalled");
    return r;
}

const struct probe PROBES_FILTER[] = {
    {"seccomp", probe_seccomp},
    {"foreignArch", probe_foreign_arch},
    {"nestedUserNamespaceFiltered", probe_nested_filtered},
    {"denialReports", probe_denial_reports},
    {"listenerContinue", probe_listener_continue},
    {"listenerSyncWakeUp", probe_listener_sync_wake_up},
    {"listenerWaitKillable", probe_listener_wait_killable},
    {"landlock", probe_landlock},
    {"landlockScopes", probe_landlock_scopes},
    {NULL, NULL},
};
