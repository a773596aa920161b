/* The life of one sandbox in the forkserver: its states (server.h) and what moves it from one to the next. */
#pragma once
#include "server.h"

/* Requests of the supervisor. A request for an id that is gone is no error: it has crossed the news. */
void sandbox_open(struct server *server, const broodbox_OpenSandbox *request);
void sandbox_start(struct server *server, const broodbox_StartJob *request);
void sandbox_kill(struct server *server, uint32_t id, broodbox_Trigger trigger);
void sandbox_close(struct server *server, uint32_t id);

/* News from the kernel and from the other processes. */
void sandbox_on_init_setup(struct server *server, struct sandbox *sandbox);
void sandbox_on_forked(struct server *server, uint32_t id, pid_t pid, bool in_cgroup);
void sandbox_on_child_setup(struct server *server, struct sandbox *sandbox);
void sandbox_on_listener(struct server *server, struct sandbox *sandbox, bool hang_up);
void sandbox_on_job_death(struct server *server, struct sandbox *sandbox);
void sandbox_on_init_death(struct server *server, struct sandbox *sandbox);

/* Our own failure: reported with its step, then everything of the sandbox is taken down. */
void sandbox_fail(struct server *server, struct sandbox *sandbox, const struct fault *fault);
/* SIGKILL to everything; the place is free again when both deaths have been reaped. */
void sandbox_take_down(struct server *server, struct sandbox *sandbox);
void sandbox_release_when_empty(struct server *server, struct sandbox *sandbox);
/* What RLIMIT_NPROC counts beside a job: with a single id everything of this forkserver shares the uid. The kernel counts
 * per user namespace, so nothing outside of ours does. Without a pids cgroup this is as near as it gets. */
unsigned sandbox_tasks_beside(const struct server *server);
/* Reaps children that belong to no sandbox and are no zygote. */
void sandbox_reap_strays(const struct server *server);
/* Everything that waits for a fork of this zygote has failed. */
void sandbox_fail_forks_of(struct server *server, uint32_t zygote_id, const struct fault *fault);

/* Deadlines, processor time, OOM kills, delayed refusals. Returns the time of the next, or 0. */
uint64_t sandbox_tick(struct server *server, struct sandbox *sandbox, uint64_t now_us);

struct sandbox *sandbox_find(struct server *server, uint32_t id);
