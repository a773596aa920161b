#include "privileges.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/securebits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"

/* keep-caps off, no setuid fix-up, no root, no ambient raise; all four locked. */
#define SECUREBITS_LOCKED 0xEF

static int fail(struct jail *jail, const char *what)
{
    return fault_set(&jail->fault, "", errno, "%s", what);
}

int jail_signals(struct jail *jail)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    stack_t no_stack = {.ss_flags = SS_DISABLE};

    /* Raw call: glibc hides its two internal signals, and an ignored one would be inherited. */
    for (int number = 1; number <= 64; number++) {
        if (number == SIGKILL || number == SIGSTOP)
            continue;
        struct {
            void (*handler)(int);
            unsigned long flags;
            void (*restorer)(void);
            unsigned long mask;
        } raw = {.handler = action.sa_handler};
        if (syscall(SYS_rt_sigaction, number, &raw, NULL, 8) < 0)
            return fail(jail, "cannot reset a signal's action");
    }
    if (sigaltstack(&no_stack, NULL) < 0)
        return fail(jail, "cannot drop the alternate signal stack");
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) < 0)
        return fail(jail, "cannot empty the signal mask");
    return 0;
}

int jail_parent_death(struct jail *jail)
{
    struct pollfd hangup = {.fd = jail->setup, .events = 0};

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return fail(jail, "cannot set the parent-death signal");
    /* The parent may have died before the call above; getppid() is 0 in here and proves nothing. */
    if (poll(&hangup, 1, 0) == 1 && (hangup.revents & POLLHUP))
        _exit(125);
    return 0;
}

int jail_terminal(struct jail *jail)
{
    if (setsid() < 0 && errno != EPERM) /* EPERM: it leads a session already */
        return fail(jail, "cannot start a session without terminal");
    return 0;
}

int jail_keyring(struct jail *jail)
{
    if (syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL, 0, 0, 0) < 0)
        return fail(jail, "cannot join an empty session keyring");
    jail->layers[LAYER_KEYRING] = LAYER_ON;
    return 0;
}

int jail_oom_score(struct jail *jail)
{
    /* Before `dumpable`: a non-dumpable process may not write its own score (EACCES). */
    owned_fd fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, "1000", 4) != 4)
        return fail(jail, "cannot write oom_score_adj");
    return 0;
}

int jail_scheduling(struct jail *jail)
{
    struct sched_param param = {0};

    if (sched_setscheduler(0, SCHED_OTHER, &param) < 0)
        return fail(jail, "cannot set the scheduling class");
    if (personality(0) < 0)
        return fail(jail, "cannot reset the personality");
    return 0;
}

int jail_rlimits(struct jail *jail)
{
    const struct orders *orders = jail->orders;
    const rlim_t MIB = 1024 * 1024;
    const struct {
        __rlimit_resource_t resource;
        rlim_t soft, hard;
        bool wanted;
    } limits[] = {
        /* 1, not 0: a piped core_pattern ignores 0 and honours 1 (kernel, do_coredump). */
        {RLIMIT_CORE, 1, 1, true},
        {RLIMIT_NOFILE, 1024, 1024, true},
        {RLIMIT_FSIZE, orders->file_bytes, orders->file_bytes, true},
        {RLIMIT_STACK, 8 * MIB, 8 * MIB, true},
        {RLIMIT_MEMLOCK, 0, 0, true},
        {RLIMIT_MSGQUEUE, 0, 0, true},
        {RLIMIT_RTPRIO, 0, 0, true},
        {RLIMIT_NICE, 0, 0, true},
        {RLIMIT_SIGPENDING, 128, 128, true},
        {RLIMIT_CPU, orders->cpu_seconds, orders->cpu_seconds + 1, orders->cpu_seconds > 0},
        {RLIMIT_NPROC, orders->processes, orders->processes, orders->processes > 0},
        {RLIMIT_DATA, orders->data_bytes, orders->data_bytes, orders->data_bytes > 0},
    };

    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit value = {limits[i].soft, limits[i].hard}, now;
        if (!limits[i].wanted)
            continue;
        /* A host that is stricter than we are stays stricter; only root could raise it again. */
        if (getrlimit(limits[i].resource, &now) < 0)
            return fail(jail, "cannot read an rlimit");
        if (now.rlim_max < value.rlim_max)
            value.rlim_max = now.rlim_max;
        if (value.rlim_cur > value.rlim_max)
            value.rlim_cur = value.rlim_max;
        if (setrlimit(limits[i].resource, &value) < 0)
            return fail(jail, "cannot set an rlimit");
    }
    jail->layers[LAYER_RLIMITS] = LAYER_ON;
    return 0;
}

int jail_securebits(struct jail *jail)
{
    if (prctl(PR_SET_SECUREBITS, SECUREBITS_LOCKED) < 0)
        return fail(jail, "cannot lock the securebits");
    if (prctl(PR_GET_SECUREBITS) != SECUREBITS_LOCKED) {
        errno = EPERM;
        return fail(jail, "securebits read back differ");
    }
    return 0;
}

static int drop_bounding_set(void)
{
    /* Up to the first EINVAL: a fixed last capability would leave those of newer kernels. Each drop makes new
     * credentials, so it is asked first: of 41 the forkserver has left nine, and the rest took 30 us per process. */
    for (unsigned long capability = 0;; capability++) {
        int held = prctl(PR_CAPBSET_READ, capability);
        if (held < 0 && errno == EINVAL && capability > 0)
            break;
        if (held < 0 || (held > 0 && prctl(PR_CAPBSET_DROP, capability) < 0))
            return -errno;
    }
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
        return -errno;
    return 0;
}

int jail_bounding_set(struct jail *jail)
{
    int r = drop_bounding_set();
    if (r < 0) {
        errno = -r;
        return fail(jail, "cannot empty the capability bounding set");
    }
    return 0;
}

int jail_ids(struct jail *jail)
{
    const struct jail_ids *ids = &jail->orders->ids;
    uid_t uids[3];
    gid_t gids[3];

    if (ids->single) { /* nothing to change to; doctor demands that the caller has no other groups */
        jail->layers[LAYER_SLOT_UID] = LAYER_OFF;
        jail->layers[LAYER_GROUPS] = getgroups(0, NULL) <= 1 ? LAYER_ON : LAYER_OFF;
        return 0;
    }
    if (setgroups(0, NULL) < 0) /* before the ids: afterwards it is EPERM */
        return fail(jail, "cannot drop the supplementary groups");
    if (setresgid(ids->job_gid, ids->job_gid, ids->job_gid) < 0)
        return fail(jail, "cannot take the slot's gid");
    if (setresuid(ids->job_uid, ids->job_uid, ids->job_uid) < 0)
        return fail(jail, "cannot take the slot's uid");
    if (getresuid(&uids[0], &uids[1], &uids[2]) < 0 || getresgid(&gids[0], &gids[1], &gids[2]) < 0)
        return fail(jail, "cannot read the ids back");
    for (int i = 0; i < 3; i++) {
        if (uids[i] != ids->job_uid || gids[i] != ids->job_gid || getgroups(0, NULL) != 0) {
            errno = EPERM;
            return fail(jail, "ids read back differ");
        }
    }
    jail->layers[LAYER_SLOT_UID] = LAYER_ON;
    jail->layers[LAYER_GROUPS] = LAYER_ON;
    return 0;
}

static int drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};

    if (syscall(SYS_capset, &header, data) < 0)
        return -errno;
    if (syscall(SYS_capget, &header, data) < 0)
        return -errno;
    for (int i = 0; i < 2; i++)
        if (data[i].effective || data[i].permitted || data[i].inheritable)
            return -EPERM;
    return 0;
}

int jail_capabilities(struct jail *jail)
{
    /* Mandatory although the uid has changed: with the securebits above setresuid() keeps every capability. */
    int r = drop_capabilities();
    if (r < 0) {
        errno = -r;
        return fail(jail, "cannot empty the capability sets");
    }
    if (setresuid(0, 0, 0) == 0) {
        errno = EPERM;
        return fail(jail, "becoming root again was possible");
    }
    jail->layers[LAYER_CAPABILITIES] = LAYER_ON;
    return 0;
}

int jail_dumpable(struct jail *jail)
{
    /* The id change set it to fs.suid_dumpable, which may be 2, and cleared the parent-death signal. */
    if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_GET_DUMPABLE) != 0)
        return fail(jail, "cannot become non-dumpable");
    jail->layers[LAYER_DUMPABLE] = LAYER_ON;
    return jail_parent_death(jail);
}

int jail_no_new_privileges(struct jail *jail)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        return fail(jail, "cannot set no_new_privs");
    jail->layers[LAYER_NO_NEW_PRIVS] = LAYER_ON;
    return 0;
}

int jail_write_execute(struct jail *jail)
{
    if (!jail->orders->write_execute_deny)
        return 0;
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) < 0)
        return fail(jail, "cannot refuse memory that is writable and executable");
    jail->layers[LAYER_WRITE_EXECUTE] = LAYER_ON;
    return 0;
}

int jail_speculation(struct jail *jail)
{
    int store = prctl(PR_SET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, PR_SPEC_FORCE_DISABLE, 0, 0);
    int branch =
        prctl(PR_SET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, PR_SPEC_FORCE_DISABLE, 0, 0);

    if (store == 0 && branch == 0)
        jail->layers[LAYER_SPECULATION] = LAYER_ON;
    else if (store == 0 || branch == 0)
        jail->layers[LAYER_SPECULATION] = LAYER_DEGRADED;
    else /* ENXIO, EPERM, EINVAL: not vulnerable, fixed by the boot options, or unknown */
        return fail(jail, "cannot disable speculation");
    return 0;
}

int jail_core_scheduling(struct jail *jail)
{
    if (prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, 1 /* PIDTYPE_TGID */, 0) < 0)
        return fail(jail, "cannot create a core-scheduling cookie");
    jail->layers[LAYER_CORE_SCHEDULING] = LAYER_ON;
    return 0;
}

int privileges_drop_init(const struct jail_ids *ids, struct fault *reterr_fault)
{
    int r;

    if (prctl(PR_SET_SECUREBITS, SECUREBITS_LOCKED) < 0)
        return fault_set(reterr_fault, "initDrop", errno, "cannot lock the securebits");
    r = drop_bounding_set();
    if (r < 0)
        return fault_set(reterr_fault, "initDrop", -r, "cannot empty the bounding set");
    if (!ids->single) {
        /* The slot's uid is only the saved one: the job can neither trace init nor, since init is pid 1,
         * signal it; but init can become the slot when the job is dead. */
        if (setgroups(0, NULL) < 0 || setresgid(ids->init_gid, ids->init_gid, ids->init_gid) < 0 ||
            setresuid(ids->init_uid, ids->init_uid, ids->job_uid) < 0)
            return fault_set(reterr_fault, "initDrop", errno, "cannot take init's ids");
    }
    r = drop_capabilities();
    if (r < 0)
        return fault_set(reterr_fault, "initDrop", -r, "cannot empty the capability sets");
    if (prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
        prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
        return fault_set(reterr_fault, "initDrop", errno, "cannot set the process flags");
    return 0;
}

int privileges_become_slot(const struct jail_ids *ids)
{
    if (ids->single)
        return 0;
    if (setresuid(ids->job_uid, ids->job_uid, ids->job_uid) < 0)
        return -errno;
    /* The change of ids may have made init dumpable again, and has cleared its parent-death signal. */
    return prctl(PR_SET_DUMPABLE, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 ? -errno : 0;
}

/* Namespaces, mounts and setns need SYS_ADMIN and SYS_CHROOT; the slot's ids SETUID, SETGID, SETPCAP; the listener,
 * joining a non-dumpable init and attestation SYS_PTRACE; killing other uids KILL. DAC_OVERRIDE finds a runtime
 * below somebody's 0700 home, and makes and removes our directory in a cgroup root, whose mode is 0555.
 * SYS_RESOURCE, where the caller has it, sets the rlimits of a job that no cgroup holds. */
static const unsigned long CELL_CAPABILITIES[] = {CAP_SYS_ADMIN, CAP_SYS_CHROOT,  CAP_SETUID,
                                                  CAP_SETGID,    CAP_SETPCAP,     CAP_SYS_PTRACE,
                                                  CAP_KILL,      CAP_DAC_OVERRIDE};

int privileges_limit_forkserver(struct fault *reterr_fault)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};
    unsigned long long keep = 0;

    if (syscall(SYS_capget, &header, data) < 0)
        return fault_set(reterr_fault, "forkserverStart", errno, "cannot read the capabilities");
    keep = data[0].permitted & (1U << CAP_SYS_RESOURCE);
    for (size_t i = 0; i < sizeof CELL_CAPABILITIES / sizeof *CELL_CAPABILITIES; i++)
        keep |= 1ULL << CELL_CAPABILITIES[i];
    for (unsigned long capability = 0;; capability++) {
        if (capability < 64 && keep & (1ULL << capability))
            continue;
        if (prctl(PR_CAPBSET_DROP, capability) == 0)
            continue;
        if (errno == EINVAL)
            break;
        return fault_set(reterr_fault, "forkserverStart", errno, "cannot drop capability %lu",
                         capability);
    }
    data[0].effective = data[0].permitted = (unsigned)keep;
    data[1].effective = data[1].permitted = (unsigned)(keep >> 32);
    data[0].inheritable = data[1].inheritable = 0;
    if (syscall(SYS_capset, &header, data) < 0)
        return fault_set(reterr_fault, "forkserverStart", errno,
                         "the caller lacks capabilities that cells need (see broodbox doctor)");
    return 0;
}

int privileges_raise_ambient(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    if (syscall(SYS_capget, &header, data) < 0)
        return -errno;
    data[0].inheritable = data[0].permitted;
    data[1].inheritable = data[1].permitted;
    if (syscall(SYS_capset, &header, data) < 0)
        return -errno;
    for (unsigned long capability = 0; capability < 64; capability++)
        if (data[capability / 32].permitted & (1U << (capability % 32)) &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) < 0)
            return -errno;
    return 0;
}
