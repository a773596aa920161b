/* Host probes: what a process can give up or switch off about itself, and settings that only inform. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "compat.h"
#include "probe_internal.h"

enum { WHOLE_THREAD_GROUP = 1, JOIN_SESSION_KEYRING = 1, MOST_CAPABILITIES = 64 };
/* Keep-caps off; no set-uid fix-up, no root, no ambient raise; all locked. */
enum { SECUREBITS_WANTED = 0xEF, GROUPS_LISTED = 64 };

/* ---- capabilities, groups, flags ----------------------------------------------------------------- */

static int probe_capabilities(struct finding *finding)
{
    int r = probe_enter_privileges();
    if (r < 0 && probe_drop_capabilities() == 0) {
        finding_degrade(finding, -r, "none are held, but the bounding set stays");
        return 0;
    }
    if (r < 0)
        return r;
    if (prctl(PR_SET_SECUREBITS, SECUREBITS_WANTED, 0, 0, 0) < 0)
        return -errno;
    /* Up to the first EINVAL: a fixed maximum leaves the capabilities of newer kernels in place. */
    unsigned long known = 0;
    while (known < MOST_CAPABILITIES && prctl(PR_CAPBSET_DROP, known, 0, 0, 0) == 0)
        known++;
    if (known < MOST_CAPABILITIES && errno != EINVAL)
        return -errno;
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
        return -errno;
    r = probe_drop_capabilities();
    if (r < 0)
        return r;
    for (unsigned long i = 0; i < known; i++)
        if (prctl(PR_CAPBSET_READ, i, 0, 0, 0) != 0)
            return -EBADE;
    if (prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) != SECUREBITS_WANTED)
        return -EBADE;
    finding_note(finding, "%lu dropped", known);
    return 0;
}

static int probe_groups(struct finding *finding)
{
    static const char *const DANGEROUS[] = {"docker", "kvm", "disk", "adm", "shadow"};
    gid_t groups[GROUPS_LISTED];
    bool dangerous = false;
    if (probe_is_root())
        return setgroups(0, NULL) < 0 ? -errno : 0;
    int count = getgroups(GROUPS_LISTED, groups);
    if (count < 0)
        return -errno;
    for (int i = 0; i < count; i++) {
        const struct group *group = groups[i] == getegid() ? NULL : getgrgid(groups[i]);
        if (groups[i] == getegid())
            continue;
        /* A single-id user namespace cannot drop groups, so every job would keep these. */
        finding_degrade(finding, EPERM, "%s", group == NULL ? "unnamed group" : group->gr_name);
        for (size_t d = 0; group != NULL && d < sizeof(DANGEROUS) / sizeof(DANGEROUS[0]); d++)
            if (strcmp(group->gr_name, DANGEROUS[d]) == 0)
                dangerous = true;
    }
    return dangerous ? -EPERM : 0;
}

static int probe_no_new_privileges(struct finding *finding)
{
    (void)finding;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        return -errno;
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? 0 : -EBADE;
}

static int probe_dumpable(struct finding *finding)
{
    (void)finding;
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
        return -errno;
    return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : -EBADE;
}

static int probe_parent_death(struct finding *finding)
{
    int signal_number = 0;
    (void)finding;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0)
        return -errno;
    if (prctl(PR_GET_PDEATHSIG, &signal_number, 0, 0, 0) < 0)
        return -errno;
    return signal_number == SIGKILL ? 0 : -EBADE;
}

static int probe_keyring(struct finding *finding)
{
    (void)finding;
    return syscall(SYS_keyctl, JOIN_SESSION_KEYRING, NULL) < 0 ? -errno : 0;
}

static int probe_rlimits(struct finding *finding)
{
    static const struct {
        __rlimit_resource_t resource;
        rlim_t value;
    } WANTED[] = {{RLIMIT_CORE, 1},    {RLIMIT_NOFILE, 64},    {RLIMIT_FSIZE, 1 << 20},
                  {RLIMIT_MEMLOCK, 0}, {RLIMIT_RTPRIO, 0},     {RLIMIT_MSGQUEUE, 0},
                  {RLIMIT_NPROC, 1},   {RLIMIT_DATA, 64 << 20}};
    (void)finding;
    for (size_t i = 0; i < sizeof(WANTED) / sizeof(WANTED[0]); i++) {
        struct rlimit limit = {.rlim_cur = WANTED[i].value, .rlim_max = WANTED[i].value};
        if (setrlimit(WANTED[i].resource, &limit) < 0)
            return -errno;
        if (getrlimit(WANTED[i].resource, &limit) < 0)
            return -errno;
        if (limit.rlim_max != WANTED[i].value)
            return -EBADE;
    }
    return mmap(NULL, 128 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                   MAP_FAILED
               ? 0
               : -EBADE;
}

static int probe_close_range(struct finding *finding)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    if (syscall(SYS_close_range, (unsigned int)fd, (unsigned int)fd, 0) < 0)
        finding_degrade(finding, errno, "descriptors are closed one by one");
    else if (fcntl(fd, F_GETFD) >= 0)
        return -EBADE;
    return 0;
}

/* ---- hardening of the processor and the address space --------------------------------------------- */

static int probe_write_execute(struct finding *finding)
{
    (void)finding;
    if (prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) < 0)
        return -errno;
    void *page =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return page == MAP_FAILED && errno == EACCES ? 0 : -EBADE;
}

static int switch_off_speculation(unsigned long what, const char *name, struct finding *finding)
{
    long state = prctl(PR_GET_SPECULATION_CTRL, what, 0, 0, 0);
    if (state < 0)
        return -errno;
    /* Zero: this processor is not affected. */
    if (state == PR_SPEC_NOT_AFFECTED || ((unsigned long)state & PR_SPEC_FORCE_DISABLE) != 0)
        return 0;
    if (prctl(PR_SET_SPECULATION_CTRL, what, PR_SPEC_FORCE_DISABLE, 0, 0) == 0)
        return 0;
    int error = errno;
    finding_note(finding, "%s cannot be switched off", name);
    return -error;
}

static int probe_speculation(struct finding *finding)
{
    int store = switch_off_speculation(PR_SPEC_STORE_BYPASS, "store bypass", finding);
    int branch = switch_off_speculation(PR_SPEC_INDIRECT_BRANCH, "indirect branch", finding);
    if (store < 0 && branch < 0)
        return store;
    if (store < 0 || branch < 0)
        finding_degrade(finding, store < 0 ? -store : -branch, "only one of two");
    return 0;
}

static int probe_core_scheduling(struct finding *finding)
{
    char smt[8] = "";
    probe_read_text("/sys/devices/system/cpu/smt/active", smt, sizeof(smt));
    finding_note(finding, smt[0] == '1' ? "SMT is on" : "SMT is off");
    return prctl(PR_SCHED_CORE, PR_SCHED_CORE_CREATE, 0, WHOLE_THREAD_GROUP, 0) < 0 ? -errno : 0;
}

/* ---- settings -------------------------------------------------------------------------------------- */

static int probe_core_pattern(struct finding *finding)
{
    char pattern[160];
    int r = probe_read_text("/proc/sys/kernel/core_pattern", pattern, sizeof(pattern));
    if (r < 0)
        return r;
    pattern[strcspn(pattern, "\n")] = '\0';
    if (pattern[0] == '|')
        finding_note(finding,
                     "cores are piped to %s; RLIMIT_CORE 1 keeps the handler from starting",
                     pattern + 1);
    else
        finding_note(finding, "cores go to the file %s", pattern);
    return 0;
}

static int probe_forkserver_pid(struct finding *finding)
{
    if (getppid() != 1)
        return 0;
    finding_note(finding, "the forkserver would be pid 1 of its namespace");
    return -EINVAL;
}

/* A setting whose safe values are those from `safe` up. */
static int check_setting(const char *path, long safe, struct finding *finding)
{
    char text[32];
    int r = probe_read_text(path, text, sizeof(text));
    if (r == -ENOENT) {
        finding_note(finding, "this kernel has no such switch");
        return 0;
    }
    if (r < 0)
        return r;
    long value = strtol(text, NULL, 10);
    if (value < safe)
        finding_degrade(finding, 0, "%ld; the filter refuses the call", value);
    else
        finding_note(finding, "%ld", value);
    return 0;
}

static int probe_legacy_tiocsti(struct finding *finding)
{
    char text[8] = "";
    if (probe_read_text("/proc/sys/dev/tty/legacy_tiocsti", text, sizeof(text)) < 0)
        finding_degrade(finding, 0, "this kernel has no switch for TIOCSTI; jobs have no terminal");
    else if (text[0] == '1')
        finding_degrade(finding, 0, "1; jobs have no terminal");
    return 0;
}

static int probe_unprivileged_bpf(struct finding *finding)
{
    return check_setting("/proc/sys/kernel/unprivileged_bpf_disabled", 1, finding);
}

static int probe_io_uring(struct finding *finding)
{
    return check_setting("/proc/sys/kernel/io_uring_disabled", 1, finding);
}

const struct probe PROBES_PROCESS[] = {
    {"capabilities", probe_capabilities},
    {"groups", probe_groups},
    {"noNewPrivileges", probe_no_new_privileges},
    {"dumpable", probe_dumpable},
    {"parentDeath", probe_parent_death},
    {"keyring", probe_keyring},
    {"rlimits", probe_rlimits},
    {"closeRange", probe_close_range},
    {"writeExecute", probe_write_execute},
    {"speculation", probe_speculation},
    {"coreScheduling", probe_core_scheduling},
    {"corePattern", probe_core_pattern},
    {"forkserverPid", probe_forkserver_pid},
    {"legacyTiocsti", probe_legacy_tiocsti},
    {"unprivilegedBpf", probe_unprivileged_bpf},
    {"ioUring", probe_io_uring},
    {NULL, NULL},
};
