#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"
#include "passing.h"
#include "privileges.h"

#define ZYGOTE_SOCKET 3
#define ARGUMENTS_MAX (8 + 64)

/* Nothing of the supervisor's environment. One thread each: a zygote with a second thread cannot fork safely. */
static char *const ENVIRONMENT[] = {
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "HOME=/tmp",
    "LANG=C.UTF-8",
    "OPENBLAS_NUM_THREADS=1",
    "OMP_NUM_THREADS=1",
    "MKL_NUM_THREADS=1",
    "NUMEXPR_NUM_THREADS=1",
    "PYTHONDONTWRITEBYTECODE=1",
    NULL,
};

static _Noreturn void exec_zygote(const broodbox_OpenZygote *request, int socket, bool ambient)
{
    char *arguments[ARGUMENTS_MAX] = {
        (char *)request->interpreter.bytes, "-I", "-B", "-X", "utf8", (char *)request->script.bytes,
        (char *)request->module.bytes};
    int count = 7;

    for (pb_size_t i = 0; i < request->preload_count; i++)
        arguments[count++] = (char *)request->preload[i].bytes;
    for (int number = 1; number <= 64; number++)
        signal(number, SIG_DFL);
    owned_fd null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || dup2(socket, 64) < 0 ||
        dup2(null, 0) < 0 || dup2(2, 1) < 0 || dup2(64, ZYGOTE_SOCKET) < 0)
        _exit(125);
    if (syscall(SYS_close_range, ZYGOTE_SOCKET + 1, ~0U, 0) < 0)
        for (int fd = ZYGOTE_SOCKET + 1; fd < 65536; fd++)
            close(fd);
    umask(022); /* inherited by every job */
    if (ambient && privileges_raise_ambient() < 0)
        _exit(125);
    execve(arguments[0], arguments, ENVIRONMENT);
    _exit(127);
}

int zygote_spawn(const broodbox_OpenZygote *request, bool ambient, struct zygote *ret_zygote,
                 struct fault *reterr_fault)
{
    int pair[2];

    if (access((const char *)request->interpreter.bytes, X_OK) < 0)
        return fault_set(reterr_fault, "zygoteSpawn", errno, "cannot execute %s",
                         (const char *)request->interpreter.bytes);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return fault_set(reterr_fault, "zygoteSpawn", errno, "cannot make the fork channel");
    owned_fd ours = pair[0], theirs = pair[1];
    pid_t pid = fork();
    if (pid < 0)
        return fault_set(reterr_fault, "zygoteSpawn", errno, "cannot fork");
    if (pid == 0)
        exec_zygote(request, theirs, ambient);
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0) {
        int error = errno;
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return fault_set(reterr_fault, "zygoteSpawn", error, "cannot open a pidfd");
    }
    *ret_zygote = (struct zygote){
        .id = request->zygote_id, .pid = pid, .pidfd = pidfd, .socket = steal_fd(&ours)};
    return 0;
}

_Static_assert(CHILD_FD_COUNT + 1 <= PASSING_MAX, "too many descriptors for one message");

int zygote_request_fork(const struct zygote *zygote, uint32_t sandbox_id,
                        const int fds[static CHILD_FD_COUNT], int cgroup,
                        struct fault *reterr_fault)
{
    struct fork_request request = {
        .version = SETUP_VERSION, .sandbox_id = sandbox_id, .into_cgroup = cgroup >= 0};
    int passed[CHILD_FD_COUNT + 1];

    memcpy(passed, fds, sizeof(int) * CHILD_FD_COUNT);
    passed[CHILD_FD_COUNT] = cgroup;
    /* Never waits: a zygote that is stuck must not hold up the forkserver, and with it every other job's clocks. */
    int r = passing_send(zygote->socket, &request, sizeof request, passed,
                         CHILD_FD_COUNT + request.into_cgroup, MSG_DONTWAIT);
    if (r < 0)
        return fault_set(reterr_fault, "jobFork", -r, "cannot ask zygote %u to fork", zygote->id);
    return 0;
}

int zygote_read(const struct zygote *zygote, struct zygote_message *ret_message)
{
    ssize_t n = RETRY(recv(zygote->socket, ret_message, sizeof *ret_message, MSG_DONTWAIT));

    if (n < 0 &&
        errno == ECONNRESET) /* it died with requests unread: said once, before what it had sent */
        n = RETRY(recv(zygote->socket, ret_message, sizeof *ret_message, MSG_DONTWAIT));
    if (n < 0)
        return -errno;
    if (n == 0)
        return -EPIPE;
    if (n != (ssize_t)sizeof *ret_message || ret_message->version != SETUP_VERSION)
        return -EBADMSG;
    return 0;
}
