/* Empty network namespaces that sandboxes whose filters refuse the network use one after another
 * (docs/decisions/0008-network-namespaces.md). No two sandboxes are ever in one at the same time. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

#include "fault.h"

/* Enough for the sandboxes that come and go; those that are parked hold theirs. About 200 KB of the kernel each. */
#define NETWORKS_IDLE_MAX 64

struct networks {
    int idle[NETWORKS_IDLE_MAX];
    unsigned idle_count;
    bool single_use; /* what shows one job to the next could not be closed here: nothing is kept */
};

/* One that nobody is in, or -1: then a new one must be made. */
int network_take(struct networks *networks);

/* Prepares the namespace that init was cloned into for later sandboxes, before any job is in it. Gives a descriptor of
 * it, or -1 when this one dies with its sandbox. */
int network_keep(struct networks *networks, pid_t init, struct fault_plan *fault);

/* For a namespace whose every process is dead and reaped. */
void network_give_back(struct networks *networks, int *fd);
