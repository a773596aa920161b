/* pid 1 of a cell: builds the mounts, gives up its privileges, then one event loop until the job is over. */
#pragma once
#include "jail.h"
#include "mounts.h"

/* What init is born with. Descriptors are the numbers in the forkserver's table. */
struct init_task {
    struct mounts_order mounts;
    struct fault_plan fault;
    int network; /* the namespace to join; -1: init was cloned into a new one */
    int supervisor, setup;
    int stdin_write, stdout_read, stderr_read, result_read, control_write;
};

_Noreturn void init_main(struct init_task *task);
