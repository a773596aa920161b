#include "filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"

#if defined __x86_64__
#define NATIVE_ARCH AUDIT_ARCH_X86_64
#elif defined __aarch64__
#define NATIVE_ARCH AUDIT_ARCH_AARCH64
#else
#error "broodbox knows the call tables of x86-64 and aarch64 only"
#endif

static int assert_single_thread(struct jail *jail)
{
    /* unshare(CLONE_VM) is refused with EINVAL when the caller has a second thread, and does nothing otherwise. */
    if (syscall(SYS_unshare, CLONE_VM) < 0)
        return fault_set(&jail->fault, "", errno, "the job process has more than one thread");
    return 0;
}

int jail_seccomp(struct jail *jail)
{
    const struct orders *orders = jail->orders;
    struct sock_fprog program = {.len = orders->filter_length,
                                 .filter = (struct sock_filter *)orders->filter};
    unsigned long flags = SECCOMP_FILTER_FLAG_NEW_LISTENER | SECCOMP_FILTER_FLAG_TSYNC |
                          SECCOMP_FILTER_FLAG_TSYNC_ESRCH;

    if (program.len == 0 || BPF_CLASS(program.filter[program.len - 1].code) != BPF_RET)
        return fault_set(&jail->fault, "", EINVAL, "the filter does not end with a return");
    int r = assert_single_thread(jail);
    if (r < 0)
        return r;
    long listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                            flags | SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV, &program);
    if (listener < 0 && errno == EINVAL) /* before 5.19 */
        listener = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
    if (listener < 0)
        return fault_set(&jail->fault, "", errno, "cannot install the filter");
    jail->listener = (int)listener;
    /* An errno that no kernel path returns, derived from the profile: this filter answers, no other. */
    if (syscall(orders->canary_call) != -1 || errno != (int)orders->canary_error)
        return fault_set(&jail->fault, "", EPERM, "the canary call was answered with errno %d",
                         errno);
    jail->layers[LAYER_SECCOMP] = LAYER_ON;
    return 0;
}

int jail_listener(struct jail *jail)
{
    struct setup_message message = {
        .version = SETUP_VERSION, .kind = SETUP_LISTENER, .listener = jail->listener};
    char taken;

    /* write and read only: a call that itself notifies would wait for the listener it is handing over. */
    if (write(jail->setup, &message, sizeof message) != (ssize_t)sizeof message ||
        RETRY(read(jail->setup, &taken, 1)) != 1)
        return fault_set(&jail->fault, "", errno, "cannot hand over the listener");
    /* With a copy of its own a job could answer CONTINUE to itself. */
    if (close(jail->listener) < 0)
        return fault_set(&jail->fault, "", errno, "cannot close the listener");
    jail->listener = -1;
    jail->layers[LAYER_DENIAL_REPORTS] = LAYER_ON;
    return 0;
}

static const int INIT_CALLS[] = {
    SYS_read,
    SYS_write,
    SYS_ppoll,
    SYS_recvmsg,
    SYS_close,
    SYS_waitid,
    SYS_kill,
    SYS_openat2,
    SYS_openat,
    SYS_getdents64,
    SYS_fstat,
    SYS_fchmodat,
    SYS_newfstatat,
    SYS_pidfd_send_signal,
    SYS_statfs,
    SYS_prctl,
    SYS_setresuid,
    SYS_exit_group,
    SYS_clock_gettime,
    SYS_rt_sigreturn,
    SYS_restart_syscall,
    SYS_shutdown,
};
#define INIT_CALL_COUNT (sizeof INIT_CALLS / sizeof *INIT_CALLS)

int filter_install_init(struct fault *reterr_fault)
{
    struct sock_filter program[INIT_CALL_COUNT + 6];
    unsigned short length = 0;

    program[length++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NATIVE_ARCH, 1, 0);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    program[length++] =
        (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    for (size_t i = 0; i < INIT_CALL_COUNT; i++)
        program[length++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)INIT_CALLS[i],
                                         (unsigned char)(INIT_CALL_COUNT - i), 0);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);

    struct sock_fprog fprog = {.len = length, .filter = program};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &fprog) < 0)
        return fault_set(reterr_fault, "initDrop", errno, "cannot install init's filter");
    return 0;
}
