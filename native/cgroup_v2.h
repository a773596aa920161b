/* What only cgroup v2 asks for: a group with processes has no controllers below it. So the supervisor and what it has
 * started stand aside in a leaf beside our directory, until the last of ours closes; where others are in the group, our
 * directory is in one above it. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SUPERVISOR_LEAF "broodbox-supervisor"

/* Clock ticks since boot, which with the pid names a process for good; 0 when it is gone. */
uint64_t process_start_time(pid_t pid);

void cgroup_aside_of(const char *base, char *ret_path, size_t size);
/* Shortens `group` to the nearest group, itself first, that can have controllers below it: the root of the hierarchy,
 * our own group when all in it are the supervisor and what it has started (they can stand aside), an ancestor when it
 * holds no process. A login shell and its programs share their group (session-1.scope), and the slice above it is
 * empty. Not above the first `top` characters. -EBUSY when there is none: `group` is as it was. */
int cgroup_climb(char *group, size_t top, pid_t supervisor);
/* Empties the group, unless it is the root of the hierarchy, for which the rule does not hold. -EBUSY when anyone
 * else's processes are in it: they are not ours to move. Asked of the list, not tried: with the threaded controllers
 * (pids, cpu) alone, enabling them works and the leaves are unusable. */
int cgroup_stand_aside(const char *base, pid_t supervisor);
/* Undoes it when nobody needs it any more: with another group below, ours or not, everything stays as it is. */
void cgroup_stand_back(const char *base);
/* Enables what is missing of memory, pids and cpu for the groups below, one by one: a host may offer some of them only. -ENOENT when it
 * offers none. */
int cgroup_enable_below(const char *group);
