/* The job process before any job byte: join the cell, run the child table, report, and only then return. */
#pragma once
#include "jail.h"

/* Runs in the freshly forked child with the descriptors of enum child_fd. Waits for its orders, confines itself,
 * reports READY and returns with descriptors 0-4 and nothing else open. On a fault it reports and exits 125. */
void child_confine(const int fds[static CHILD_FD_COUNT]);
