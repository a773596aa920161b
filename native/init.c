#include "init.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "codec.h"
#include "collect.h"
#include "compat.h"
#include "fd.h"
#include "filter.h"
#include "frame.h"
#include "passing.h"
#include "privileges.h"
#include "relay.h"
#include "spec.h"

/* Descriptors above 10, so that no stray write to 0-2 reaches a protocol. */
enum { SUPERVISOR = 10, SETUP, STDIN, STDOUT, STDERR, RESULT, CONTROL, TEMPLATE, FIRST_FREE };

/* Bytes on their way into one of the job's pipes; the next frame is read only when they are through. */
struct delivery {
    int fd;
    const uint8_t *data;
    size_t left;
    bool last;
};

struct init {
    struct init_task *task;
    struct relay relay;
    struct frame_reader reader;
    struct delivery delivery;
    broodbox_ToInit message;
    int input; /* the file below /in that is being written, or -1 */
    uint64_t artifact_bytes;
    uint32_t artifact_files;
    bool is_slot; /* has become the slot's uid */
};
static struct init state; /* static: 300 KiB that only init touches */
static uint8_t reader_buffer[FRAME_MAX + 8];

/* Before all else: until then init is where the forkserver is, in the host's network namespace. */
static int join_network(const struct init_task *task, struct fault *reterr_fault)
{
    if (task->network >= 0 && setns(task->network, CLONE_NEWNET) < 0)
        return fault_set(reterr_fault, "initClone", errno, "cannot join the network namespace");
    return 0;
}

/* A template that was built goes to the forkserver, for cells to come. */
static int make_mounts(struct init_task *task, struct fault *reterr_fault)
{
    const struct setup_message message = {.version = SETUP_VERSION, .kind = SETUP_TEMPLATE};
    int built = -1;
    int r = mounts_make(&task->mounts, &built, reterr_fault);
    owned_fd own = built;

    close_fd(&task->mounts.template_fd); /* held, it would outlive its plan with this cell */
    if (r < 0 || own < 0)
        return r;
    r = passing_send(SETUP, &message, sizeof message, &own, 1, 0);
    return r < 0 ? fault_set(reterr_fault, "mounts", -r, "cannot give the template away") : 0;
}

static int make_cell(struct init_task *task, struct fault *reterr_fault)
{
    int due = fault_due(&task->fault, "mounts");
    if (due)
        return fault_set(reterr_fault, "mounts", due, "injected");
    int r = make_mounts(task, reterr_fault);
    if (r < 0)
        return r;
    due = fault_due(&task->fault, "initDrop");
    if (due)
        return fault_set(reterr_fault, "initDrop", due, "injected");
    if (sethostname("broodbox", 8) < 0)
        return fault_set(reterr_fault, "initDrop", errno, "cannot set the host name");
    r = privileges_drop_init(&task->mounts.ids, reterr_fault);
    return r < 0 ? r : filter_install_init(reterr_fault);
}

static void settle_descriptors(struct init_task *task)
{
    const int from[] = {
        task->supervisor,  task->setup,       task->stdin_write,   task->stdout_read,
        task->stderr_read, task->result_read, task->control_write, task->mounts.template_fd};
    int high[sizeof from / sizeof *from];
    int count = task->mounts.template_fd < 0 ? TEMPLATE - SUPERVISOR : FIRST_FREE - SUPERVISOR;
    int first_free = SUPERVISOR + count;

    for (int i = 0; i < count; i++)
        high[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 64);
    for (int i = 0; i < count; i++)
        if (high[i] < 0 || dup3(high[i], SUPERVISOR + i, O_CLOEXEC) < 0)
            _exit(125);
    if (task->mounts.template_fd >= 0)
        task->mounts.template_fd = TEMPLATE;
    if (syscall(SYS_close_range, 0, SUPERVISOR - 1, 0) < 0 ||
        syscall(SYS_close_range, first_free, ~0U, 0) < 0)
        for (int fd = 0; fd < 65536; fd++)
            if (fd < SUPERVISOR || fd >= first_free)
                close(fd);
    for (int fd = SUPERVISOR; fd <= CONTROL; fd++)
        if (fd != SETUP && fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
            _exit(125);
}

/* Waits for the pidfd of the job process, the last thing that the forkserver says. */
static int receive_job(void)
{
    char byte;
    int fd;
    ssize_t n = passing_receive(SETUP, &byte, sizeof byte, 0, &fd);

    if (n != 1)
        return n < 0 ? (int)n : -EPIPE;
    close(SETUP);
    return fd < 0 ? -EBADMSG : fd;
}

static int become_slot(struct init *init)
{
    if (init->is_slot)
        return 0;
    int r = privileges_become_slot(&init->task->mounts.ids);
    if (r == 0)
        init->is_slot = true;
    return r;
}

static int write_input(struct init *init, const broodbox_FileChunk *chunk)
{
    char path[sizeof chunk->name.bytes + 8];

    if (init->input < 0) {
        snprintf(path, sizeof path, "/in/%s", (const char *)chunk->name.bytes);
        init->input = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0444);
        if (init->input < 0)
            return -errno;
    }
    for (size_t done = 0; done < chunk->data.size;) {
        ssize_t n = RETRY(write(init->input, chunk->data.bytes + done, chunk->data.size - done));
        if (n < 0)
            return -errno;
        done += (size_t)n;
    }
    if (chunk->last)
        close_fd(&init->input);
    return 0;
}

static void take_caps(struct init *init, const broodbox_RunJob *run)
{
    init->relay.streams[broodbox_Stream_STDOUT].cap = run->stdout_bytes;
    init->relay.streams[broodbox_Stream_STDERR].cap = run->stderr_bytes;
    init->relay.streams[broodbox_Stream_RESULT].cap = run->result_bytes;
    init->artifact_bytes = run->artifact_bytes;
    init->artifact_files = run->artifact_files;
}

static int take_message(struct init *init)
{
    broodbox_ToInit *message = &init->message;

    switch (message->which_body) {
    case broodbox_ToInit_file_tag:
        return write_input(init, &message->body.file);
    case broodbox_ToInit_run_tag:
        take_caps(init, &message->body.run);
        return 0;
    case broodbox_ToInit_spec_tag:
        init->delivery = (struct delivery){CONTROL, message->body.spec.data.bytes,
                                           message->body.spec.data.size, message->body.spec.last};
        return 0;
    case broodbox_ToInit_stdin_tag:
        init->delivery = (struct delivery){STDIN, message->body.stdin.data.bytes,
                                           message->body.stdin.data.size, message->body.stdin.last};
        return 0;
    default:
        return -EBADMSG;
    }
}

/* Moves the current chunk on. A job that closed its end loses the rest, and that is its own affair. */
static void deliver(struct init *init)
{
    struct delivery *delivery = &init->delivery;

    while (delivery->fd >= 0) {
        ssize_t n = delivery->left ? RETRY(write(delivery->fd, delivery->data, delivery->left)) : 0;
        if (n < 0 && errno == EAGAIN)
            return;
        delivery->left = n < 0 ? 0 : delivery->left - (size_t)n;
        delivery->data += n < 0 ? 0 : n;
        if (delivery->left > 0)
            continue;
        if (delivery->last)
            close(delivery->fd);
        delivery->fd = -1;
    }
}

/* Takes every complete frame that can be taken now. */
static int take_frames(struct init *init)
{
    const uint8_t *body;
    const char *where;
    size_t size;

    while (init->delivery.fd < 0) {
        int r = frame_reader_next(&init->reader, &body, &size);
        if (r <= 0)
            return r;
        r = codec_decode_to_init(body, size, &init->message);
        if (r < 0 || (r = spec_check_to_init(&init->message, &where)) < 0)
            return r;
        r = take_message(init);
        if (r < 0)
            return r;
        deliver(init);
    }
    return 0;
}

static void enforce_caps(struct init *init)
{
    const struct stream *streams = init->relay.streams;

    if (!streams[broodbox_Stream_STDOUT].exceeded && !streams[broodbox_Stream_STDERR].exceeded &&
        !streams[broodbox_Stream_RESULT].exceeded)
        return;
    if (!init->is_slot && become_slot(init) == 0 && init->relay.job >= 0)
        syscall(SYS_pidfd_send_signal, init->relay.job, SIGKILL, NULL, 0);
}

/* The event loop while the job lives. 0 when it is dead, -errno when the channel failed. */
static int relay_job(struct init *init)
{
    while (init->relay.job >= 0) {
        bool delivering = init->delivery.fd >= 0;
        struct pollfd polls[] = {
            {.fd = init->relay.job, .events = POLLIN},
            {.fd = delivering ? -1 : SUPERVISOR, .events = POLLIN},
            {.fd = init->delivery.fd, .events = POLLOUT},
            {.fd = init->relay.streams[0].fd, .events = POLLIN},
            {.fd = init->relay.streams[1].fd, .events = POLLIN},
            {.fd = init->relay.streams[2].fd, .events = POLLIN},
        };
        uint64_t now = relay_now_us(), at = init->relay.flush_at_us;
        uint64_t wait = at > now ? at - now : 0;
        struct timespec timeout = {0, (long)wait * 1000};

        if (ppoll(polls, sizeof polls / sizeof *polls, at ? &timeout : NULL, NULL) < 0 &&
            errno != EINTR)
            return -errno;
        for (int which = 0; which < RELAY_STREAMS; which++)
            if (polls[3 + which].revents && relay_read(&init->relay, (broodbox_Stream)which) < 0)
                return -EPIPE;
        if (polls[0].revents)
            relay_job_ended(&init->relay);
        enforce_caps(init);
        if (polls[2].revents)
            deliver(init);
        if (polls[1].revents) {
            int n = frame_reader_read(&init->reader, SUPERVISOR);
            if (n <= 0 && n != -EAGAIN)
                return n == 0 ? -EPIPE : n;
        }
        int r = take_frames(init);
        if (r < 0)
            return r;
        if (init->relay.flush_at_us && init->relay.flush_at_us <= relay_now_us() &&
            relay_flush(&init->relay) < 0)
            return -EPIPE;
    }
    return 0;
}

/* Ends everything that the job left: called when its main process is dead. One kill(-1) reaches every process of the
 * namespace but init, and a fork that races with it fails (the kernel checks for signals under the same lock). */
static void kill_rest(void)
{
    if (become_slot(&state) < 0)
        _exit(125); /* the kernel ends the namespace with its init */
    kill(-1, SIGKILL);
}

/* Waits until init is alone. The job's processes are or become its children, and the kernel reaps them unasked
 * (SIGCHLD is ignored), so that no zombie counts against the job's limit: ECHILD says that none is left. The main
 * process is the forkserver's. */
static int await_alone(void)
{
    siginfo_t info;

    do
        kill(-1, SIGKILL);
    while (waitid(P_ALL, 0, &info, WEXITED | __WALL) == 0 || errno == EINTR);
    return errno == ECHILD ? 0 : -errno;
}

static int report_end(struct init *init)
{
    struct relay *relay = &init->relay;
    struct collection collection = {.bytes_left = init->artifact_bytes,
                                    .files_left = init->artifact_files};
    bool tmp_full =
        collect_is_full("/tmp") || collect_is_full("/job") || collect_is_full("/dev/shm");
    uint64_t start = relay_now_us();
    int due = fault_due(&init->task->fault, "collect");
    int r = due ? -due : collect_artifacts(relay, &collection);

    if (r < 0)
        return r;
    relay->message.which_body = broodbox_FromInit_done_tag;
    relay->message.body.done = (broodbox_Done){
        .stdout_bytes = relay->streams[broodbox_Stream_STDOUT].total,
        .stderr_bytes = relay->streams[broodbox_Stream_STDERR].total,
        .result_bytes = relay->streams[broodbox_Stream_RESULT].total,
        .output_exceeded = relay->streams[broodbox_Stream_STDOUT].exceeded ||
                           relay->streams[broodbox_Stream_STDERR].exceeded,
        .result_exceeded = relay->streams[broodbox_Stream_RESULT].exceeded,
        .artifacts_exceeded = collection.exceeded,
        .artifacts_skipped = collection.skipped,
        .tmp_full = tmp_full,
        .collect_us = relay_now_us() - start,
    };
    return relay_send(relay);
}

/* A socket closed with bytes unread makes the other side lose what it has not read yet, so what the supervisor still
 * sends (stdin that the job did not want) is taken and dropped until it closes. The forkserver's deadline holds. */
static void part(void)
{
    if (shutdown(SUPERVISOR, SHUT_WR) < 0)
        return;
    struct pollfd readable = {.fd = SUPERVISOR, .events = POLLIN};
    ssize_t n;
    do {
        n = RETRY(read(SUPERVISOR, reader_buffer, sizeof reader_buffer));
        if (n < 0 && errno == EAGAIN)
            n = RETRY(ppoll(&readable, 1, NULL, NULL));
    } while (n > 0);
}

static void prepare(struct init *init, struct init_task *task)
{
    static const int FDS[RELAY_STREAMS] = {STDOUT, STDERR, RESULT};

    init->task = task;
    init->input = -1;
    init->delivery.fd = -1;
    init->reader = (struct frame_reader){.buffer = reader_buffer, .capacity = sizeof reader_buffer};
    init->relay.supervisor = SUPERVISOR;
    init->relay.job = -1;
    init->relay.on_job_end = kill_rest;
    for (int which = 0; which < RELAY_STREAMS; which++)
        init->relay.streams[which].fd = FDS[which];
}

_Noreturn void init_main(struct init_task *task)
{
    struct setup_message message = {.version = SETUP_VERSION, .kind = SETUP_MOUNTED};

    int joined = join_network(task, &message.fault);
    settle_descriptors(task);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    umask(022); /* the forkserver's 077 would hide the directories of the tree from the job */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        _exit(125);
    if (joined < 0 || make_cell(task, &message.fault) < 0)
        message.kind = SETUP_FAULT;
    if (write(SETUP, &message, sizeof message) != (ssize_t)sizeof message ||
        message.kind == SETUP_FAULT)
        _exit(125);

    prepare(&state, task);
    state.relay.job = receive_job();
    if (state.relay.job < 0)
        _exit(125);
    int r = relay_job(&state);
    if (r == 0)
        r = await_alone();
    if (r == 0)
        r = relay_drain(&state.relay);
    if (r == 0)
        r = report_end(&state);
    if (r == 0)
        part();
    _exit(r == 0 ? 0 : 125);
}
