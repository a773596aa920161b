/* A parked sandbox against /proc, from outside: what the kernel says, not what the job process said. */
#pragma once
#include <sys/types.h>

#include "cgroup.h"
#include "generated/broodbox.pb.h"
#include "jail.h"

struct attestation {
    pid_t job, init;
    int job_pidfd;
    int network; /* the namespace that the forkserver holds for this cell, or -1 */
    const struct jail_ids *ids;
    const struct cgroup_host *cgroup_host;
    const struct cgroup *cgroup;
    const broodbox_DefinePlan *plan;
    bool user_namespace;
};

/* Ids, groups, capability sets, no_new_privs, seccomp, threads, nested pid, cgroup membership; with `full` also
 * namespaces, descriptors and the mount tree. 0, or -EPERM with step "attest" and what differed. */
int attest_sandbox(const struct attestation *expected, bool full, struct fault *reterr_fault);
