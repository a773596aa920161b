#include "network.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"

/* /proc/PID/net lists and counts the sockets of a namespace, also those of pairs, and the kernel frees what was on its
 * way inside another socket some time after its owners are dead: the next job could count what the last one left. A
 * mode belongs to the namespace's own entry, so what is taken here is taken in every /proc, and the host's files are
 * other entries. All of them are closed, since nobody has looked at each. A job is not their owner and may override
 * no mode. */
static int close_tables(pid_t init)
{
    char path[32];
    struct stat status;
    bool seen = false;
    int r = 0;

    snprintf(path, sizeof path, "/proc/%d/net", init);
    DIR *tables = opendir(path);
    if (!tables)
        return -errno;
    for (struct dirent *entry; r == 0 && (entry = readdir(tables));) {
        if (entry->d_name[0] == '.')
            continue;
        if (fchmodat(dirfd(tables), entry->d_name, 0, 0) < 0 ||
            fstatat(dirfd(tables), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) < 0)
            r = -errno;
        else if (status.st_mode & 07777)
            r = -EPERM;
        seen |= strcmp(entry->d_name, "unix") == 0;
    }
    closedir(tables);
    return r == 0 && !seen ? -ENODATA : r;
}

static bool is_dead(pid_t init)
{
    siginfo_t info = {.si_pid = 0};

    return waitid(P_PID, (id_t)init, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == init;
}

int network_take(struct networks *networks)
{
    return networks->idle_count > 0 ? networks->idle[--networks->idle_count] : -1;
}

int network_keep(struct networks *networks, pid_t init, struct fault_plan *fault)
{
    char path[32];

    if (networks->single_use)
        return -1;
    int due = fault_due(fault, "networkTables");
    int r = due ? -due : close_tables(init);
    snprintf(path, sizeof path, "/proc/%d/ns/net", init);
    int fd = r < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        return fd;
    int error = r < 0 ? -r : errno;
    /* If init is dead that explains it; otherwise what this host refuses now it will refuse again. */
    if (!is_dead(init)) {
        networks->single_use = true;
        fprintf(stderr, "forkserver: every sandbox gets a new network namespace: %s\n",
                strerror(error));
    }
    return -1;
}

void network_give_back(struct networks *networks, int *fd)
{
    if (*fd >= 0 && networks->idle_count < NETWORKS_IDLE_MAX)
        networks->idle[networks->idle_count++] = steal_fd(fd);
    close_fd(fd);
}
