/* For callers that are not root: a user namespace for the forkserver, made once, before it is executed again inside. */
#pragma once
#include "fault.h"

enum id_mode { ID_ROOT, ID_RANGES, ID_SINGLE };
extern const char *const ID_MODE_NAMES[];

/* Enters a user namespace with a subordinate range (newuidmap) or, without one, with the caller's single id, and
 * executes argv again with "--id-mode MODE". Returns only on failure. Ranges start at FIRST_MAPPED_UID inside. */
int rootless_enter(char **argv, struct fault *reterr_fault);

#define FIRST_MAPPED_UID 1048576U
