/* What only cgroup v2 asks for: a group with processes has no controllers below it, so the supervisor and what it has
 * started stand aside in a leaf beside our directory, until the last of ours closes. */
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SUPERVISOR_LEAF "broodbox-supervisor"

/* Clock ticks since boot, which with the pid names a process for good; 0 when it is gone. */
uint64_t process_start_time(pid_t pid);

void cgroup_aside_of(const char *base, char *ret_path, size_t size);
/* Empties the group, unless it is the root of the hierarchy, for which the rule does not hold. -EBUSY when anyone
 * else's processes are in it: they are not ours to move. Asked of the list, not tried: with the threaded controllers
 * (pids, cpu) alone, enabling them works and the leaves are unusable. */
int cgroup_stand_aside(const char *base);
/* Undoes it when nobody needs it any more: with another group below, ours or not, everything stays as it is. */
void cgroup_stand_back(const char *base);
/* Enables memory, pids and cpu for the groups below, one by one: a host may offer some of them only. -ENOENT when it
 * offers none. */
int cgroup_enable_below(const char *group);
