#include "rootless.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "privileges.h"
#include "server.h"

#define STEP "forkserverStart"
#define SINGLE_INSIDE_ID 65534 /* not 0: nothing in the namespace may look like root */
#define IDS_NEEDED (2U * SANDBOXES_MAX)
#define ARGUMENTS_MAX 16

const char *const ID_MODE_NAMES[] = {
    [ID_ROOT] = "root", [ID_RANGES] = "ranges", [ID_SINGLE] = "single"};

static int write_file(const char *path, const char *text)
{
    owned_fd fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    /* One write per map file: the kernel takes it whole and refuses a second. */
    return write(fd, text, strlen(text)) == (ssize_t)strlen(text) ? 0 : -errno;
}

/* The caller's first subordinate range that is large enough: lines "NAME-OR-UID:START:COUNT". */
static bool find_range(const char *path, unsigned *ret_start)
{
    char line[256], number[16];
    const struct passwd *entry = getpwuid(getuid());
    FILE *file = fopen(path, "re");
    bool found = false;

    snprintf(number, sizeof number, "%u", getuid());
    while (file && !found && fgets(line, sizeof line, file)) {
        char *start = strchr(line, ':'), *count = start ? strchr(start + 1, ':') : NULL;
        if (!count)
            continue;
        *start++ = '\0';
        bool mine = strcmp(line, number) == 0 || (entry && strcmp(line, entry->pw_name) == 0);
        found = mine && strtoul(count + 1, NULL, 10) >= IDS_NEEDED;
        *ret_start = (unsigned)strtoul(start, NULL, 10);
    }
    if (file)
        fclose(file);
    return found;
}

static int run_mapper(const char *program, pid_t target, unsigned own, unsigned range)
{
    char pid[16], id[16], first[16], start[16], count[16];
    int status;

    snprintf(pid, sizeof pid, "%d", target);
    snprintf(id, sizeof id, "%u", own);
    snprintf(first, sizeof first, "%u", FIRST_MAPPED_UID);
    snprintf(start, sizeof start, "%u", range);
    snprintf(count, sizeof count, "%u", IDS_NEEDED);
    pid_t mapper = fork();
    if (mapper == 0) {
        execlp(program, program, pid, "0", id, "1", first, start, count, (char *)NULL);
        _exit(127);
    }
    if (mapper < 0 || waitpid(mapper, &status, 0) != mapper)
        return -errno;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EPERM;
}

/* newuidmap must run outside the new namespace, so a child that stays outside writes the maps of its parent. */
static int enter_with_ranges(void)
{
    unsigned uid_range, gid_range;
    int go[2], status;
    pid_t target = getpid();
    uid_t uid = getuid();
    gid_t gid = getgid();

    if (!find_range("/etc/subuid", &uid_range) || !find_range("/etc/subgid", &gid_range))
        return -ENOENT;
    if (pipe2(go, O_CLOEXEC) < 0)
        return -errno;
    owned_fd read_end = go[0], write_end = go[1];
    pid_t outside = fork();
    if (outside < 0)
        return -errno;
    if (outside == 0) {
        char byte;
        if (read(read_end, &byte, 1) != 1)
            _exit(1);
        _exit(run_mapper("newuidmap", target, uid, uid_range) == 0 &&
                      run_mapper("newgidmap", target, gid, gid_range) == 0
                  ? 0
                  : 1);
    }
    int r = unshare(CLONE_NEWUSER) < 0 ? -errno : 0;
    if (r == 0 && write(write_end, "g", 1) != 1)
        r = -errno;
    close_fd(&write_end);
    if (waitpid(outside, &status, 0) != outside || r < 0)
        return r < 0 ? r : -ECHILD;
    /* The namespace is made by now, so there is no way back to the other form. */
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EPERM;
}

static int enter_with_single_id(void)
{
    char map[64];
    uid_t uid = getuid();
    gid_t gid = getgid();

    if (unshare(CLONE_NEWUSER) < 0)
        return -errno;
    snprintf(map, sizeof map, "%d %u 1", SINGLE_INSIDE_ID, uid);
    int r = write_file("/proc/self/uid_map", map);
    if (r == 0)
        r = write_file("/proc/self/setgroups", "deny"); /* before gid_map: EPERM otherwise */
    snprintf(map, sizeof map, "%d %u 1", SINGLE_INSIDE_ID, gid);
    return r == 0 ? write_file("/proc/self/gid_map", map) : r;
}

int rootless_enter(char **argv, struct fault *reterr_fault)
{
    char *arguments[ARGUMENTS_MAX];
    enum id_mode mode = ID_RANGES;
    int count = 0;

    if (prctl(PR_SET_DUMPABLE, 1) < 0) /* the maps of a non-dumpable process cannot be written */
        return fault_set(reterr_fault, STEP, errno, "cannot become dumpable");
    int r = enter_with_ranges();
    if (r == -ENOENT) {
        mode = ID_SINGLE;
        r = enter_with_single_id();
    }
    if (r < 0)
        return fault_set(reterr_fault, STEP, -r, "cannot make a user namespace (%s)",
                         ID_MODE_NAMES[mode]);
    if (mode == ID_SINGLE && (r = privileges_raise_ambient()) < 0)
        return fault_set(reterr_fault, STEP, -r, "cannot keep the namespace's capabilities");
    while (argv[count] && count < ARGUMENTS_MAX - 3) {
        arguments[count] = argv[count];
        count++;
    }
    arguments[count++] = (char *)"--id-mode";
    arguments[count++] = (char *)ID_MODE_NAMES[mode];
    arguments[count] = NULL;
    /* Executed again, so that its memory belongs to the namespace: an older image cannot be inspected from inside. */
    execv("/proc/self/exe", arguments);
    return fault_set(reterr_fault, STEP, errno, "cannot execute itself in the user namespace");
}
