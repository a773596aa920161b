/* The parent half of a cell: cgroup leaf, pipes, socket to the supervisor, init in its namespaces; and taking it apart. */
#pragma once
#include <sys/types.h>

#include "cgroup.h"
#include "jail.h"
#include "mounts.h"
#include "network.h"

struct cell_request {
    uint32_t sandbox_id;
    const uint8_t *nonce;
    const char *socket_path; /* the supervisor's, in a 0700 directory */
    struct mounts_order mounts;
    struct cgroup_limits limits;
    struct networks
        *networks; /* to take a network namespace from; NULL: it is new and dies with the cell */
    struct cgroup_host *cgroup_host;
    struct fault_plan *fault;
};

/* Every descriptor is -1 when it is not held. */
struct cell {
    struct jail_ids ids;
    struct cgroup cgroup;
    pid_t init, job; /* 0: not there, or reaped */
    int init_pidfd, job_pidfd;
    int network;                   /* the network namespace, when it is kept for the next cell */
    int init_setup, child_setup;   /* our ends */
    int child_fds[CHILD_FD_COUNT]; /* for the zygote, until it has them */
};

void cell_clear(struct cell *cell);
int cell_open(const struct cell_request *request, struct cell *ret_cell,
              struct fault *reterr_fault);

/* Introduces init to its job process: the last message on its setup socket. */
int cell_introduce_job(const struct cell *cell, struct fault *reterr_fault);

/* SIGKILL to both. Their deaths are events; the job must be reaped before init can finish exiting. */
void cell_kill(const struct cell *cell);
