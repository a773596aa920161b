/* The job process before any job byte: join the cell, run the child table, report, and only then return. */
#pragma once
#include "jail.h"

/* Runs in the freshly forked child with the descriptors of enum child_fd. Waits for its orders, confines itself and
 * returns with descriptors 0-4 and the set-up socket open. On a fault it reports and exits 125. */
void child_confine(const int fds[static CHILD_FD_COUNT]);

/* Once the interpreter has prepared itself for its job, under the filter: reports READY and closes the set-up socket.
 * From here on 0-4 are all there is, and the forkserver attests what it sees then. */
void child_ready(void);
