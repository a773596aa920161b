#include "report.h"

#include <stdio.h>
#include <sys/wait.h>

void report_ready(struct server *server, const struct sandbox *sandbox, bool attested)
{
    static const enum controller CONTROLLERS[] = {CONTROLLER_MEMORY, CONTROLLER_PIDS,
                                                  CONTROLLER_CPU};
    static const enum layer LAYERS[] = {LAYER_MEMORY_CGROUP, LAYER_PIDS_CGROUP, LAYER_CPU_CGROUP};
    /* Processor time is limited by what cpuacct counts; on v1 that is a controller of its own. */
    bool timed = cgroup_version_of(&server->cgroup_host, CONTROLLER_CPUACCT) != CGROUP_NONE;
    static broodbox_Event event;
    broodbox_SandboxReady *ready = &event.body.sandbox_ready;

    event = (broodbox_Event){.which_body = broodbox_Event_sandbox_ready_tag};
    ready->sandbox_id = sandbox->id;
    ready->attested = attested;
    ready->layers_count = LAYER_COUNT;
    for (int i = 0; i < LAYER_COUNT; i++) {
        snprintf(ready->layers[i].name, sizeof ready->layers[i].name, "%s", LAYER_NAMES[i]);
        ready->layers[i].state = (broodbox_LayerState)sandbox->layers[i];
    }
    for (size_t i = 0; i < sizeof LAYERS / sizeof *LAYERS; i++)
        if (cgroup_version_of(&server->cgroup_host, CONTROLLERS[i]) != CGROUP_NONE &&
            (LAYERS[i] != LAYER_CPU_CGROUP || timed))
            ready->layers[LAYERS[i]].state = broodbox_LayerState_ON;
    ready->steps_count = (pb_size_t)CHILD_STEP_COUNT;
    for (unsigned i = 0; i < CHILD_STEP_COUNT; i++) {
        snprintf(ready->steps[i].step, sizeof ready->steps[i].step, "%s", CHILD_STEPS[i].name);
        ready->steps[i].us = sandbox->step_us[i];
    }
    server_send(server, &event);
}

static uint64_t microseconds(struct timeval time)
{
    return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_usec;
}

static void fill_usage(const struct server *server, const struct sandbox *sandbox,
                       const struct rusage *own, broodbox_Usage *ret_usage)
{
    const struct cgroup_host *host = &server->cgroup_host;
    struct cgroup_usage usage;

    cgroup_usage(host, &sandbox->cell.cgroup, &usage);
    if (sandbox->started_us)
        ret_usage->wall_us = server_now_us() - sandbox->started_us;
    ret_usage->cpu_us = cgroup_version_of(host, CONTROLLER_CPUACCT) == CGROUP_NONE
                            ? microseconds(own->ru_utime) + microseconds(own->ru_stime)
                        : usage.cpu_us > sandbox->cpu_base_us ? usage.cpu_us - sandbox->cpu_base_us
                                                              : 0;
    ret_usage->memory_peak_bytes =
        usage.memory_peak_bytes ? usage.memory_peak_bytes : (uint64_t)own->ru_maxrss * 1024;
    ret_usage->processes_peak = usage.processes_peak ? usage.processes_peak : 1;
    ret_usage->oom_kills = usage.oom_kills;
    ret_usage->pids_refused = usage.pids_refused;
}

void report_exited(struct server *server, const struct sandbox *sandbox, bool started,
                   int wait_status, const struct rusage *own)
{
    static broodbox_Event event;
    broodbox_JobExited *exited = &event.body.job_exited;

    event = (broodbox_Event){.which_body = broodbox_Event_job_exited_tag};
    exited->sandbox_id = sandbox->id;
    exited->started = started;
    exited->exit_code = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
    exited->signal = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    exited->core_dumped = WIFSIGNALED(wait_status) && WCOREDUMP(wait_status);
    exited->trigger = sandbox->trigger;
    exited->has_usage = true;
    fill_usage(server, sandbox, own, &exited->usage);
    denials_report(&sandbox->denials, exited);
    server_send(server, &event);
}
