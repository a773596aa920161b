/* The mount tree of a cell: a plan as data, built by init in its own mount namespace, then pivot_root. */
#pragma once
#include "generated/broodbox.pb.h"
#include "jail.h"

/* The tmpfs directories of every cell, in the order in which they are mounted; attestation knows them too. */
struct scratch_mount {
    const char *path;
    enum { OWNED_BY_INIT, OWNED_BY_JOB } owner;
    bool exec;
};
extern const struct scratch_mount SCRATCH_MOUNTS[];
extern const unsigned SCRATCH_MOUNT_COUNT;

extern const char *const DEVICE_NODES[];
extern const unsigned DEVICE_NODE_COUNT;

/* Builds the tree on `staging` (a directory of ours) and makes it the root. Runs as pid 1 of the cell. */
int mounts_build(const broodbox_DefinePlan *plan, const struct jail_ids *ids, const char *staging,
                 struct fault *reterr_fault);
