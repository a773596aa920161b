/* Host probes: user and other namespaces, entering one from outside, and what they must keep apart. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe_internal.h"

/* The uid of a slot on a rootful host, and one inside the namespace of a rootless one. */
enum { SLOT_UID = (1 << 20) + 1, MAPPED_UID = 2, FEWEST_SUBORDINATE_IDS = 4 };

/* ---- user namespace ---------------------------------------------------------------------------- */

static int map_as_root(pid_t child)
{
    char path[64], map[96];
    snprintf(map, sizeof(map), "0 0 1\n%d %d 1", SLOT_UID, SLOT_UID);
    snprintf(path, sizeof(path), "/proc/%d/uid_map", child);
    int r = probe_write_text(path, map);
    if (r < 0)
        return r;
    snprintf(path, sizeof(path), "/proc/%d/gid_map", child);
    return probe_write_text(path, map);
}

static int map_single(pid_t child)
{
    char path[64], map[64];
    snprintf(path, sizeof(path), "/proc/%d/uid_map", child);
    snprintf(map, sizeof(map), "65534 %u 1", geteuid());
    int r = probe_write_text(path, map);
    if (r < 0)
        return r;
    snprintf(path, sizeof(path), "/proc/%d/setgroups", child);
    r = probe_write_text(path, "deny");
    if (r < 0)
        return r;
    snprintf(path, sizeof(path), "/proc/%d/gid_map", child);
    snprintf(map, sizeof(map), "65534 %u 1", getegid());
    return probe_write_text(path, map);
}

static int mount_tmpfs_body(void *argument)
{
    (void)argument;
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return -errno;
    return mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=1M") < 0 ? -errno : 0;
}

static int probe_user_namespace(struct finding *finding)
{
    int (*map)(pid_t) = probe_is_root() ? map_as_root : map_single;
    int r = probe_in_mapped(CLONE_NEWNS, map, mount_tmpfs_body, NULL);
    if (r == 0)
        return 0;
    /* Which half was refused decides the remedy: the clone by a sysctl, the rest by AppArmor. */
    int bare = probe_in_child(CLONE_NEWUSER, mount_tmpfs_body, NULL);
    finding_note(finding, bare == -EPERM || bare == -EACCES || bare == -EINVAL
                              ? "refused after clone: the maps or the tmpfs mount"
                              : "refused");
    return r;
}

/* ---- subordinate ids --------------------------------------------------------------------------- */

static int find_range(const char *file, unsigned long *ret_start, unsigned long *ret_count)
{
    char text[16384], number[16];
    int r = probe_read_text(file, text, sizeof(text));
    if (r < 0)
        return r;
    const struct passwd *user = getpwuid(getuid());
    snprintf(number, sizeof(number), "%u", getuid());
    char *rest = NULL;
    for (char *line = strtok_r(text, "\n", &rest); line != NULL;
         line = strtok_r(NULL, "\n", &rest)) {
        char *field = NULL;
        const char *name = strtok_r(line, ":", &field);
        const char *start = strtok_r(NULL, ":", &field);
        const char *count = strtok_r(NULL, ":", &field);
        if (name == NULL || start == NULL || count == NULL)
            continue;
        if (strcmp(name, number) != 0 && (user == NULL || strcmp(name, user->pw_name) != 0))
            continue;
        *ret_start = strtoul(start, NULL, 10);
        *ret_count = strtoul(count, NULL, 10);
        return 0;
    }
    return -ESRCH;
}

static int run_map_program(const char *program, const char *file, pid_t child)
{
    unsigned long start, count;
    char target[16], first[24], number[24];
    int r = find_range(file, &start, &count);
    if (r < 0)
        return r;
    if (count < FEWEST_SUBORDINATE_IDS)
        return -ERANGE;
    snprintf(target, sizeof(target), "%d", child);
    snprintf(first, sizeof(first), "%lu", start);
    snprintf(number, sizeof(number), "%lu", count);
    pid_t pid = fork();
    if (pid < 0)
        return -errno;
    if (pid == 0) {
        execlp(program, program, target, "0", first, number, (char *)NULL);
        _exit(ENOENT);
    }
    r = probe_wait(pid);
    /* The program itself says 1 for every refusal. */
    return r == -ENOENT || r == 0 ? r : -EPERM;
}

static int map_by_program(pid_t child)
{
    int r = run_map_program("newuidmap", "/etc/subuid", child);
    return r < 0 ? r : run_map_program("newgidmap", "/etc/subgid", child);
}

static int become_slot(void *argument)
{
    uid_t real, effective, saved, uid = *(const uid_t *)argument;
    if (setgroups(0, NULL) < 0)
        return -errno;
    if (setresgid(uid, uid, uid) < 0 || setresuid(uid, uid, uid) < 0)
        return -errno;
    if (getresuid(&real, &effective, &saved) < 0)
        return -errno;
    if (real != uid || effective != uid || saved != uid || getgroups(0, NULL) != 0)
        return -EBADE;
    /* From one id that is not 0 to another every capability is kept: only without them is there no way back. */
    int r = probe_drop_capabilities();
    if (r < 0)
        return r;
    return setresuid(0, 0, 0) == 0 ? -EBADE : 0;
}

static int probe_id_ranges(struct finding *finding)
{
    uid_t uid = MAPPED_UID;
    if (probe_is_root()) {
        finding_note(finding, "not needed: root gives each slot its own uid");
        return 0;
    }
    int r = probe_in_mapped(0, map_by_program, become_slot, &uid);
    if (r == -ESRCH)
        finding_note(finding, "no range for uid %u in /etc/subuid and /etc/subgid", getuid());
    if (r == -ENOENT)
        finding_note(finding, "newuidmap and newgidmap, /etc/subuid and /etc/subgid are needed");
    if (r == -ERANGE)
        finding_note(finding, "the subordinate range is too small");
    return r;
}

static int probe_slot_uid(struct finding *finding)
{
    uid_t rootful = SLOT_UID, mapped = MAPPED_UID;
    if (probe_is_root()) {
        finding_note(finding, "host uid %d", SLOT_UID);
        return probe_in_child(0, become_slot, &rootful);
    }
    int r = probe_in_mapped(0, map_by_program, become_slot, &mapped);
    finding_note(finding, r == 0 ? "from the subordinate range"
                                 : "one uid for all: neither root nor a usable subordinate range");
    return r == 0 ? 0 : -EPERM;
}

/* ---- each namespace alone ---------------------------------------------------------------------- */

static int nothing(void *argument)
{
    (void)argument;
    return 0;
}

static int alone(uint64_t flag)
{
    int r = probe_enter_privileges();
    return r < 0 ? r : probe_in_child(flag, nothing, NULL);
}

static int probe_pid_namespace(struct finding *finding)
{
    (void)finding;
    return alone(CLONE_NEWPID);
}

static int probe_mount_namespace(struct finding *finding)
{
    (void)finding;
    return alone(CLONE_NEWNS);
}

static int probe_network_namespace(struct finding *finding)
{
    (void)finding;
    return alone(CLONE_NEWNET);
}

static int probe_ipc_namespace(struct finding *finding)
{
    (void)finding;
    return alone(CLONE_NEWIPC);
}

static int probe_uts_namespace(struct finding *finding)
{
    (void)finding;
    return alone(CLONE_NEWUTS);
}

static int probe_cgroup_namespace(struct finding *finding)
{
    (void)finding;
    return alone(CLONE_NEWCGROUP);
}

/* ---- how a job enters -------------------------------------------------------------------------- */

struct zygote {
    int init;   /* pidfd of pid 1 of the cell */
    int report; /* where the pid of the child goes */
};

/* The zygote's part: enter the cell's pid namespace, fork a sibling of itself into it, step back out. */
static int fork_into_cell(void *argument)
{
    const struct zygote *zygote = argument;
    int own = open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC);
    if (own < 0 || setns(zygote->init, CLONE_NEWPID) < 0)
        return -errno;
    pid_t pid = probe_clone(CLONE_PARENT, 0, NULL, -1);
    if (pid < 0)
        return pid;
    if (pid == 0)
        _exit(setns(zygote->init, CLONE_NEWNET | CLONE_NEWIPC) < 0 ? 255 : getpid());
    if (setns(own, CLONE_NEWPID) < 0)
        return -errno;
    return write(zygote->report, &pid, sizeof(pid)) == (ssize_t)sizeof(pid) ? 0 : -EIO;
}

/* The forkserver's part: a cell's pid 1, then a sibling of the zygote in it that must become its pid 2. */
static int make_cell_and_fork(void *argument)
{
    int ends[2], init_fd = -1, status = 0;
    pid_t job = 0;
    (void)argument;
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    pid_t init = probe_clone(CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC, SIGCHLD, &init_fd, -1);
    if (init < 0)
        return init;
    if (init == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        for (;;)
            pause();
    }
    struct zygote zygote = {.init = init_fd, .report = ends[1]};
    int r = probe_in_child(0, fork_into_cell, &zygote);
    close(ends[1]);
    /* The job first: init cannot finish exiting while a process injected from outside is not reaped. */
    if (r == 0 && read(ends[0], &job, sizeof(job)) != (ssize_t)sizeof(job))
        r = -EIO;
    if (r == 0 && waitpid(job, &status, __WALL) != job)
        r = -errno;
    kill(init, SIGKILL);
    waitpid(init, NULL, 0);
    if (r < 0)
        return r;
    return WIFEXITED(status) && WEXITSTATUS(status) == 2 ? 0 : -EBADE;
}

static int run_as_second(void *argument)
{
    return probe_in_child(0, make_cell_and_fork, argument);
}

static int probe_join(struct finding *finding)
{
    int r = probe_enter_privileges();
    if (r < 0)
        return r;
    if (geteuid() == 0)
        return make_cell_and_fork(NULL);
    /* The way back out needs privileges over the zygote's own pid namespace, so that one must belong to
     * the user namespace as well: the forkserver lives in a pid namespace of its own there, as pid 2. */
    finding_note(finding, "with a pid namespace of the forkserver's own");
    return probe_in_child(CLONE_NEWPID, run_as_second, NULL);
}

/* ---- nested user namespace ----------------------------------------------------------------------- */

static int try_nesting(void *argument)
{
    (void)argument;
    int r = probe_write_text("/proc/sys/user/max_user_namespaces", "0");
    if (r < 0)
        return r;
    if (unshare(CLONE_NEWUSER) == 0)
        return -EBADE;
    return errno == ENOSPC || errno == EPERM ? 0 : -errno;
}

static int probe_nested_user_namespace(struct finding *finding)
{
    int (*map)(pid_t) = probe_is_root() ? map_as_root : map_single;
    int r = probe_in_mapped(0, map, try_nesting, NULL);
    if (r == -EBADE)
        finding_note(finding,
                     "a nested user namespace was made although its number is limited to 0");
    else if (r < 0)
        finding_note(finding, "only the seccomp filter refuses it");
    return r;
}

const struct probe PROBES_SPACES[] = {
    {"userNamespace", probe_user_namespace},
    {"idRanges", probe_id_ranges},
    {"slotUid", probe_slot_uid},
    {"pidNamespace", probe_pid_namespace},
    {"mountNamespace", probe_mount_namespace},
    {"networkNamespace", probe_network_namespace},
    {"ipcNamespace", probe_ipc_namespace},
    {"utsNamespace", probe_uts_namespace},
    {"cgroupNamespace", probe_cgroup_namespace},
    {"joinNamespaces", probe_join},
    {"nestedUserNamespace", probe_nested_user_namespace},
    {NULL, NULL},
};
