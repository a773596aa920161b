/* The mount tree of a cell: a copy of its plan's template (tree.h) with scratch, proc and accounts of its own. */
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

/* The files of /etc that name a slot's id. A template has one of each per account, below the directory that every cell
 * covers with its own /in; a cell binds those of its id. */
extern const char *const ACCOUNT_FILES[];
extern const unsigned ACCOUNT_FILE_COUNT;
#define ACCOUNT_PATH "/in/%u.%s"

/* Ids in a row. A file takes a page and 3 us: all 1,024 slots would make a template of 8 MB. */
#define ACCOUNTS_PER_TEMPLATE 8
struct accounts {
    uid_t first;
    unsigned count;
};

struct mounts_order {
    const broodbox_DefinePlan *plan;
    const char *staging; /* a directory of ours to build the root on */
    struct jail_ids ids;
    struct accounts accounts; /* those that a template built now shall have; ids are among them */
    int template_fd;          /* the mount namespace to copy; -1: none is there, so build it */
    bool user_namespace; /* the host's mount namespace belongs to a user namespace above ours */
};

/* Gives the caller, pid 1 of a cell, the cell's tree in a mount namespace of its own. Where there was no template,
 * `ret_template` is the one that was built, for cells to come; else -1. */
int mounts_make(const struct mounts_order *order, int *ret_template, struct fault *reterr_fault);
