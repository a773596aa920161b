/* Spike: two shapes of making a sandbox, measured side by side (docs/decisions/0001-cell-shape.md).
 * Built twice: as a program it is the small process (the forkserver's part), which starts the
 * interpreter and obeys shapes.py; as a shared object it is the part that runs inside the zygote.
 * shapes.py counts the lines each shape needs between the markers "-- shape:". */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* FLOOR: fork, exit, wait by the zygote alone; FLOOR_ASKED: what all shapes share, without a cell.
 */
enum shape { FLOOR, FLOOR_ASKED, A, A2, B };
enum net { HOST, SHARED, OWN };
enum { SLOT = 1 << 20, MAX_SANDBOXES = 16, ABORT = 256 };

struct ask { /* small process -> zygote, with the three descriptors of struct sandbox behind it */
    uint32_t shape, net, park, end; /* end: the exit code, or ABORT */
};
struct told { /* zygote -> small process */
    pid_t pid;
    int status;
    long long busy_ns, clone_ns, cpu_ns, child_cpu_ns;
};
struct facts { /* what init measured about itself */
    int status;
    long long net_ns, mounts_ns, fork_ns;
};

/* Absent in the small process; in the zygote the interpreter exports them. */
__attribute__((weak)) void PyOS_BeforeFork(void), PyOS_AfterFork_Parent(void),
    PyOS_AfterFork_Child(void);
int cell_shapes_serve(int channel);

static long long clock_ns(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static long long now(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static long long cpu_of(const struct rusage *u)
{
    return (u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1000000000LL +
           (u->ru_utime.tv_usec + u->ru_stime.tv_usec) * 1000LL;
}

static long must(long r, const char *what)
{
    if (r < 0) {
        fprintf(stderr, "cell_shapes: cannot %s: %s\n", what, strerror(errno));
        _exit(99);
    }
    return r;
}

/* A raw clone leaves the thread id that libc caches as the parent's, so the kernel repairs it. */
static pid_t clone3(uint64_t flags, int exit_signal, int *pidfd)
{
    int *tid = NULL;
    must(prctl(PR_GET_TID_ADDRESS, &tid), "find the thread id");
    struct clone_args args = {.flags = flags | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID,
                              .pidfd = (uintptr_t)pidfd,
                              .child_tid = (uintptr_t)tid,
                              .exit_signal = (uint64_t)exit_signal};
    return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

/* Sends or receives one ask with its three descriptors; returns 0 at the end of the connection. */
static int pass_ask(int channel, struct ask *ask, int fds[3], int send)
{
    char control[CMSG_SPACE(3 * sizeof(int))] = {0};
    struct iovec part = {ask, sizeof(*ask)};
    struct msghdr m = {NULL, 0, &part, 1, control, sizeof(control), 0};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    *c = (struct cmsghdr){CMSG_LEN(3 * sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
    if (send)
        memcpy(CMSG_DATA(c), fds, 3 * sizeof(int));
    ssize_t r = send ? sendmsg(channel, &m, MSG_NOSIGNAL) : recvmsg(channel, &m, MSG_CMSG_CLOEXEC);
    if (!send)
        memcpy(fds, CMSG_DATA(c), 3 * sizeof(int));
    return r == sizeof(*ask);
}

/* What both shapes do in pid 1: a tmpfs root with eight read-only binds, pivoted into. */
static void build_root(void)
{
    static const char *const SEEN[] = {"bin", "etc", "lib", "opt", "sbin", "srv", "usr", "var"};
    struct mount_attr flags = {MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV, 0, 0, 0};
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make / private");
    must(mount("tmpfs", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=16m,nr_inodes=1024,mode=0755"),
         "mount the root");
    for (size_t i = 0; i < sizeof(SEEN) / sizeof(*SEEN); i++) {
        char from[16], to[32];
        snprintf(from, sizeof(from), "/%s", SEEN[i]);
        snprintf(to, sizeof(to), "/tmp/%s", SEEN[i]);
        must(mkdir(to, 0755), "make a mount point");
        must(mount(from, to, NULL, MS_BIND | MS_REC, NULL), "bind");
        must(mount_setattr(AT_FDCWD, to, AT_RECURSIVE, &flags, sizeof(flags)), "make read-only");
    }
    must(chdir("/tmp"), "enter the root");
    must(syscall(SYS_pivot_root, ".", "."), "pivot");
    must(umount2(".", MNT_DETACH), "detach the old root");
    must(chdir("/"), "enter /");
    must(mount_setattr(AT_FDCWD, "/", 0, &flags, sizeof(flags)), "make / read-only");
}

static void init_prepare(uint32_t net, int shared_net, struct facts *facts)
{
    long long begun = now();
    must(prctl(PR_SET_PDEATHSIG, SIGKILL), "set the death signal");
    if (net == SHARED)
        must(setns(shared_net, CLONE_NEWNET), "join the shared net namespace");
    facts->net_ns = now() - begun;
    begun = now();
    build_root();
    facts->mounts_ns = now() - begun;
}

/* What both shapes do in the job process once it is inside. */
static void job_run(const struct ask *ask, int gate)
{
    char byte;
    PyOS_AfterFork_Child();
    must(setgroups(0, NULL), "drop groups");
    must(setresgid(SLOT, SLOT, SLOT), "set gid");
    must(setresuid(SLOT, SLOT, SLOT), "set uid");
    must(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "set no_new_privs");
    must(prctl(PR_SET_PDEATHSIG, SIGKILL), "set the death signal");
    if (ask->park)
        (void)!read(gate, &byte, 1);
    ask->end == ABORT ? abort() : _exit((int)ask->end);
}

static uint64_t cell_flags(uint32_t net)
{
    return CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS |
           (net == OWN ? CLONE_NEWNET : 0);
}

/* -- shape: A A2, in the zygote (and the lines with in_cell in fork_asked) */
static void job_enter(const struct ask *ask, int fds[3])
{
    int net = ask->net == HOST ? 0 : CLONE_NEWNET;
    must(setns(fds[0], CLONE_NEWNS | CLONE_NEWIPC | CLONE_NEWUTS | net), "join the cell");
    job_run(ask, fds[2]);
}
/* -- shape: end */

/* -- shape: B, in the zygote's child */
static void init_of_b(const struct ask *ask, int shared_net, int life, int gate)
{
    struct facts facts = {0};
    init_prepare(ask->net, shared_net, &facts);
    long long begun = now();
    pid_t job = (pid_t)must(fork(), "fork the job");
    if (job == 0) {
        close(life);
        job_run(ask, gate);
    }
    facts.fork_ns = now() - begun;
    must(waitpid(job, &facts.status, 0), "reap the job");
    (void)!write(life, &facts, sizeof(facts));
    _exit(0);
}
/* -- shape: end */

static pid_t fork_asked(const struct ask *ask, int fds[3], int own_pids, struct told *told)
{
    int in_cell = ask->shape == A || ask->shape == A2;
    int by_libc = ask->shape == FLOOR || ask->shape == A2;
    uint64_t flags = CLONE_PARENT | (ask->shape == B ? cell_flags(ask->net) : 0);
    PyOS_BeforeFork();
    if (in_cell)
        must(setns(fds[0], CLONE_NEWPID), "enter the pid namespace");
    long long begun = now();
    pid_t pid = by_libc ? fork() : clone3(flags, 0, NULL);
    if (pid == 0) {
        if (ask->shape == B)
            init_of_b(ask, fds[0], fds[1], fds[2]);
        if (in_cell)
            job_enter(ask, fds);
        if (ask->shape != FLOOR)
            PyOS_AfterFork_Child();
        _exit(0);
    }
    told->clone_ns = now() - begun;
    must(pid, "fork");
    if (in_cell)
        must(setns(own_pids, CLONE_NEWPID), "leave the pid namespace");
    PyOS_AfterFork_Parent();
    return pid;
}

/* The zygote's loop; returns when the small process is gone. */
int cell_shapes_serve(int channel)
{
    int own_pids = (int)must(open("/proc/self/ns/pid", O_RDONLY | O_CLOEXEC), "open own namespace");
    struct ask ask;
    int fds[3];
    must(prctl(PR_SET_PDEATHSIG, SIGKILL), "set the death signal");
    while (pass_ask(channel, &ask, fds, 0)) {
        struct told told = {0};
        struct rusage used = {0};
        long long begun = now(), cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
        told.pid = fork_asked(&ask, fds, own_pids, &told);
        for (int i = 0; i < 3; i++)
            close(fds[i]);
        if (ask.shape == FLOOR)
            must(wait4(told.pid, &told.status, 0, &used), "reap");
        told.child_cpu_ns = cpu_of(&used);
        told.busy_ns = now() - begun;
        told.cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        must(write(channel, &told, sizeof(told)), "answer");
        if (ask.shape != A2)
            continue;
        /* -- shape: A2, because only the zygote is the parent */
        must(wait4(told.pid, &told.status, 0, &used), "reap");
        told.cpu_ns = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        told.child_cpu_ns = cpu_of(&used);
        must(write(channel, &told, sizeof(told)), "answer");
        /* -- shape: end */
    }
    return 0;
}

/* From here on: the small process. */
static int channel, shared_net;

struct sandbox { /* life ends with the job; gate holds a parked job back */
    uint32_t shape;
    pid_t init;
    int pidfd, life[2], gate[2];
    long long clone_ns;
    struct facts facts;
    struct told told;
};

/* -- shape: A A2, in the small process */
static void init_of_a(const struct sandbox *s, uint32_t net, int ready)
{
    struct facts facts = {0};
    char byte;
    close(s->life[1]);
    init_prepare(net, shared_net, &facts);
    must(write(ready, &facts, sizeof(facts)), "report ready");
    (void)!read(s->life[0], &byte, 1); /* ends with the job */
    _exit(0);
}

static void open_cell(struct sandbox *s, uint32_t net)
{
    int ready[2];
    must(pipe2(ready, O_CLOEXEC), "make a pipe");
    long long begun = now();
    s->init = (pid_t)must(clone3(CLONE_PIDFD | cell_flags(net), SIGCHLD, &s->pidfd), "make init");
    if (s->init == 0)
        init_of_a(s, net, ready[1]);
    s->clone_ns = now() - begun;
    close(ready[1]);
    must(read(ready[0], &s->facts, sizeof(s->facts)) == sizeof(s->facts) ? 0 : -1, "hear init");
    close(ready[0]);
}
/* -- shape: end */

static void hear(struct told *told)
{
    must(read(channel, told, sizeof(*told)) == sizeof(*told) ? 0 : -1, "hear the zygote");
}

/* Returns the time at which the cell was ready and the zygote was asked. */
static long long open_sandbox(struct sandbox *s, struct ask *ask)
{
    *s = (struct sandbox){.shape = ask->shape, .pidfd = -1};
    must(pipe2(s->life, O_CLOEXEC), "make a pipe");
    must(pipe2(s->gate, O_CLOEXEC), "make a pipe");
    if (ask->shape == A || ask->shape == A2)
        open_cell(s, ask->net);
    long long asked = now();
    int fds[] = {s->pidfd >= 0 ? s->pidfd : shared_net, s->life[1], s->gate[0]};
    must(pass_ask(channel, ask, fds, 1) - 1, "ask the zygote");
    hear(&s->told);
    close(s->life[1]);
    close(s->gate[0]);
    return asked;
}

static void close_sandbox(struct sandbox *s)
{
    close(s->pidfd);
    close(s->life[0]);
    close(s->gate[1]);
}

/* The job first: init cannot finish exiting before it. Returns the CPU time of all others. */
static long long reap_sandbox(struct sandbox *s, long long *ret_job_reaped)
{
    struct rusage job = {0}, init = {0};
    int end = 0;
    if (s->shape == A2)
        hear(&s->told);
    else if (s->shape != FLOOR)
        must(wait4(s->told.pid, &s->told.status, 0, &job), "reap");
    *ret_job_reaped = now();
    if (s->shape == A || s->shape == A2)
        must(wait4(s->init, &end, 0, &init), "reap init");
    must(s->shape != B || read(s->life[0], &s->facts, sizeof(s->facts)) > 0 ? 0 : -1, "hear init");
    must(-(s->told.status | end | s->facts.status), "see a clean end");
    return cpu_of(&job) + cpu_of(&init) + s->told.cpu_ns + s->told.child_cpu_ns;
}

static void sample(struct ask *ask)
{
    struct sandbox s;
    long long reaped, cpu = clock_ns(CLOCK_PROCESS_CPUTIME_ID), begun = now();
    long long asked = open_sandbox(&s, ask);
    long long used = reap_sandbox(&s, &reaped), end = now();
    close_sandbox(&s);
    long long total = ask->shape == FLOOR ? s.told.busy_ns : end - begun;
    printf("%lld %lld %lld %lld %lld %lld ", total, asked - begun, reaped - asked, end - reaped,
           s.told.busy_ns, s.told.clone_ns);
    printf("%lld %lld %lld %lld %lld %lld\n", s.told.cpu_ns,
           used + clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu, s.clone_ns, s.facts.net_ns,
           s.facts.mounts_ns, s.facts.fork_ns);
}

/* Commands on standard input, one line of answer each: sample and open take the fields of struct
 * ask; wait takes a pid; release ends and reaps what is open, drop only closes it. */
int main(int argc, char **argv)
{
    struct sandbox opened[MAX_SANDBOXES];
    size_t n = 0;
    int pair[2];
    char line[128];
    must(argc - 2, "start without the interpreter's command line");
    must(prctl(PR_SET_PDEATHSIG, SIGKILL), "set the death signal");
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    int own = (int)must(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open a net namespace");
    must(unshare(CLONE_NEWNET), "make the shared net namespace");
    shared_net = (int)must(open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC), "open it");
    must(setns(own, CLONE_NEWNET), "return to our own net namespace");
    must(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), "make a socket pair");
    pid_t zygote = (pid_t)must(fork(), "fork the zygote");
    if (zygote == 0) {
        must(dup2(pair[1], 0), "pass the channel");
        must(execv(argv[1], argv + 1), "execute the interpreter");
    }
    close(pair[1]);
    channel = pair[0];
    hear(&opened[0].told); /* the preload is done */
    printf("%d\n", zygote);
    while (fgets(line, sizeof(line), stdin) != NULL) {
        struct ask ask = {0};
        char verb[16] = "";
        long long reaped;
        sscanf(line, "%15s %u %u %u %u", verb, &ask.shape, &ask.net, &ask.park, &ask.end);
        if (strcmp(verb, "sample") == 0) {
            sample(&ask);
        } else if (strcmp(verb, "wait") == 0) {
            siginfo_t info = {0};
            int r = waitid(P_PID, ask.shape, &info, WEXITED | WNOHANG);
            printf("%d %d %d\n", r < 0 ? errno : 0, info.si_code, info.si_status);
        } else if (strcmp(verb, "open") == 0 && n < MAX_SANDBOXES) {
            open_sandbox(&opened[n++], &ask);
            printf("%d %d\n", opened[n - 1].init, opened[n - 1].told.pid);
        } else {
            for (; n > 0; n--) {
                (void)!write(opened[n - 1].gate[1], "", 1); /* open the gate */
                if (strcmp(verb, "release") == 0)
                    reap_sandbox(&opened[n - 1], &reaped);
                close_sandbox(&opened[n - 1]);
            }
            printf("none open\n");
        }
    }
    return 0;
}
