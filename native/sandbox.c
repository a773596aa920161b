#include "sandbox.h"

#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"

#define CLOSING_RETRY_US 20000 /* whatever kept news of a death from coming: look again */

struct sandbox *sandbox_find(struct server *server, uint32_t id)
{
    for (unsigned i = 0; i < server->sandbox_high; i++)
        if (server->sandboxes[i].id == id && server->sandboxes[i].state != SANDBOX_FREE)
            return &server->sandboxes[i];
    return NULL;
}

static void close_channels(struct server *server, struct sandbox *sandbox)
{
    server_close(server, &sandbox->cell.init_setup);
    server_close(server, &sandbox->cell.child_setup);
    server_close(server, &sandbox->denials.listener);
}

static void release(struct server *server, struct sandbox *sandbox)
{
    broodbox_Event event = {.which_body = broodbox_Event_sandbox_closed_tag};

    struct cell *cell = &sandbox->cell;

    close_channels(server, sandbox);
    server_close(server, &cell->init_pidfd);
    server_close(server, &cell->job_pidfd);
    /* Init is reaped, which the kernel allows only when every process of its pid namespace is: nobody is in there. */
    network_give_back(&server->networks, &cell->network);
    for (int i = 0; i < CHILD_FD_COUNT; i++)
        close_fd(&cell->child_fds[i]);
    cgroup_release(&server->cgroup_host, &cell->cgroup);
    event.body.sandbox_closed.sandbox_id = sandbox->id;
    sandbox->state = SANDBOX_FREE;
    sandbox->id = 0;
    server_send(server, &event);
}

void sandbox_release_when_empty(struct server *server, struct sandbox *sandbox)
{
    if (sandbox->cell.init == 0 && sandbox->cell.job == 0 && sandbox->state == SANDBOX_CLOSING)
        release(server, sandbox);
}

void sandbox_take_down(struct server *server, struct sandbox *sandbox)
{
    sandbox->state = SANDBOX_CLOSING;
    sandbox->poll_at_us = 0;
    sandbox->deadline_us = server_now_us() + CLOSING_RETRY_US;
    cell_kill(&sandbox->cell);
    close_channels(
        server,
        sandbox); /* ends a child that waits for its orders or for the listener to be taken */
    sandbox_release_when_empty(server, sandbox);
}

void sandbox_fail(struct server *server, struct sandbox *sandbox, const struct fault *fault)
{
    if (sandbox->state == SANDBOX_CLOSING)
        return;
    server_send_fault(server, sandbox->id, 0, fault);
    close_fd(&sandbox->cell.network); /* what was found wanting is not used again */
    sandbox_take_down(server, sandbox);
}

void sandbox_fail_forks_of(struct server *server, uint32_t zygote_id, const struct fault *fault)
{
    for (unsigned i = 0; i < server->sandbox_high; i++) {
        struct sandbox *sandbox = &server->sandboxes[i];
        if (sandbox->zygote_id == zygote_id &&
            (sandbox->state == SANDBOX_FORKING || sandbox->state == SANDBOX_MOUNTING))
            sandbox_fail(server, sandbox, fault);
    }
}

static bool is_known(const struct server *server, pid_t pid)
{
    for (unsigned i = 0; i < server->sandbox_high; i++) {
        const struct sandbox *sandbox = &server->sandboxes[i];
        if (sandbox->state != SANDBOX_FREE &&
            (sandbox->cell.init == pid || sandbox->cell.job == pid))
            return true;
    }
    for (int i = 0; i < ZYGOTES_MAX; i++)
        if (server->zygotes[i].id && server->zygotes[i].pid == pid)
            return true;
    return false;
}

/* A child of ours that nobody told us of: forked by a zygote that died before it could say so, or made by a job with
 * CLONE_PARENT under a profile that allows it. Unreaped, it would keep its init from ending for ever. */
void sandbox_reap_strays(const struct server *server)
{
    for (;;) {
        siginfo_t info = {.si_pid = 0};
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0 || info.si_pid == 0 ||
            is_known(server, info.si_pid))
            return;
        waitpid(info.si_pid, NULL, WNOHANG | __WALL);
    }
}

unsigned sandbox_tasks_beside(const struct server *server)
{
    unsigned tasks = 1; /* the forkserver */

    if (!server->single_id)
        return 0; /* a slot's uid is its job's alone */
    for (int i = 0; i < ZYGOTES_MAX; i++)
        tasks += server->zygotes[i].id != 0;
    for (unsigned i = 0; i < server->sandbox_high; i++)
        tasks += server->sandboxes[i].state == SANDBOX_FREE ? 0 : 2; /* init, and the other jobs */
    return tasks - 1;
}
