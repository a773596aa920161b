/* One cgroup leaf for a host probe, on v2 or v1, decided per controller: hybrid hosts have memory, pids and
 * cpu on v1 and an almost empty v2 tree. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "cgroup.h"
#include "probe_internal.h"

enum { PATH_BYTES = LEAF_PATH_BYTES, REMOVE_TRIES = 200 };

static int join_path(char *ret_path, const char *directory, const char *name)
{
    int n = snprintf(ret_path, PATH_BYTES, "%s/%s", directory, name);
    return n < PATH_BYTES ? 0 : -ENAMETOOLONG;
}

static int read_file(const char *directory, const char *name, char *buffer, size_t capacity)
{
    char path[PATH_BYTES];
    int r = join_path(path, directory, name);
    return r < 0 ? r : probe_read_text(path, buffer, capacity);
}

static int write_file(const char *directory, const char *name, const char *text)
{
    char path[PATH_BYTES];
    int r = join_path(path, directory, name);
    return r < 0 ? r : probe_write_text(path, text);
}

static void leaf_name(char *ret_name, size_t capacity, pid_t owner)
{
    snprintf(ret_name, capacity, "broodbox-probe-%d", owner);
}

static void host_name(char *ret_name, size_t capacity, pid_t owner)
{
    snprintf(ret_name, capacity, "broodbox-probe-host-%d", owner);
}

static pid_t parent_of(pid_t pid)
{
    char path[32], text[512];
    snprintf(path, sizeof(path), "/proc/%d/stat", pid);
    int r = probe_read_text(path, text, sizeof(text));
    const char *after =
        r < 0 ? NULL : strrchr(text, ')'); /* the name before it may hold anything */
    return after == NULL || strlen(after) < sizeof(") S ") ? 0 : (pid_t)strtol(after + 4, NULL, 10);
}

/* Who the forkserver may move: itself and the supervisor that started it. Here that is the probe, its runner
 * and the program that started the runner. */
static int list_movable(pid_t pids[static 3])
{
    pids[0] = getpid();
    pids[1] = getppid();
    pids[2] = parent_of(pids[1]);
    return pids[2] > 1 ? 3 : 2;
}

static void move_one(const char *group, pid_t pid)
{
    char number[16];
    snprintf(number, sizeof(number), "%d", pid);
    write_file(group, "cgroup.procs", number);
}

/* Everybody in `host` back to `home`, where v2 takes processes only while its children have no controller. */
static void move_back(const char *host, const char *home)
{
    char text[4096];
    char *rest = NULL;
    write_file(home, "cgroup.subtree_control", "-memory -pids -cpu -io");
    if (read_file(host, "cgroup.procs", text, sizeof(text)) < 0)
        return;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL; line = strtok_r(NULL, "\n", &rest))
        write_file(home, "cgroup.procs", line);
    rmdir(host);
}

static int enable_below(const char *home, const char *controller)
{
    char change[24];
    snprintf(change, sizeof(change), "+%s", controller);
    return write_file(home, "cgroup.subtree_control", change);
}

/* Makes sure that children of `home` have the controller, the way the forkserver does it: where our own
 * processes stand in the way (EBUSY) they move into a leaf; anyone else's are not ours to move. */
static int prepare_home(struct leaf *leaf, const char *home)
{
    char enabled[512], name[48];
    pid_t movable[3];
    int r = read_file(home, "cgroup.subtree_control", enabled, sizeof(enabled));
    if (r < 0 || probe_has_word(enabled, leaf->controller))
        return r;
    memcpy(leaf->switched, home, PATH_BYTES);
    r = enable_below(home, leaf->controller);
    if (r != -EBUSY)
        return r;
    host_name(name, sizeof(name), getpid());
    r = join_path(leaf->host, home, name);
    if (r == 0 && mkdir(leaf->host, 0755) < 0)
        r = -errno;
    if (r < 0)
        return r;
    for (int i = 0, count = list_movable(movable); i < count; i++)
        move_one(leaf->host, movable[i]);
    return enable_below(home, leaf->controller);
}

void probe_leaf_close(struct leaf *leaf)
{
    struct timespec moment = {.tv_nsec = 1000000L};
    for (int tries = 0;
         leaf->path[0] != '\0' && rmdir(leaf->path) < 0 && errno == EBUSY && tries < REMOVE_TRIES;
         tries++)
        nanosleep(&moment, NULL);
    if (leaf->switched[0] != '\0') {
        char change[24];
        snprintf(change, sizeof(change), "-%s", leaf->controller);
        write_file(leaf->switched, "cgroup.subtree_control", change);
    }
    if (leaf->host[0] != '\0')
        move_back(leaf->host, leaf->switched);
}

/* `controller` may be "", for what every v2 group can do. */
int probe_leaf_open(const char *controller, bool v2, struct leaf *ret_leaf)
{
    char home[PATH_BYTES], available[512], name[48];
    memset(ret_leaf, 0, sizeof(*ret_leaf));
    ret_leaf->v2 = v2;
    snprintf(ret_leaf->controller, sizeof(ret_leaf->controller), "%s", controller);
    /* Where the forkserver would have its directory, started by who started our runner. */
    int r = cgroup_find_base(v2 ? NULL : controller, parent_of(getppid()), home, PATH_BYTES);
    if (r < 0 && r != -EBUSY)
        return r;
    bool crowded = r == -EBUSY;
    r = 0; /* a group without controllers can be had anywhere */
    if (v2 && controller[0] != '\0') {
        r = read_file(home, "cgroup.controllers", available, sizeof(available));
        if (r < 0)
            return r;
        if (!probe_has_word(available, controller))
            return -ENOENT;
        r = crowded ? -EBUSY : prepare_home(ret_leaf, home);
    }
    leaf_name(name, sizeof(name), getpid());
    if (r == 0)
        r = join_path(ret_leaf->path, home, name);
    if (r == 0 && mkdir(ret_leaf->path, 0755) < 0)
        r = -errno;
    if (r < 0)
        probe_leaf_close(ret_leaf);
    return r;
}

int probe_leaf_open_either(const char *controller, struct leaf *ret_leaf)
{
    int r = probe_leaf_open(controller, true, ret_leaf);
    /* Only where v2 does not offer the controller: a refusal there is the answer, not a reason to go on. */
    return r == -ENOENT ? probe_leaf_open(controller, false, ret_leaf) : r;
}

void probe_cgroup_sweep(pid_t owner)
{
    static const char *const CONTROLLERS[] = {"memory", "pids", "cpu", "freezer", ""};
    char home[PATH_BYTES], path[PATH_BYTES], name[48], host[48];
    leaf_name(name, sizeof(name), owner);
    for (size_t i = 0; i < sizeof(CONTROLLERS) / sizeof(CONTROLLERS[0]); i++) {
        bool v2 = CONTROLLERS[i][0] == '\0';
        if (cgroup_find_base(v2 ? NULL : CONTROLLERS[i], getppid(), home, PATH_BYTES) < 0 ||
            join_path(path, home, name) < 0)
            continue;
        rmdir(path);
        host_name(host, sizeof(host), owner);
        if (v2 && join_path(path, home, host) == 0 && access(path, F_OK) == 0)
            move_back(path, home);
    }
}

int probe_leaf_read(const struct leaf *leaf, const char *name, char *buffer, size_t capacity)
{
    return read_file(leaf->path, name, buffer, capacity);
}

int probe_leaf_write(const struct leaf *leaf, const char *name, const char *text)
{
    return write_file(leaf->path, name, text);
}
