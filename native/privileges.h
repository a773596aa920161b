/* rlimits, groups, ids, capabilities, securebits, no_new_privs and process flags: for the job and for init. */
#pragma once
#include "jail.h"

int jail_signals(struct jail *jail);
int jail_parent_death(struct jail *jail);
int jail_terminal(struct jail *jail);
int jail_keyring(struct jail *jail);
int jail_oom_score(struct jail *jail);
int jail_scheduling(struct jail *jail);
int jail_rlimits(struct jail *jail);
int jail_securebits(struct jail *jail);
int jail_bounding_set(struct jail *jail);
int jail_ids(struct jail *jail);
int jail_capabilities(struct jail *jail);
int jail_dumpable(struct jail *jail);
int jail_no_new_privileges(struct jail *jail);
int jail_write_execute(struct jail *jail);
int jail_speculation(struct jail *jail);
int jail_core_scheduling(struct jail *jail);

/* The forkserver: keeps what cells need (CELL_CAPABILITIES in privileges.c) and drops the rest for good. */
int privileges_limit_forkserver(struct fault *reterr_fault);
/* Makes the permitted capabilities survive an execve under a uid that is not 0. */
int privileges_raise_ambient(void);

/* The same facts for init, which keeps the slot's uid as its saved uid. */
int privileges_drop_init(const struct jail_ids *ids, struct fault *reterr_fault);

/* Init only, once the job's main process is dead: it becomes the slot, to end and read what the job left. */
int privileges_become_slot(const struct jail_ids *ids);
