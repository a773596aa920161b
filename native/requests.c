#include "requests.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compat.h"
#include "sandbox.h"
#include "tree.h"

struct filter *server_filter(struct server *s, uint32_t id)
{
    for (int i = 0; i < FILTERS_MAX; i++)
        if (s->filters[i] && s->filters[i]->id == id)
            return s->filters[i];
    return NULL;
}

broodbox_DefinePlan *server_plan(struct server *s, uint32_t id)
{
    for (int i = 0; i < PLANS_MAX; i++)
        if (s->plans[i].plan && s->plans[i].id == id)
            return s->plans[i].plan;
    return NULL;
}

uint32_t server_tree(const struct server *s, uint32_t plan_id)
{
    for (int i = 0; i < PLANS_MAX; i++)
        if (s->plans[i].plan && s->plans[i].id == plan_id)
            return s->plans[i].tree;
    return 0;
}

struct zygote *server_zygote(struct server *s, uint32_t id)
{
    for (int i = 0; i < ZYGOTES_MAX; i++)
        if (id && s->zygotes[i].id == id)
            return &s->zygotes[i];
    return NULL;
}

/* Nothing is defined then, and what names it later is refused by its own id: no reason to end the forkserver. */
static void say_full(const char *what)
{
    fprintf(stderr, "forkserver: no place for another %s\n", what);
}

static void define_filter(struct server *server, const broodbox_DefineFilter *request)
{
    struct filter *filter = server_filter(server, request->filter_id);

    for (int i = 0; !filter && i < FILTERS_MAX; i++)
        if (!server->filters[i])
            filter = server->filters[i] = calloc(1, sizeof *filter);
    if (!filter) {
        say_full("filter");
        return;
    }
    filter->id = request->filter_id;
    filter->length = (uint16_t)(request->program.size / sizeof *filter->program);
    filter->canary_call = request->canary_call;
    filter->canary_error = request->canary_errno;
    filter->max_denials = request->max_denials;
    filter->write_execute_deny = request->write_execute_deny;
    filter->refuses_network = request->refuses_network;
    filter->attested_plan = filter->attested_zygote = 0;
    filter->refusal_count = request->refusals.size / sizeof *filter->refusals;
    memcpy(filter->program, request->program.bytes, request->program.size);
    memcpy(filter->refusals, request->refusals.bytes, request->refusals.size);
}

/* The cell of a job with large inputs has a plan of its own, and the tree of all the others. */
static uint32_t tree_of(const struct server *server, const broodbox_DefinePlan *plan)
{
    for (int i = 0; i < PLANS_MAX; i++)
        if (server->plans[i].plan && tree_is_same(server->plans[i].plan, plan))
            return server->plans[i].tree;
    return plan->plan_id;
}

static void define_plan(struct server *server, const broodbox_DefinePlan *request)
{
    uint32_t tree = tree_of(server, request);

    for (int i = 0; i < PLANS_MAX; i++) {
        if (server->plans[i].plan)
            continue;
        server->plans[i].plan = malloc(sizeof *request);
        if (!server->plans[i].plan)
            break;
        *server->plans[i].plan = *request;
        server->plans[i].id = request->plan_id;
        server->plans[i].tree = tree;
        return;
    }
    say_full("plan");
}

static void drop_plan(struct server *server, uint32_t id)
{
    uint32_t tree = server_tree(server, id);

    for (int i = 0; i < PLANS_MAX; i++)
        if (server->plans[i].plan && server->plans[i].id == id) {
            free(server->plans[i].plan);
            server->plans[i].plan = NULL;
        }
    for (int i = 0; i < PLANS_MAX; i++)
        if (server->plans[i].plan && server->plans[i].tree == tree)
            return;
    templates_drop(&server->templates, tree);
}

static void open_zygote(struct server *server, const broodbox_OpenZygote *request)
{
    struct fault fault = {0};

    /* The interpreter is loaded from the files that are there now, and its jobs shall see these. */
    templates_drop_all(&server->templates);
    for (unsigned i = 0; i < ZYGOTES_MAX; i++) {
        struct zygote *zygote = &server->zygotes[i];
        if (zygote->id)
            continue;
        int due = fault_due(&server->fault, "zygoteSpawn");
        int r = due ? fault_set(&fault, "zygoteSpawn", due, "injected")
                    : zygote_spawn(request, server->rootless, zygote, &fault);
        if (r < 0) {
            server_send_fault(server, 0, request->zygote_id, &fault);
            return;
        }
        if (server_watch(server, zygote->pidfd, SOURCE_ZYGOTE_DEATH, i, zygote->id) < 0 ||
            server_watch(server, zygote->socket, SOURCE_ZYGOTE_SOCKET, i, zygote->id) < 0) {
            fprintf(stderr, "forkserver: cannot watch a zygote\n");
            request_close_zygote(server, zygote->id);
        }
        return;
    }
    fault_set(&fault, "zygoteSpawn", ENOSPC, "no place for another zygote");
    server_send_fault(server, 0, request->zygote_id, &fault);
}

void request_close_zygote(struct server *server, uint32_t id)
{
    struct zygote *zygote = server_zygote(server, id);

    if (!zygote)
        return;
    zygote->closing = true;
    syscall(SYS_pidfd_send_signal, zygote->pidfd, SIGKILL, NULL, 0);
}

void request_take(struct server *server, const broodbox_Request *request)
{
    switch (request->which_body) {
    case broodbox_Request_define_filter_tag:
        define_filter(server, &request->body.define_filter);
        break;
    case broodbox_Request_define_plan_tag:
        define_plan(server, &request->body.define_plan);
        break;
    case broodbox_Request_drop_plan_tag:
        drop_plan(server, request->body.drop_plan.plan_id);
        break;
    case broodbox_Request_open_zygote_tag:
        open_zygote(server, &request->body.open_zygote);
        break;
    case broodbox_Request_close_zygote_tag:
        request_close_zygote(server, request->body.close_zygote.zygote_id);
        break;
    case broodbox_Request_open_sandbox_tag:
        sandbox_open(server, &request->body.open_sandbox);
        break;
    case broodbox_Request_start_job_tag:
        sandbox_start(server, &request->body.start_job);
        break;
    case broodbox_Request_kill_job_tag:
        sandbox_kill(server, request->body.kill_job.sandbox_id, broodbox_Trigger_REQUESTED);
        break;
    case broodbox_Request_close_sandbox_tag:
        sandbox_close(server, request->body.close_sandbox.sandbox_id);
        break;
    default:
        break; /* spec_check_request refuses anything else */
    }
}
