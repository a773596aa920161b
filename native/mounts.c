/* In the order of this file: fetch what only the host's tree has; enter a template, or build one; copy it; and in the
 * copy bind the slot's accounts, mount scratch and proc, and place what was fetched. Nothing is ever mounted in the
 * host's namespace: init leaves it before its first mount(2), or has only detached mounts until then. */
#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"
#include "tree.h"

#define BINDS_MAX (sizeof((broodbox_DefinePlan *)0)->binds / sizeof(broodbox_Bind))
#define SCRATCH_INODES 65536U
/* subset=pid (5.8) hides everything that is not a process; hidepid keeps init out of sight. */
#define PROC_FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY)
#define PROC_OPTIONS "subset=pid,hidepid=invisible"

const struct scratch_mount SCRATCH_MOUNTS[] = {
    {"/tmp", OWNED_BY_JOB, true},      {"/job", OWNED_BY_JOB, true},  {"/out", OWNED_BY_JOB, false},
    {"/dev/shm", OWNED_BY_JOB, false}, {"/in", OWNED_BY_INIT, false},
};
const unsigned SCRATCH_MOUNT_COUNT = sizeof SCRATCH_MOUNTS / sizeof *SCRATCH_MOUNTS;

/* Detached mounts; -1 where there is none. Binds go by their number in the plan: those below a scratch directory, such
 * as inputs in /in, have no place in a template. */
struct fetched {
    int proc, binds[BINDS_MAX];
};

/* A namespace of ours: to build a template in, and, in a user namespace, to be allowed to fetch anything at all. */
static int leave_hosts_namespace(struct fault *reterr_fault)
{
    if (unshare(CLONE_NEWNS) < 0)
        return tree_fail(reterr_fault, "leave", "the host's mount namespace");
    /* Shared propagation would leak every mount below to the host. */
    if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0)
        return tree_fail(reterr_fault, "make private", "/");
    return 0;
}

/* In a user namespace the kernel mounts proc only where a proc is seen already (mount_too_revealing), and in a template
 * none is: so it is made before. Elsewhere a detached mount would cost 30 us more than one made in place. */
static int fetch_proc(int *ret_proc, struct fault *reterr_fault)
{
    static const char *const STRINGS[][2] = {
        {"source", "proc"}, {"subset", "pid"}, {"hidepid", "invisible"}};
    owned_fd context = (int)syscall(SYS_fsopen, "proc", FSOPEN_CLOEXEC);

    long r = context < 0 ? -1 : syscall(SYS_fsconfig, context, FSCONFIG_SET_FLAG, "ro", NULL, 0);
    for (size_t i = 0; r == 0 && i < sizeof STRINGS / sizeof *STRINGS; i++)
        r = syscall(SYS_fsconfig, context, FSCONFIG_SET_STRING, STRINGS[i][0], STRINGS[i][1], 0);
    if (r == 0)
        r = syscall(SYS_fsconfig, context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    if (r == 0)
        r = syscall(SYS_fsmount, context, FSMOUNT_CLOEXEC,
                    MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
    if (r >= 0)
        *ret_proc = (int)r;
    /* EPERM: the outer /proc is masked, as in containers. A cell without /proc is a stricter one. */
    return r >= 0 || errno == EPERM ? 0 : tree_fail(reterr_fault, "make", "/proc");
}

static int fetch(const struct mounts_order *order, struct fetched *fetched,
                 struct fault *reterr_fault)
{
    const broodbox_DefinePlan *plan = order->plan;
    int r = order->user_namespace ? fetch_proc(&fetched->proc, reterr_fault) : 0;

    for (pb_size_t i = 0; r == 0 && i < plan->binds_count; i++)
        if (tree_is_in_scratch((const char *)plan->binds[i].target.bytes))
            r = tree_take((const char *)plan->binds[i].source.bytes, MOUNT_ATTR_NODEV,
                          &fetched->binds[i], reterr_fault);
    return r;
}

/* Ends in a copy of the template, whose root is the caller's. Whatever is mounted from then on is the cell's alone. */
static int enter_copy(const struct mounts_order *order, int *ret_template,
                      struct fault *reterr_fault)
{
    struct stat host, cell;

    if (stat("/", &host) < 0)
        return tree_fail(reterr_fault, "stat", "the host's root");
    if (order->template_fd >= 0) {
        if (setns(order->template_fd, CLONE_NEWNS) < 0)
            return tree_fail(reterr_fault, "enter", "the template");
    } else {
        owned_fd own = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
        if (own < 0)
            return tree_fail(reterr_fault, "open", "/proc/self/ns/mnt");
        int r = tree_build(order->plan, &order->accounts, order->staging, reterr_fault);
        if (r < 0)
            return r;
        *ret_template = steal_fd(&own);
    }
    if (unshare(CLONE_NEWNS) < 0)
        return tree_fail(reterr_fault, "copy", "the template");
    if (stat("/", &cell) < 0 || cell.st_dev == host.st_dev) {
        errno = EXDEV;
        return tree_fail(reterr_fault, "find", "a root that is not the host's");
    }
    return 0;
}

/* A bind takes over that the template's root is read-only, nosuid and nodev. */
static int bind_accounts(const struct mounts_order *order, struct fault *reterr_fault)
{
    for (unsigned i = 0; i < ACCOUNT_FILE_COUNT; i++) {
        char source[64], target[64];

        snprintf(source, sizeof source, ACCOUNT_PATH, order->ids.job_uid, ACCOUNT_FILES[i]);
        snprintf(target, sizeof target, "/etc/%s", ACCOUNT_FILES[i]);
        if (mount(source, target, NULL, MS_BIND, NULL) < 0)
            return tree_fail(reterr_fault, "bind", source);
    }
    return 0;
}

static int mount_scratch(const struct mounts_order *order, struct fault *reterr_fault)
{
    const broodbox_DefinePlan *plan = order->plan;
    const struct jail_ids *ids = &order->ids;

    for (unsigned i = 0; i < SCRATCH_MOUNT_COUNT; i++) {
        const struct scratch_mount *mount_point = &SCRATCH_MOUNTS[i];
        bool out = strcmp(mount_point->path, "/out") == 0;
        bool job = mount_point->owner == OWNED_BY_JOB;
        unsigned long long bytes = out ? plan->out_bytes : plan->tmp_bytes;
        unsigned inodes = out ? plan->out_files + 64 : SCRATCH_INODES;
        char options[160];

        snprintf(options, sizeof options, "mode=%s,uid=%u,gid=%u,size=%llu,nr_inodes=%u",
                 job ? "0700" : "0755", job ? ids->job_uid : ids->init_uid,
                 job ? ids->job_gid : ids->init_gid, bytes, inodes);
        unsigned long flags = MS_NOSUID | MS_NODEV | (mount_point->exec ? 0 : MS_NOEXEC);
        if (mount("tmpfs", mount_point->path, "tmpfs", flags, options) < 0)
            return tree_fail(reterr_fault, "mount", mount_point->path);
    }
    return 0;
}

static int mount_proc(const struct mounts_order *order, int detached, struct fault *reterr_fault)
{
    if (detached >= 0 &&
        syscall(SYS_move_mount, detached, "", AT_FDCWD, "/proc", MOVE_MOUNT_F_EMPTY_PATH) < 0)
        return tree_fail(reterr_fault, "attach", "/proc");
    if (!order->user_namespace && mount("proc", "/proc", "proc", PROC_FLAGS, PROC_OPTIONS) < 0 &&
        errno != EPERM)
        return tree_fail(reterr_fault, "mount", "/proc");
    return 0;
}

static int place_fetched(const broodbox_DefinePlan *plan, struct fetched *fetched,
                         struct fault *reterr_fault)
{
    char target[sizeof plan->binds->target.bytes + 1];
    int r = 0;

    for (pb_size_t i = 0; r == 0 && i < plan->binds_count; i++) {
        if (fetched->binds[i] < 0)
            continue;
        snprintf(target, sizeof target, ".%s", (const char *)plan->binds[i].target.bytes);
        r = tree_place(fetched->binds[i], (const char *)plan->binds[i].source.bytes, target,
                       reterr_fault);
        close_fd(&fetched->binds[i]);
    }
    for (pb_size_t i = 0; r == 0 && i < plan->links_count; i++) {
        if (!tree_is_in_scratch((const char *)plan->links[i].path.bytes))
            continue;
        snprintf(target, sizeof target, ".%s", (const char *)plan->links[i].path.bytes);
        r = tree_link((const char *)plan->links[i].content.bytes, target, reterr_fault);
    }
    return r;
}

int mounts_make(const struct mounts_order *order, int *ret_template, struct fault *reterr_fault)
{
    struct fetched fetched = {.proc = -1};
    int r = 0;

    memset(fetched.binds, 0xff, sizeof fetched.binds); /* -1 */
    *ret_template = -1;
    if (order->template_fd < 0 || order->user_namespace)
        r = leave_hosts_namespace(reterr_fault);
    if (r == 0)
        r = fetch(order, &fetched, reterr_fault);
    if (r == 0)
        r = enter_copy(order, ret_template, reterr_fault);
    if (r == 0)
        r = bind_accounts(order, reterr_fault);
    if (r == 0)
        r = mount_scratch(order, reterr_fault);
    if (r == 0)
        r = mount_proc(order, fetched.proc, reterr_fault);
    if (r == 0)
        r = place_fetched(order->plan, &fetched, reterr_fault);
    close_fd(&fetched.proc);
    return r; /* on failure init reports it and exits, and with it go its descriptors */
}
