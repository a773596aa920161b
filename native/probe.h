#ifndef BROODBOX_PROBE_H
#define BROODBOX_PROBE_H

/* What this host can confine: each probe does the thing in a throw-away child and undoes it. Writes one
 * JSON object per probe and line to stdout; returns the exit status, 1 only when the runner itself failed.
 * It leaves no process, cgroup or mount behind, and no probe can hold it up for longer than its deadline. */
int probe_main(void);

#endif
