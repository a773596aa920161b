#include "forkserver.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "codec.h"
#include "compat.h"
#include "fd.h"
#include "frame.h"
#include "landlock.h"
#include "requests.h"
#include "sandbox.h"
#include "spec.h"
#include "start.h"

#define PROTOCOL 1
#define EVENTS_PER_TURN 64

/* The two protocol descriptors, moved away from 0 and 1 so that no stray print can reach a frame. */
enum { REQUESTS = 10, EVENTS = 11 };

static struct server server; /* all zero: 5 MB of places that no page backs until they are used */
static struct frame_reader reader;
static uint8_t reader_buffer[FRAME_MAX + 8];
static struct {
    uint8_t bytes
        [1
         << 20]; /* events are bounded by requests; a supervisor that reads none of them is as good as gone */
    size_t start, end;
    bool watched, overflown;
} outbox;

uint64_t server_now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

int server_watch(struct server *s, int fd, enum source source, unsigned index, uint32_t id)
{
    struct epoll_event event = {.events = EPOLLIN,
                                .data.u64 = (uint64_t)id << 32 | index << 8 | (unsigned)source};
    return epoll_ctl(s->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

void server_close(struct server *s, int *fd)
{
    if (*fd >= 0)
        epoll_ctl(s->epoll, EPOLL_CTL_DEL, *fd, NULL);
    close_fd(fd);
}

static void flush_outbox(void)
{
    while (outbox.start < outbox.end) {
        ssize_t n = RETRY(write(EVENTS, outbox.bytes + outbox.start, outbox.end - outbox.start));
        if (n < 0)
            break; /* EAGAIN: later. EPIPE: end of file on the other side follows */
        outbox.start += (size_t)n;
    }
    if (outbox.start == outbox.end)
        outbox.start = outbox.end = 0;
    bool waiting = outbox.end > 0;
    if (waiting != outbox.watched) {
        struct epoll_event event = {.events = waiting ? EPOLLOUT : 0, .data.u64 = SOURCE_EVENTS};
        epoll_ctl(server.epoll, EPOLL_CTL_MOD, EVENTS, &event);
        outbox.watched = waiting;
    }
}

void server_send(struct server *s, const broodbox_Event *event)
{
    size_t size;

    (void)s;
    if (sizeof outbox.bytes - outbox.end < FRAME_MAX && outbox.start > 0) {
        memmove(outbox.bytes, outbox.bytes + outbox.start, outbox.end - outbox.start);
        outbox.end -= outbox.start;
        outbox.start = 0;
    }
    int r = codec_encode_event(event, outbox.bytes + outbox.end, sizeof outbox.bytes - outbox.end,
                               &size);
    if (r < 0) {
        outbox.overflown = true;
        return;
    }
    outbox.end += size;
}

void server_send_fault(struct server *s, uint32_t sandbox_id, uint32_t zygote_id,
                       const struct fault *fault)
{
    broodbox_Event event = {.which_body = broodbox_Event_fault_tag};
    broodbox_Fault *out = &event.body.fault;

    out->sandbox_id = sandbox_id;
    out->zygote_id = zygote_id;
    out->error = fault->error;
    snprintf(out->step, sizeof out->step, "%s", fault->step);
    out->detail.size = (pb_size_t)strlen(fault->detail);
    memcpy(out->detail.bytes, fault->detail, out->detail.size);
    server_send(s, &event);
}

/* 0, or -errno when the supervisor is gone or does not speak the protocol. */
static int read_requests(void)
{
    static broodbox_Request request;
    const uint8_t *body;
    const char *where = "frame";
    size_t size;

    int r = frame_reader_read(&reader, REQUESTS);
    if (r == -EAGAIN)
        return 0;
    if (r <= 0)
        return r == 0 ? -EPIPE : r;
    while ((r = frame_reader_next(&reader, &body, &size)) > 0) {
        r = codec_decode_request(body, size, &request);
        if (r == 0)
            r = spec_check_request(&request, &where);
        if (r < 0)
            break;
        request_take(&server, &request);
    }
    if (r < 0)
        fprintf(stderr, "forkserver: refused a request at %s: %s\n", where, strerror(-r));
    return r;
}

static void on_zygote_message(struct zygote *zygote)
{
    struct zygote_message message;
    broodbox_Event event = {.which_body = broodbox_Event_zygote_ready_tag};
    int r;

    while ((r = zygote_read(zygote, &message)) == 0) {
        if (message.kind == ZYGOTE_FORKED) {
            sandbox_on_forked(&server, message.sandbox_id, message.pid, message.in_cgroup);
        } else if (message.kind == ZYGOTE_FAULT && message.sandbox_id) {
            struct sandbox *sandbox = sandbox_find(&server, message.sandbox_id);
            if (sandbox)
                sandbox_fail(&server, sandbox, &message.fault);
        } else if (message.kind == ZYGOTE_FAULT) {
            server_send_fault(&server, 0, zygote->id, &message.fault);
        } else {
            event.body.zygote_ready.zygote_id = zygote->id;
            event.body.zygote_ready.pid = (uint32_t)zygote->pid;
            event.body.zygote_ready.preload_us = message.preload_us;
            server_send(&server, &event);
        }
    }
    if (r != -EAGAIN) { /* its death is the event that counts; a babbling one is ended */
        server_close(&server, &zygote->socket);
        syscall(SYS_pidfd_send_signal, zygote->pidfd, SIGKILL, NULL, 0);
    }
}

static void on_zygote_death(struct zygote *zygote)
{
    broodbox_Event event = {.which_body = broodbox_Event_zygote_gone_tag};
    struct fault fault = {0};
    int status;

    if (zygote->socket >= 0)
        on_zygote_message(zygote); /* its last words */
    if (waitpid(zygote->pid, &status, WNOHANG) != zygote->pid)
        return;
    fault_set(&fault, "jobFork", ESRCH, "the zygote ended");
    sandbox_fail_forks_of(&server, zygote->id, &fault);
    event.body.zygote_gone.zygote_id = zygote->id;
    event.body.zygote_gone.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    event.body.zygote_gone.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    server_send(&server, &event);
    server_close(&server, &zygote->socket);
    server_close(&server, &zygote->pidfd);
    zygote->id = 0;
}

static void dispatch_sandbox(enum source source, struct sandbox *sandbox, uint32_t events)
{
    switch (source) {
    case SOURCE_INIT_SETUP:
        if (sandbox->cell.init_setup >= 0) /* else closed by an earlier event of this turn */
            sandbox_on_init_setup(&server, sandbox);
        break;
    case SOURCE_CHILD_SETUP:
        if (sandbox->cell.child_setup >= 0)
            sandbox_on_child_setup(&server, sandbox);
        break;
    case SOURCE_INIT_DEATH:
        sandbox_on_init_death(&server, sandbox);
        break;
    case SOURCE_JOB_DEATH:
        sandbox_on_job_death(&server, sandbox);
        break;
    case SOURCE_LISTENER:
        sandbox_on_listener(&server, sandbox, !(events & EPOLLIN));
        break;
    case SOURCE_REQUESTS:
    case SOURCE_EVENTS:
    case SOURCE_ZYGOTE_SOCKET:
    case SOURCE_ZYGOTE_DEATH:
        break;
    }
}

static void dispatch(const struct epoll_event *event)
{
    enum source source = (enum source)(event->data.u64 & 0xff);
    unsigned index = (unsigned)(event->data.u64 >> 8) & 0xffffff;
    uint32_t id = (uint32_t)(event->data.u64 >> 32);

    if (source == SOURCE_EVENTS)
        return; /* flushed at the end of each turn */
    if (source == SOURCE_ZYGOTE_SOCKET || source == SOURCE_ZYGOTE_DEATH) {
        struct zygote *zygote = &server.zygotes[index];
        if (zygote->id != id)
            return;
        if (source == SOURCE_ZYGOTE_SOCKET && zygote->socket >= 0)
            on_zygote_message(zygote);
        else if (source == SOURCE_ZYGOTE_DEATH)
            on_zygote_death(zygote);
        return;
    }
    struct sandbox *sandbox = &server.sandboxes[index];
    if (sandbox->id == id && sandbox->state != SANDBOX_FREE)
        dispatch_sandbox(source, sandbox, event->events);
}

/* Runs what is due; returns how long epoll may sleep, in milliseconds. */
static int tick(void)
{
    uint64_t now = server_now_us(), next = 0;

    for (unsigned i = 0; i < server.sandbox_high; i++) {
        struct sandbox *sandbox = &server.sandboxes[i];
        if (sandbox->state == SANDBOX_FREE || sandbox->state == SANDBOX_PARKED)
            continue;
        uint64_t at = sandbox_tick(&server, sandbox, now);
        if (at && (next == 0 || at < next))
            next = at;
    }
    if (next == 0)
        return -1;
    return next <= now ? 0 : (int)((next - now) / 1000 + 1);
}

static int serve(void)
{
    struct epoll_event events[EVENTS_PER_TURN];

    for (;;) {
        int timeout = tick();
        flush_outbox();
        if (outbox.overflown) {
            fprintf(stderr, "forkserver: the supervisor does not read its events: giving up\n");
            return -ENOBUFS;
        }
        int count = epoll_wait(server.epoll, events, EVENTS_PER_TURN, timeout);
        if (count < 0 && errno != EINTR)
            return -errno;
        for (int i = 0; i < count; i++) {
            if ((events[i].data.u64 & 0xff) != SOURCE_REQUESTS) {
                dispatch(&events[i]);
                continue;
            }
            int r = read_requests();
            if (r < 0)
                return r;
        }
    }
}

static bool any_left(void)
{
    for (unsigned i = 0; i < server.sandbox_high; i++)
        if (server.sandboxes[i].state != SANDBOX_FREE)
            return true;
    for (int i = 0; i < ZYGOTES_MAX; i++)
        if (server.zygotes[i].id)
            return true;
    return false;
}

/* The supervisor is gone, or has closed the channel: everything dies, and nothing is left behind. */
static void end_everything(void)
{
    struct epoll_event events[EVENTS_PER_TURN];

    epoll_ctl(server.epoll, EPOLL_CTL_DEL, REQUESTS, NULL);
    for (unsigned i = 0; i < server.sandbox_high; i++)
        if (server.sandboxes[i].state != SANDBOX_FREE &&
            server.sandboxes[i].state != SANDBOX_CLOSING)
            sandbox_take_down(&server, &server.sandboxes[i]);
    for (int i = 0; i < ZYGOTES_MAX; i++)
        request_close_zygote(&server, server.zygotes[i].id);
    for (uint64_t until = server_now_us() + 2000000; any_left() && server_now_us() < until;) {
        int count = epoll_wait(server.epoll, events, EVENTS_PER_TURN, 10);
        for (int i = 0; i < count; i++)
            dispatch(&events[i]);
        outbox.start = outbox.end = 0;
    }
    cgroup_host_close(&server.cgroup_host);
}

static void say_hello(void)
{
    static const char *const VERSIONS[] = {"none", "v1", "v2"};
    broodbox_Event event = {.which_body = broodbox_Event_hello_tag};
    broodbox_Hello *hello = &event.body.hello;
    const struct cgroup_host *host = &server.cgroup_host;

    hello->protocol = PROTOCOL;
    hello->landlock_abi = (uint32_t)landlock_abi();
    snprintf(hello->id_mode, sizeof hello->id_mode, "%s",
             server.single_id  ? "single"
             : server.rootless ? "ranges"
                               : "root");
    snprintf(hello->memory_cgroup, sizeof hello->memory_cgroup, "%s",
             VERSIONS[cgroup_version_of(host, CONTROLLER_MEMORY)]);
    snprintf(hello->pids_cgroup, sizeof hello->pids_cgroup, "%s",
             VERSIONS[cgroup_version_of(host, CONTROLLER_PIDS)]);
    snprintf(hello->cpu_cgroup, sizeof hello->cpu_cgroup, "%s",
             VERSIONS[cgroup_version_of(host, CONTROLLER_CPUACCT)]);
    server_send(&server, &event);
}

/* To the supervisor as well, on whichever descriptor the protocol is by now. */
static void report_start_fault(const struct fault *fault)
{
    int fd = fcntl(EVENTS, F_GETFD) >= 0 ? EVENTS : STDOUT_FILENO;

    server_send_fault(&server, 0, 0, fault);
    if (write(fd, outbox.bytes, outbox.end) != (ssize_t)outbox.end)
        fprintf(stderr, "forkserver: nobody to report to\n");
}

int forkserver_main(int argc, char **argv)
{
    struct fault fault = {0};
    int r = start_forkserver(argc, argv, REQUESTS, EVENTS, &server, &fault);

    if (r < 0) {
        fprintf(stderr, "forkserver: cannot start: %s: %s (step %s)\n", fault.detail,
                strerror(fault.error), fault.step);
        report_start_fault(&fault);
        return 1;
    }
    reader = (struct frame_reader){.buffer = reader_buffer, .capacity = sizeof reader_buffer};
    say_hello();
    r = serve();
    end_everything();
    return r == -EPIPE ? 0 : 1;
}
