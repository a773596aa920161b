/* Everything the forkserver holds, in one place. The only program that is privileged has these globals and no others;
 * a child may see them because they hold no job data: ids, limits, mount plans, filters. */
#pragma once
#include <stdint.h>

#include "cell.h"
#include "cgroup.h"
#include "denials.h"
#include "generated/broodbox.pb.h"
#include "jail.h"
#include "network.h"
#include "templates.h"
#include "zygote.h"

#define SANDBOXES_MAX 1024
#define ZYGOTES_MAX 32
#define FILTERS_MAX 1024 /* each allocated when it is defined, about 2 KB of it touched */
#define PLANS_MAX 1024

/* What an event of epoll is about; the sandbox's id stands beside it, since a place is used again. */
enum source {
    SOURCE_REQUESTS,
    SOURCE_EVENTS,
    SOURCE_ZYGOTE_SOCKET,
    SOURCE_ZYGOTE_DEATH,
    SOURCE_INIT_SETUP,
    SOURCE_CHILD_SETUP,
    SOURCE_INIT_DEATH,
    SOURCE_JOB_DEATH,
    SOURCE_LISTENER,
};

/* free -> mounting -> forking -> confining -> parked -> running -> collecting -> free; any of them -> closing -> free.
 * What is true in each:
 * mounting    init exists and builds its mounts
 * forking     the zygote has been asked
 * confining   the job process exists, is in its cgroup and runs its step table
 * parked      attested, reported ready, waiting for its one job
 * running     StartJob has come, the clocks run
 * collecting  the job is dead, reaped and reported; init sends artifacts
 * closing     both have been killed; waiting to reap them */
enum sandbox_state {
    SANDBOX_FREE,
    SANDBOX_MOUNTING,
    SANDBOX_FORKING,
    SANDBOX_CONFINING,
    SANDBOX_PARKED,
    SANDBOX_RUNNING,
    SANDBOX_COLLECTING,
    SANDBOX_CLOSING,
};

struct filter {
    uint32_t id; /* 0: this place is free */
    uint16_t length;
    uint32_t canary_call, canary_error, max_denials;
    bool write_execute_deny;
    bool refuses_network; /* its sandboxes use kept network namespaces */
    uint32_t attested_plan,
        attested_zygote; /* of the last sandbox under it that was attested in full */
    size_t refusal_count;
    struct sock_filter program[FILTER_MAX];
    struct refusal refusals[1024];
};

struct sandbox {
    uint32_t id;
    enum sandbox_state state;
    uint32_t zygote_id, filter_id, plan_id;
    unsigned template_age; /* of the table, when this one was opened */
    struct cell cell;
    broodbox_Limits limits;
    struct denials denials;
    broodbox_Trigger trigger;
    bool ready_seen;
    uint8_t layers[LAYER_COUNT];
    uint32_t step_us[CHILD_STEPS_MAX];
    uint64_t deadline_us; /* of the current state: set-up, wall clock or collecting; 0: none */
    uint64_t started_us, cpu_base_us;
    uint64_t poll_at_us; /* next look at processor time and OOM kills; 0: none */
    uint32_t collect_ms;
};

struct server {
    int epoll;
    const char *socket_path, *staging;
    bool rootless;        /* in a user namespace of its own */
    bool user_namespace;  /* in one at all: its own, or a container's, whose root it is */
    bool single_id;       /* and only one id is mapped */
    uid_t first_slot_uid; /* a slot's job has this plus its place, its init SANDBOXES_MAX more */
    int slots_lock;       /* held while this forkserver uses its range of uids */
    struct cgroup_host cgroup_host;
    struct networks networks;
    struct fault_plan fault;
    unsigned processors;
    uint32_t attested_count; /* for sampling */
    struct filter *filters[FILTERS_MAX];
    struct {
        uint32_t id;
        broodbox_DefinePlan *plan;
        uint32_t
            tree; /* the same for plans whose cells can copy the same template: the id of the first of them */
    } plans[PLANS_MAX];
    struct templates templates;
    struct zygote zygotes[ZYGOTES_MAX];
    unsigned sandbox_high; /* places used so far: scans stop here */
    struct sandbox sandboxes[SANDBOXES_MAX];
};

/* forkserver.c, for the pieces below it */
void server_send(struct server *server, const broodbox_Event *event);
void server_send_fault(struct server *server, uint32_t sandbox_id, uint32_t zygote_id,
                       const struct fault *fault);
int server_watch(struct server *server, int fd, enum source source, unsigned index, uint32_t id);
/* The only way to close a watched descriptor. A child that has just been cloned shares every one of them until it has
 * closed its copies, and a shared one would stay in epoll and fire, with nobody left to read it. */
void server_close(struct server *server, int *fd);
struct filter *server_filter(struct server *server, uint32_t id);
broodbox_DefinePlan *server_plan(struct server *server, uint32_t id);
uint32_t server_tree(const struct server *server, uint32_t plan_id);
struct zygote *server_zygote(struct server *server, uint32_t id);
uint64_t server_now_us(void);
