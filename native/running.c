/* The second half of a sandbox's life: clocks, limits, refusals, and the end. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"
#include "report.h"
#include "sandbox.h"

#define POLL_LEAST_US 2000
#define POLL_MOST_US                                                                               \
    50000 /* an OOM kill of a process that was not the main one is noticed this late at most */
#define COLLECT_DEFAULT_MS 10000

/* When the limit could be reached at the earliest: all processors at once. */
static uint64_t next_poll(const struct server *server, const struct sandbox *sandbox,
                          uint64_t cpu_us, uint64_t now_us)
{
    uint64_t limit_us = (uint64_t)sandbox->limits.cpu_ms * 1000, wait_us = POLL_MOST_US;

    if (limit_us && cpu_us < limit_us && (limit_us - cpu_us) / server->processors < wait_us)
        wait_us = (limit_us - cpu_us) / server->processors;
    return now_us + (wait_us > POLL_LEAST_US ? wait_us : POLL_LEAST_US);
}

/* What no cgroup holds on this host is the rlimits' to hold, from outside like everything at the lease. Lowering works;
 * raising a hard limit needs a privilege that a rootless forkserver has not, and is then a fault, not a pretence. */
static int set_rlimits(const struct server *server, const struct sandbox *sandbox,
                       bool pids_changed, struct fault *reterr_fault)
{
    const struct {
        enum controller controller;
        __rlimit_resource_t resource;
        const char *name;
        rlim_t soft, hard;
    } LIMITS[] = {
        {CONTROLLER_MEMORY, RLIMIT_DATA, "memory", sandbox->limits.memory_bytes,
         sandbox->limits.memory_bytes},
        {CONTROLLER_PIDS, RLIMIT_NPROC, "process",
         sandbox->limits.pids ? sandbox->limits.pids + sandbox_tasks_beside(server) : 0,
         sandbox->limits.pids + sandbox_tasks_beside(server)},
        {CONTROLLER_CPUACCT, RLIMIT_CPU, "processor time", (sandbox->limits.cpu_ms + 999) / 1000,
         (sandbox->limits.cpu_ms + 999) / 1000 + 1},
    };
    for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++) {
        struct rlimit limit = {LIMITS[i].soft, LIMITS[i].hard}, now;
        if (LIMITS[i].soft == 0 ||
            cgroup_version_of(&server->cgroup_host, LIMITS[i].controller) != CGROUP_NONE)
            continue;
        /* The number of neighbours varies by a few; only a different limit is worth a fault. */
        if (LIMITS[i].controller == CONTROLLER_PIDS &&
            prlimit(sandbox->cell.job, RLIMIT_NPROC, NULL, &now) == 0 &&
            now.rlim_max < limit.rlim_max && !pids_changed)
            continue;
        if (prlimit(sandbox->cell.job, LIMITS[i].resource, &limit, NULL) < 0)
            return fault_set(
                reterr_fault, "rlimits", errno,
                "cannot set the job's %s limit without a cgroup; open the pool with it",
                LIMITS[i].name);
    }
    return 0;
}

void sandbox_start(struct server *server, const broodbox_StartJob *request)
{
    struct sandbox *sandbox = sandbox_find(server, request->sandbox_id);
    struct fault fault = {0};

    if (!sandbox || sandbox->state != SANDBOX_PARKED)
        return; /* it died while the request was on its way; the supervisor hears of that */
    bool pids_changed = request->limits.pids != sandbox->limits.pids;
    bool changed = request->limits.memory_bytes != sandbox->limits.memory_bytes || pids_changed;
    bool bandwidth = request->limits.cores_percent != sandbox->limits.cores_percent;
    sandbox->limits = request->limits;
    sandbox->collect_ms = request->collect_ms;
    if (set_rlimits(server, sandbox, pids_changed, &fault) < 0) {
        sandbox_fail(server, sandbox, &fault);
        return;
    }
    if (changed || bandwidth) {
        struct cgroup_limits limits = {.memory_bytes = sandbox->limits.memory_bytes,
                                       .pids = sandbox->limits.pids,
                                       .cores_percent = sandbox->limits.cores_percent};
        if (cgroup_limit(&server->cgroup_host, &sandbox->cell.cgroup, &limits, &fault) < 0) {
            sandbox_fail(server, sandbox, &fault);
            return;
        }
    }
    uint64_t oom_kills;
    /* What the interpreter did while it parked is not the job's. */
    cgroup_poll(&sandbox->cell.cgroup, &sandbox->cpu_base_us, &oom_kills);
    sandbox->started_us = server_now_us();
    if (sandbox->limits.wall_ms)
        sandbox->deadline_us = sandbox->started_us + (uint64_t)sandbox->limits.wall_ms * 1000;
    sandbox->poll_at_us = next_poll(server, sandbox, 0, sandbox->started_us);
    sandbox->state = SANDBOX_RUNNING;
    if (changed) {
        broodbox_Event event = {.which_body = broodbox_Event_limits_applied_tag};
        event.body.limits_applied.sandbox_id = sandbox->id;
        server_send(server, &event);
    }
}

/* Ends the main process; init ends the rest of the namespace when it sees that. The first reason stays. */
static void kill_job(struct sandbox *sandbox, broodbox_Trigger trigger)
{
    if (sandbox->trigger == broodbox_Trigger_NONE)
        sandbox->trigger = trigger;
    sandbox->poll_at_us = 0;
    if (sandbox->cell.job_pidfd >= 0)
        syscall(SYS_pidfd_send_signal, sandbox->cell.job_pidfd, SIGKILL, NULL, 0);
}

void sandbox_kill(struct server *server, uint32_t id, broodbox_Trigger trigger)
{
    struct sandbox *sandbox = sandbox_find(server, id);

    if (sandbox && (sandbox->state == SANDBOX_RUNNING || sandbox->state == SANDBOX_PARKED))
        kill_job(sandbox, trigger);
}

void sandbox_close(struct server *server, uint32_t id)
{
    struct sandbox *sandbox = sandbox_find(server, id);

    if (sandbox && sandbox->state != SANDBOX_CLOSING)
        sandbox_take_down(server, sandbox);
}

void sandbox_on_listener(struct server *server, struct sandbox *sandbox, bool hang_up)
{
    if (sandbox->denials.listener < 0)
        return;
    if (hang_up) { /* the last process under the filter is gone */
        server_close(server, &sandbox->denials.listener);
        return;
    }
    if (denials_read(&sandbox->denials, server_now_us()))
        kill_job(sandbox, broodbox_Trigger_DENIALS);
}

void sandbox_on_job_death(struct server *server, struct sandbox *sandbox)
{
    struct rusage own;
    int status;

    /* A fault that the child reported before it ended speaks first. */
    for (int i = 0; i < 4 && sandbox->state == SANDBOX_CONFINING && sandbox->cell.child_setup >= 0;
         i++)
        sandbox_on_child_setup(server, sandbox);
    if (sandbox->cell.job == 0 || wait4(sandbox->cell.job, &status, __WALL | WNOHANG, &own) <= 0)
        return;
    sandbox->cell.job = 0;
    server_close(server, &sandbox->cell.job_pidfd);
    if (sandbox->state == SANDBOX_RUNNING || sandbox->state == SANDBOX_PARKED) {
        uint64_t own_us = (uint64_t)(own.ru_utime.tv_sec + own.ru_stime.tv_sec) * 1000000 +
                          (uint64_t)(own.ru_utime.tv_usec + own.ru_stime.tv_usec);
        /* RLIMIT_CPU, where no cgroup counts, ends it by SIGXCPU or SIGKILL. */
        if (cgroup_version_of(&server->cgroup_host, CONTROLLER_CPUACCT) == CGROUP_NONE &&
            WIFSIGNALED(status) && sandbox->trigger == broodbox_Trigger_NONE &&
            sandbox->limits.cpu_ms && own_us >= (uint64_t)sandbox->limits.cpu_ms * 1000)
            sandbox->trigger = broodbox_Trigger_CPU;
        uint32_t collect_ms = sandbox->collect_ms ? sandbox->collect_ms : COLLECT_DEFAULT_MS;
        report_exited(server, sandbox, sandbox->state == SANDBOX_RUNNING, status, &own);
        sandbox->state = SANDBOX_COLLECTING;
        sandbox->poll_at_us = server_now_us() + POLL_MOST_US;
        sandbox->deadline_us = server_now_us() + (uint64_t)collect_ms * 1000;
    }
    sandbox_release_when_empty(server, sandbox);
}

void sandbox_on_init_death(struct server *server, struct sandbox *sandbox)
{
    struct fault fault = {0};
    int status;

    for (int i = 0; i < 3 && sandbox->state == SANDBOX_MOUNTING; i++)
        sandbox_on_init_setup(server, sandbox);
    if (sandbox->cell.init == 0 || waitpid(sandbox->cell.init, &status, WNOHANG) <= 0)
        return; /* it is not finished before the job has been reaped */
    sandbox->cell.init = 0;
    server_close(server, &sandbox->cell.init_pidfd);
    if (sandbox->state == SANDBOX_COLLECTING && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        sandbox->state = SANDBOX_CLOSING;
    } else if (sandbox->state != SANDBOX_CLOSING) {
        (void)fault_due(&server->fault,
                        "collect"); /* counted here as well, as in reported_fault() */
        fault_set(&fault, sandbox->state == SANDBOX_COLLECTING ? "collect" : "init", EPIPE,
                  "init ended with wait status 0x%x", (unsigned)status);
        sandbox_fail(server, sandbox, &fault);
        return;
    }
    sandbox_release_when_empty(server, sandbox);
}

static void pass_deadline(struct server *server, struct sandbox *sandbox)
{
    static const char *const STEPS[] = {[SANDBOX_MOUNTING] = "mounts",
                                        [SANDBOX_FORKING] = "jobFork",
                                        [SANDBOX_CONFINING] = "ready",
                                        [SANDBOX_COLLECTING] = "collect"};
    struct fault fault = {0};

    sandbox->deadline_us = 0;
    if (sandbox->state == SANDBOX_RUNNING) {
        kill_job(sandbox, broodbox_Trigger_WALL);
        return;
    }
    if (sandbox->state == SANDBOX_CLOSING) {
        sandbox->deadline_us = server_now_us() + POLL_MOST_US;
        sandbox_reap_strays(server);
        sandbox_on_job_death(server, sandbox);
        sandbox_on_init_death(server, sandbox);
        return;
    }
    /* A zygote that does not fork within the deadline is stuck: its end makes room for another. */
    struct zygote *zygote = server_zygote(server, sandbox->zygote_id);
    if (sandbox->state == SANDBOX_FORKING && zygote)
        syscall(SYS_pidfd_send_signal, zygote->pidfd, SIGKILL, NULL, 0);
    fault_set(&fault, STEPS[sandbox->state], ETIMEDOUT, "the deadline of this step has passed");
    sandbox_fail(server, sandbox, &fault);
}

static void look_at_usage(struct server *server, struct sandbox *sandbox, uint64_t now_us)
{
    uint64_t cpu_us, oom_kills, limit_us = (uint64_t)sandbox->limits.cpu_ms * 1000;

    if (sandbox->state ==
        SANDBOX_COLLECTING) { /* init cannot be alone while a stray of its namespace is unreaped */
        sandbox_reap_strays(server);
        sandbox->poll_at_us = now_us + POLL_MOST_US;
        return;
    }
    cgroup_poll(&sandbox->cell.cgroup, &cpu_us, &oom_kills);
    cpu_us -= cpu_us > sandbox->cpu_base_us ? sandbox->cpu_base_us : cpu_us;
    if (oom_kills > 0)
        kill_job(sandbox, broodbox_Trigger_MEMORY);
    else if (limit_us && cpu_us >= limit_us)
        kill_job(sandbox, broodbox_Trigger_CPU);
    else
        sandbox->poll_at_us = next_poll(server, sandbox, cpu_us, now_us);
}

uint64_t sandbox_tick(struct server *server, struct sandbox *sandbox, uint64_t now_us)
{
    if (sandbox->deadline_us && sandbox->deadline_us <= now_us)
        pass_deadline(server, sandbox);
    if (sandbox->poll_at_us && sandbox->poll_at_us <= now_us)
        look_at_usage(server, sandbox, now_us);
    uint64_t next = denials_answer_due(&sandbox->denials, now_us);
    if (sandbox->deadline_us && (next == 0 || sandbox->deadline_us < next))
        next = sandbox->deadline_us;
    if (sandbox->poll_at_us && (next == 0 || sandbox->poll_at_us < next))
        next = sandbox->poll_at_us;
    return next;
}
