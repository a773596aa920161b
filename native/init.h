/* pid 1 of a cell: builds the mounts, gives up its privileges, then one event loop until the job is over. */
#pragma once
#include "generated/broodbox.pb.h"
#include "jail.h"

/* What init is born with. Descriptors are the numbers in the forkserver's table. */
struct init_task {
    const broodbox_DefinePlan *plan;
    const char *staging; /* a directory of ours to build the root on */
    struct jail_ids ids;
    struct fault_plan fault;
    int network; /* the namespace to join; -1: init was cloned into a new one */
    int supervisor, setup;
    int stdin_write, stdout_read, stderr_read, result_read, control_write;
};

_Noreturn void init_main(struct init_task *task);
