#include "cell.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "codec.h"
#include "compat.h"
#include "fd.h"
#include "init.h"
#include "passing.h"

void cell_clear(struct cell *cell)
{
    memset(cell, 0, sizeof *cell);
    cell->init_pidfd = cell->job_pidfd = cell->init_setup = cell->child_setup = -1;
    cell->network = -1;
    for (int i = 0; i < CHILD_FD_COUNT; i++)
        cell->child_fds[i] = -1;
    for (int i = 0; i < 3; i++)
        cell->cgroup.files[i] = -1;
}

void cell_kill(const struct cell *cell)
{
    if (cell->job_pidfd >= 0)
        syscall(SYS_pidfd_send_signal, cell->job_pidfd, SIGKILL, NULL, 0);
    if (cell->init_pidfd >= 0)
        syscall(SYS_pidfd_send_signal, cell->init_pidfd, SIGKILL, NULL, 0);
}

/* Connects to the supervisor and says which sandbox this will be, before anything else exists in the cell. */
static int connect_supervisor(const struct cell_request *request, int *ret_fd,
                              struct fault *reterr_fault)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    static broodbox_FromInit
        message; /* 61 KiB: on the stack they were 13 page faults per sandbox */
    uint8_t frame[64];
    size_t size;

    owned_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot make a socket");
    if (strlen(request->socket_path) >= sizeof address.sun_path)
        return fault_set(reterr_fault, "initClone", ENAMETOOLONG,
                         "the supervisor's socket path is too long");
    snprintf(address.sun_path, sizeof address.sun_path, "%s", request->socket_path);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot reach the supervisor's socket");
    message.which_body = broodbox_FromInit_introduction_tag;
    message.body.introduction.sandbox_id = request->sandbox_id;
    memcpy(message.body.introduction.nonce, request->nonce, 16);
    int r = codec_encode_from_init(&message, frame, sizeof frame, &size);
    if (r < 0 || write(fd, frame, size) != (ssize_t)size)
        return fault_set(reterr_fault, "initClone", r < 0 ? -r : errno, "cannot introduce init");
    if (fcntl(fd, F_SETFL, 0) < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot make the socket blocking");
    *ret_fd = steal_fd(&fd);
    return 0;
}

struct ends {
    int init[5]; /* stdin, stdout, stderr, result, control: init's side */
    int init_setup;
};

/* The pipe's inode belongs to the job, so that it may open /dev/stdout, which is the descriptor by another name. */
static int make_pipe(const struct jail_ids *ids, int pair[2])
{
    if (ids->single)
        return pipe2(pair, O_CLOEXEC);
    setfsuid(ids->job_uid);
    int r = pipe2(pair, O_CLOEXEC);
    setfsuid(geteuid());
    return r;
}

static int make_channels(struct cell *cell, struct ends *ends, struct fault *reterr_fault)
{
    static const struct {
        enum child_fd child;
        bool child_reads;
    } PIPES[] = {{CHILD_STDIN, true},
                 {CHILD_STDOUT, false},
                 {CHILD_STDERR, false},
                 {CHILD_RESULT, false},
                 {CHILD_CONTROL, true}};
    int pair[2];

    for (int i = 0; i < 5; i++) {
        if (make_pipe(&cell->ids, pair) < 0)
            return fault_set(reterr_fault, "initClone", errno, "cannot make a pipe");
        cell->child_fds[PIPES[i].child] = pair[PIPES[i].child_reads ? 0 : 1];
        ends->init[i] = pair[PIPES[i].child_reads ? 1 : 0];
    }
    if (prctl(PR_SET_DUMPABLE, 0) < 0) /* make_pipe's change of the file system uid reset it */
        return fault_set(reterr_fault, "initClone", errno, "cannot stay non-dumpable");
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot make a setup socket");
    cell->init_setup = pair[0];
    ends->init_setup = pair[1];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot make a setup socket");
    cell->child_setup = pair[0];
    cell->child_fds[CHILD_SETUP] = pair[1];
    return 0;
}

static int clone_init(const struct cell_request *request, struct cell *cell,
                      const struct ends *ends, int supervisor, struct fault *reterr_fault)
{
    /* Without CLONE_NEWNS: a copy of the host's mounts would be thrown away for one of the template (mounts.c). */
    struct clone_args args = {
        .flags = CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS,
        .pidfd = (uint64_t)(uintptr_t)&cell->init_pidfd,
        .exit_signal = SIGCHLD,
    };
    int due = fault_due(request->fault, "initClone");
    if (due)
        return fault_set(reterr_fault, "initClone", due, "injected");
    if (request->networks)
        cell->network = network_take(request->networks);
    if (cell->network < 0)
        args.flags |= CLONE_NEWNET;

    /* The raw call: its child has a stale thread id in libc, which init, single-threaded C, never asks for. */
    long pid = syscall(SYS_clone3, &args, sizeof args);
    if (pid < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot clone init into its namespaces");
    if (pid == 0) {
        struct init_task task = {.mounts = request->mounts,
                                 .fault = *request->fault,
                                 .network = cell->network,
                                 .supervisor = supervisor,
                                 .setup = ends->init_setup,
                                 .stdin_write = ends->init[0],
                                 .stdout_read = ends->init[1],
                                 .stderr_read = ends->init[2],
                                 .result_read = ends->init[3],
                                 .control_write = ends->init[4]};
        init_main(&task);
    }
    cell->init = (pid_t)pid;
    if (request->networks && cell->network < 0)
        cell->network = network_keep(request->networks, cell->init, request->fault);
    cell->child_fds[CHILD_INIT_PIDFD] = fcntl(cell->init_pidfd, F_DUPFD_CLOEXEC, 0);
    if (cell->child_fds[CHILD_INIT_PIDFD] < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot duplicate init's pidfd");
    return 0;
}

int cell_open(const struct cell_request *request, struct cell *ret_cell, struct fault *reterr_fault)
{
    struct ends ends = {.init = {-1, -1, -1, -1, -1}, .init_setup = -1};
    int supervisor = -1;
    int due = fault_due(request->fault, "cgroupCreate");

    cell_clear(ret_cell);
    ret_cell->ids = request->mounts.ids;
    int r = due ? fault_set(reterr_fault, "cgroupCreate", due, "injected")
                : cgroup_create(request->cgroup_host, &request->limits, &ret_cell->cgroup,
                                reterr_fault);
    if (r == 0)
        r = connect_supervisor(request, &supervisor, reterr_fault);
    if (r == 0)
        r = make_channels(ret_cell, &ends, reterr_fault);
    if (r == 0)
        r = clone_init(request, ret_cell, &ends, supervisor, reterr_fault);
    for (int i = 0; i < 5; i++)
        close_fd(&ends.init[i]);
    close_fd(&ends.init_setup);
    close_fd(&supervisor);
    return r; /* on failure the caller takes apart what there is */
}

int cell_introduce_job(const struct cell *cell, struct fault *reterr_fault)
{
    char byte = 0;
    int r = passing_send(cell->init_setup, &byte, sizeof byte, &cell->job_pidfd, 1, 0);

    return r < 0 ? fault_set(reterr_fault, "jobFork", -r, "cannot introduce the job to init") : 0;
}
