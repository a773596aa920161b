/* A parked sandbox against /proc, from outside: what the kernel says, not what the job process said. */
#pragma once
#include <sys/types.h>

#include "cgroup.h"
#include "generated/broodbox.pb.h"
#include "jail.h"
#include "templates.h"

struct attestation {
    pid_t job, init;
    int job_pidfd;
    int network; /* the namespace that the forkserver holds for this cell, or -1 */
    const struct jail_ids *ids;
    const struct cgroup_host *cgroup_host;
    const struct cgroup *cgroup;
    const broodbox_DefinePlan *plan;
    const struct templates *templates;
    bool user_namespace;
};

/* Ids, groups, capability sets, no_new_privs, seccomp, threads, nested pid, cgroup membership; with `full` also
 * namespaces, descriptors and the mount tree. 0, or -EPERM with step "attest" and what differed. `ret_outdated` is set
 * when a file or directory that is bound has been removed or replaced on the host since. */
int attest_sandbox(const struct attestation *expected, bool full, bool *ret_outdated,
                   struct fault *reterr_fault);
