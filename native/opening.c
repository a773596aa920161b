/* The first half of a sandbox's life: open, mount, fork, confine, attest, park. Nothing here knows of a job. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attest.h"
#include "compat.h"
#include "fd.h"
#include "passing.h"
#include "report.h"
#include "sandbox.h"

#define SETUP_DEADLINE_US 10000000 /* set-up takes 2 ms; a process that hangs in it is a fault */
/* Full attestation costs as much as half a set-up, so it is sampled once filter, plan and zygote are proven together. */
#define ATTEST_FULL_EVERY 16

static unsigned place_of(const struct server *server, const struct sandbox *sandbox)
{
    return (unsigned)(sandbox - server->sandboxes);
}

static int watch(struct server *server, struct sandbox *sandbox, int fd, enum source source)
{
    return server_watch(server, fd, source, place_of(server, sandbox), sandbox->id);
}

static struct sandbox *free_place(struct server *server)
{
    for (unsigned i = 0; i < SANDBOXES_MAX; i++)
        if (server->sandboxes[i].state == SANDBOX_FREE) {
            if (i >= server->sandbox_high)
                server->sandbox_high = i + 1;
            return &server->sandboxes[i];
        }
    return NULL;
}

static struct jail_ids slot_ids(const struct server *server, unsigned slot)
{
    if (server->single_id)
        return (struct jail_ids){getuid(), getuid(), getgid(), getgid(), true};
    uid_t job = server->first_slot_uid + slot, init = job + SANDBOXES_MAX;
    return (struct jail_ids){.job_uid = job, .init_uid = init, .job_gid = job, .init_gid = init};
}

/* The slots whose cells copy the same template. */
static struct accounts accounts_of(const struct server *server, unsigned slot)
{
    if (server->single_id)
        return (struct accounts){.first = getuid(), .count = 1};
    unsigned first = slot - slot % ACCOUNTS_PER_TEMPLATE;
    return (struct accounts){.first = slot_ids(server, first).job_uid,
                             .count = ACCOUNTS_PER_TEMPLATE};
}

static struct cgroup_limits cgroup_limits_of(const broodbox_Limits *limits)
{
    return (struct cgroup_limits){.memory_bytes = limits->memory_bytes,
                                  .pids = limits->pids,
                                  .cores_percent = limits->cores_percent};
}

/* All that a place forgets of the sandbox before; the counts of its denials are cleared one by one, as their table is
 * large. */
static void occupy(struct sandbox *sandbox, const broodbox_OpenSandbox *request)
{
    memset(sandbox, 0, offsetof(struct sandbox, denials));
    sandbox->id = request->sandbox_id;
    sandbox->state = SANDBOX_MOUNTING;
    sandbox->zygote_id = request->zygote_id;
    sandbox->filter_id = request->filter_id;
    sandbox->plan_id = request->plan_id;
    sandbox->limits = request->limits;
    sandbox->denials.listener = -1;
    sandbox->denials.total = sandbox->denials.kinds = sandbox->denials.pending_count = 0;
    sandbox->denials.truncated = false;
    sandbox->trigger = broodbox_Trigger_NONE;
    sandbox->ready_seen = false;
    sandbox->started_us = sandbox->poll_at_us = sandbox->cpu_base_us = 0;
    sandbox->deadline_us = server_now_us() + SETUP_DEADLINE_US;
}

void sandbox_open(struct server *server, const broodbox_OpenSandbox *request)
{
    struct fault fault = {0};
    struct sandbox *sandbox = free_place(server);
    struct zygote *zygote = server_zygote(server, request->zygote_id);
    broodbox_DefinePlan *plan = server_plan(server, request->plan_id);
    const struct filter *filter = server_filter(server, request->filter_id);

    if (!sandbox || !zygote || !plan || !filter) {
        fault_set(&fault, "openSandbox", sandbox ? ENOENT : ENOSPC, "no such %s",
                  !sandbox  ? "free place"
                  : !zygote ? "zygote"
                  : !plan   ? "plan"
                            : "filter");
        server_send_fault(server, request->sandbox_id, 0, &fault);
        broodbox_Event event = {.which_body = broodbox_Event_sandbox_closed_tag};
        event.body.sandbox_closed.sandbox_id = request->sandbox_id;
        server_send(server, &event);
        return;
    }
    occupy(sandbox, request);
    sandbox->template_age = server->templates.age;
    unsigned slot = place_of(server, sandbox);
    struct accounts accounts = accounts_of(server, slot);
    struct cell_request cell = {
        .sandbox_id = sandbox->id,
        .nonce = request->nonce,
        .socket_path = server->socket_path,
        .mounts = {.plan = plan,
                   .staging = server->staging,
                   .ids = slot_ids(server, slot),
                   .accounts = accounts,
                   .template_fd = templates_find(
                       &server->templates, server_tree(server, plan->plan_id), accounts.first),
                   .user_namespace = server->user_namespace},
        .limits = cgroup_limits_of(&request->limits),
        .networks = filter->refuses_network ? &server->networks : NULL,
        .cgroup_host = &server->cgroup_host,
        .fault = &server->fault};
    int r = cell_open(&cell, &sandbox->cell, &fault);
    /* Init is watched also when something after its clone failed: its death has to be noticed all the same. */
    if (sandbox->cell.init_pidfd >= 0 &&
        watch(server, sandbox, sandbox->cell.init_pidfd, SOURCE_INIT_DEATH) < 0 && r == 0)
        r = fault_set(&fault, "initClone", errno, "cannot watch init");
    if (r == 0 && watch(server, sandbox, sandbox->cell.init_setup, SOURCE_INIT_SETUP) < 0)
        r = fault_set(&fault, "initClone", errno, "cannot watch init");
    if (r < 0)
        sandbox_fail(server, sandbox, &fault);
}

/* An injected fault fired in a copy of our plan, so it is counted here as well. */
static struct fault reported_fault(struct server *server, const struct setup_message *message)
{
    (void)fault_due(&server->fault, message->fault.step);
    return message->fault;
}

static int keep_template(struct server *server, const struct sandbox *sandbox, int *namespace_fd,
                         struct fault *reterr_fault)
{
    uint32_t tree = server_tree(server, sandbox->plan_id);

    if (*namespace_fd < 0)
        return fault_set(reterr_fault, "mounts", EBADMSG, "init gave no template");
    if (tree == 0 || sandbox->template_age != server->templates.age)
        return 0; /* its plan was dropped meanwhile, or a zygote was opened */
    int r = templates_keep(&server->templates, steal_fd(namespace_fd), tree,
                           accounts_of(server, place_of(server, sandbox)).first);
    return r < 0 ? fault_set(reterr_fault, "mounts", -r, "init gave something else than a template")
                 : 0;
}

void sandbox_on_init_setup(struct server *server, struct sandbox *sandbox)
{
    struct setup_message message;
    struct fault fault = {0};
    int received;
    ssize_t n = passing_receive(sandbox->cell.init_setup, &message, sizeof message, MSG_DONTWAIT,
                                &received);
    owned_fd namespace_fd = received;

    if (n == -EAGAIN)
        return;
    if (n == (ssize_t)sizeof message && message.version == SETUP_VERSION &&
        message.kind == SETUP_TEMPLATE) {
        if (keep_template(server, sandbox, &namespace_fd, &fault) < 0)
            sandbox_fail(server, sandbox, &fault);
        return;
    }
    if (n != (ssize_t)sizeof message || message.version != SETUP_VERSION)
        fault_set(&fault, "mounts", EPIPE, "init ended without a word");
    else if (message.kind == SETUP_FAULT)
        fault = reported_fault(server, &message);
    struct zygote *zygote = server_zygote(server, sandbox->zygote_id);
    int due = fault_due(&server->fault, "jobFork");
    if (due)
        fault_set(&fault, "jobFork", due, "injected");
    else if (!fault.error && !zygote)
        fault_set(&fault, "jobFork", ESRCH, "the zygote is gone");
    owned_fd cgroup = cgroup_open_birthplace(&server->cgroup_host, &sandbox->cell.cgroup);
    if (!fault.error &&
        zygote_request_fork(zygote, sandbox->id, sandbox->cell.child_fds, cgroup, &fault) == 0) {
        sandbox->state = SANDBOX_FORKING;
        for (int i = 0; i < CHILD_FD_COUNT; i++)
            close_fd(&sandbox->cell.child_fds[i]);
        return;
    }
    sandbox_fail(server, sandbox, &fault);
}

_Static_assert(ENTRANCES_MAX >= CGROUP_TREES_MAX, "a hierarchy without an entrance");

static int send_orders(struct server *server, const struct sandbox *sandbox,
                       struct fault *reterr_fault)
{
    static struct orders orders;
    const struct filter *filter = server_filter(server, sandbox->filter_id);
    const broodbox_DefinePlan *plan = server_plan(server, sandbox->plan_id);
    const struct cgroup_host *host = &server->cgroup_host;

    if (!filter || !plan)
        return fault_set(reterr_fault, "jobFork", ENOENT, "filter or plan was dropped");
    if (sandbox->cell.network >= 0 && !filter->refuses_network)
        return fault_set(reterr_fault, "jobFork", EPERM,
                         "the filter allows the network, in a namespace that is used again");
    int entrances[CGROUP_TREES_MAX];
    int entrance_count =
        cgroup_open_entrances(host, &sandbox->cell.cgroup, entrances, reterr_fault);
    if (entrance_count < 0)
        return entrance_count;
    bool counted = cgroup_version_of(host, CONTROLLER_PIDS) != CGROUP_NONE;
    bool timed = cgroup_version_of(host, CONTROLLER_CPUACCT) != CGROUP_NONE;
    bool bounded = cgroup_version_of(host, CONTROLLER_MEMORY) != CGROUP_NONE;
    orders = (struct orders){
        .version = SETUP_VERSION,
        .sandbox_id = sandbox->id,
        .ids = sandbox->cell.ids,
        .data_bytes = bounded ? 0 : sandbox->limits.memory_bytes,
        .file_bytes =
            plan->tmp_bytes + plan->out_bytes + (1 << 20), /* the tmpfs answers ENOSPC first */
        .cpu_seconds = timed ? 0 : (sandbox->limits.cpu_ms + 999) / 1000,
        .processes = counted ? 0 : sandbox->limits.pids + sandbox_tasks_beside(server),
        .write_execute_deny = filter->write_execute_deny,
        .user_namespace = server->rootless,
        .canary_call = filter->canary_call,
        .canary_error = filter->canary_error,
        .fault = server->fault,
        .entrances = (uint32_t)entrance_count,
        .filter_length = filter->length,
    };
    size_t bytes = filter->length * sizeof *filter->program;
    memcpy(orders.filter, filter->program, bytes);
    bytes += offsetof(struct orders, filter);
    int r = passing_send(sandbox->cell.child_setup, &orders, bytes, entrances,
                         (unsigned)entrance_count, 0);
    while (entrance_count > 0)
        close_fd(&entrances[--entrance_count]);
    if (r < 0)
        return fault_set(reterr_fault, "jobFork", -r, "cannot give the job process its orders");
    return 0;
}

void sandbox_on_forked(struct server *server, uint32_t id, pid_t pid, bool in_cgroup)
{
    struct sandbox *sandbox = sandbox_find(server, id);
    struct fault fault = {0};

    siginfo_t info;
    if (!sandbox || sandbox->cell.job != 0)
        return; /* closed meanwhile, with init: the child dies with its namespace, and is reaped as a stray */
    if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL) < 0) {
        fault_set(&fault, "jobFork", errno, "the zygote named a process that is not ours");
        sandbox_fail(server, sandbox, &fault);
        return;
    }
    sandbox->cell.job = pid;
    sandbox->cell.job_pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (sandbox->cell.job_pidfd < 0) {
        fault_set(&fault, "jobFork", errno,
                  "cannot open the job's pidfd"); /* it dies with its init */
    } else if (watch(server, sandbox, sandbox->cell.job_pidfd, SOURCE_JOB_DEATH) < 0) {
        fault_set(&fault, "jobFork", errno, "cannot watch the job");
    }
    if (sandbox->state == SANDBOX_CLOSING) {
        cell_kill(&sandbox->cell);
        return;
    }
    sandbox->state = SANDBOX_CONFINING;
    int r = fault.error ? -fault.error : 0;
    if (r == 0 && !in_cgroup)
        r = cgroup_attach(&server->cgroup_host, &sandbox->cell.cgroup, pid, &fault);
    if (r == 0)
        r = cell_introduce_job(&sandbox->cell, &fault);
    server_close(server, &sandbox->cell.init_setup);
    if (r == 0 && watch(server, sandbox, sandbox->cell.child_setup, SOURCE_CHILD_SETUP) < 0)
        r = fault_set(&fault, "jobFork", errno, "cannot watch the job's set-up");
    if (r == 0)
        r = send_orders(server, sandbox, &fault);
    if (r < 0)
        sandbox_fail(server, sandbox, &fault);
}

static int take_listener(struct server *server, struct sandbox *sandbox, int number,
                         struct fault *reterr_fault)
{
    const struct filter *filter = server_filter(server, sandbox->filter_id);
    int due = fault_due(&server->fault, "listener");
    int listener = due ? -1 : (int)syscall(SYS_pidfd_getfd, sandbox->cell.job_pidfd, number, 0);

    if (listener >= 0 && !filter)
        close(listener);
    if (listener < 0 || !filter)
        return fault_set(reterr_fault, "listener", due ? due : errno, "cannot take the listener");
    denials_open(&sandbox->denials, listener, filter->refusals, filter->refusal_count,
                 filter->max_denials);
    if (watch(server, sandbox, listener, SOURCE_LISTENER) < 0 ||
        RETRY(send(sandbox->cell.child_setup, "t", 1, MSG_NOSIGNAL)) != 1)
        return fault_set(reterr_fault, "listener", errno, "cannot confirm the listener");
    return 0;
}

static int attest(struct server *server, struct sandbox *sandbox, bool *ret_full,
                  struct fault *reterr_fault)
{
    struct filter *filter = server_filter(server, sandbox->filter_id);
    const struct attestation expected = {.job = sandbox->cell.job,
                                         .init = sandbox->cell.init,
                                         .job_pidfd = sandbox->cell.job_pidfd,
                                         .network = sandbox->cell.network,
                                         .ids = &sandbox->cell.ids,
                                         .cgroup_host = &server->cgroup_host,
                                         .cgroup = &sandbox->cell.cgroup,
                                         .plan = server_plan(server, sandbox->plan_id),
                                         .templates = &server->templates,
                                         .user_namespace = server->rootless};
    int due = fault_due(&server->fault, "attest");

    if (!filter || !expected.plan)
        return fault_set(reterr_fault, "attest", ENOENT, "its filter or plan was dropped");
    *ret_full = filter->attested_plan != sandbox->plan_id ||
                filter->attested_zygote != sandbox->zygote_id ||
                server->attested_count++ % ATTEST_FULL_EVERY == 0;
    bool outdated = false;
    int r = due ? fault_set(reterr_fault, "attest", due, "injected")
                : attest_sandbox(&expected, *ret_full, &outdated, reterr_fault);
    if (outdated)
        templates_drop(&server->templates, server_tree(server, sandbox->plan_id));
    if (r == 0 && *ret_full) {
        filter->attested_plan = sandbox->plan_id;
        filter->attested_zygote = sandbox->zygote_id;
    }
    return r;
}

/* The child has closed its end: what is open in it now is what the job will have. */
static void park(struct server *server, struct sandbox *sandbox)
{
    struct fault fault = {0};
    bool full = false;

    server_close(server, &sandbox->cell.child_setup);
    if (!sandbox->ready_seen)
        fault_set(&fault, "ready", EPIPE, "the job process ended before it was ready");
    else
        attest(server, sandbox, &full, &fault);
    if (fault.error) {
        sandbox_fail(server, sandbox, &fault);
        return;
    }
    sandbox->state = SANDBOX_PARKED;
    sandbox->deadline_us = 0;
    report_ready(server, sandbox, full);
}

void sandbox_on_child_setup(struct server *server, struct sandbox *sandbox)
{
    struct setup_message message;
    struct fault fault = {0};
    ssize_t n = recv(sandbox->cell.child_setup, &message, sizeof message, MSG_DONTWAIT);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n == 0) {
        park(server, sandbox);
        return;
    }
    if (n != (ssize_t)sizeof message || message.version != SETUP_VERSION)
        fault_set(&fault, "ready", EBADMSG, "%zd bytes from the job process", n);
    else if (message.kind == SETUP_FAULT)
        fault = reported_fault(server, &message);
    else if (message.kind == SETUP_LISTENER)
        take_listener(server, sandbox, message.listener, &fault);
    else if (message.kind == SETUP_READY) {
        memcpy(sandbox->layers, message.layers, sizeof sandbox->layers);
        memcpy(sandbox->step_us, message.step_us, sizeof sandbox->step_us);
        sandbox->ready_seen = true;
    }
    if (fault.error)
        sandbox_fail(server, sandbox, &fault);
}
