/* Checks and installs the BPF bytes of a profile, proves by a canary that they are in force, hands over the listener;
 * and the small fixed filter of init. */
#pragma once
#include "jail.h"

int jail_seccomp(struct jail *jail);
int jail_listener(struct jail *jail);

/* Init's own filter: the calls its event loop, its collecting and its exit need, and nothing else. */
int filter_install_init(struct fault *reterr_fault);
