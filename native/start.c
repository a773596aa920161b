#include "start.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"
#include "privileges.h"
#include "rootless.h"

#define STEP "forkserverStart"
#define SLOT_RANGES 512

struct options {
    const char *socket, *scratch;
    enum id_mode id_mode;
    bool id_mode_given;
};

static int parse_options(int argc, char **argv, struct options *ret_options,
                         struct fault *reterr_fault)
{
    static const struct option LONG[] = {{"socket", required_argument, NULL, 's'},
                                         {"scratch", required_argument, NULL, 'd'},
                                         {"id-mode", required_argument, NULL, 'i'},
                                         {0}};
    int option;

    *ret_options = (struct options){0};
    optind = 2; /* behind the role; "+": argv is executed again as it is, so it is not reordered */
    while ((option = getopt_long(argc, argv, "+", LONG, NULL)) != -1) {
        if (option == 's')
            ret_options->socket = optarg;
        else if (option == 'd')
            ret_options->scratch = optarg;
        else if (option == 'i')
            for (int mode = ID_ROOT; mode <= ID_SINGLE; mode++) {
                if (strcmp(optarg, ID_MODE_NAMES[mode]) != 0)
                    continue;
                ret_options->id_mode = (enum id_mode)mode;
                ret_options->id_mode_given = true;
            }
        else
            return fault_set(reterr_fault, STEP, EINVAL, "unknown option");
    }
    if (!ret_options->socket || !ret_options->scratch)
        return fault_set(reterr_fault, STEP, EINVAL, "--socket and --scratch are required");
    return 0;
}

/* The protocol leaves 0 and 1; what was inherited beside 0-2 is closed; everything is close-on-exec. */
static int move_protocol(int requests, int events, struct fault *reterr_fault)
{
    owned_fd null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null < 0 || dup3(0, requests, O_CLOEXEC) < 0 || dup3(1, events, O_CLOEXEC) < 0 ||
        dup2(null, 0) < 0 || dup2(2, 1) < 0)
        return fault_set(reterr_fault, STEP, errno, "cannot move the protocol descriptors");
    unsigned first = (unsigned)(events > requests ? events : requests) + 1;
    for (int fd = 3; fd < (int)first; fd++)
        if (fd != requests && fd != events)
            close(fd);
    if (null >= (int)first || null == requests || null == events)
        steal_fd(&null); /* closed below, or replaced */
    if (syscall(SYS_close_range, first, ~0U, 0) < 0)
        for (int fd = (int)first; fd < 65536; fd++)
            close(fd);
    if (fcntl(requests, F_SETFL, O_NONBLOCK) < 0 || fcntl(events, F_SETFL, O_NONBLOCK) < 0)
        return fault_set(reterr_fault, STEP, errno, "cannot make the protocol non-blocking");
    return 0;
}

static int limit_process(bool root, struct fault *reterr_fault)
{
    static const int IGNORED[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT};
    struct rlimit core = {1, 1}, files;

    /* A terminal's signals reach the whole group; the supervisor decides what they mean. */
    for (size_t i = 0; i < sizeof IGNORED / sizeof *IGNORED; i++)
        signal(IGNORED[i], SIG_IGN);
    umask(077);
    if (prctl(PR_SET_DUMPABLE, 0) < 0 || setrlimit(RLIMIT_CORE, &core) < 0 ||
        getrlimit(RLIMIT_NOFILE, &files) < 0)
        return fault_set(reterr_fault, STEP, errno, "cannot limit the process");
    files.rlim_cur = files.rlim_max;
    if (setrlimit(RLIMIT_NOFILE, &files) < 0)
        return fault_set(reterr_fault, STEP, errno, "cannot raise the descriptor limit");
    if (getpid() == 1)
        return fault_set(reterr_fault, STEP, EPERM,
                         "the forkserver is process 1: start the container with --init");
    return root ? privileges_limit_forkserver(reterr_fault) : 0;
}

/* A range of uids of its own for every forkserver of this host, so that no two sandboxes share one. An abstract
 * socket's name is the lock: the kernel gives it back however the holder dies, and no file is left. */
static int claim_slots(struct server *server, struct fault *reterr_fault)
{
    for (unsigned range = 0; range < SLOT_RANGES; range++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        int length =
            snprintf(address.sun_path + 1, sizeof address.sun_path - 1, "broodbox-slots-%u", range);
        owned_fd lock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (lock < 0)
            return fault_set(reterr_fault, STEP, errno, "cannot make a socket");
        socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
        if (bind(lock, (struct sockaddr *)&address, size) == 0) {
            server->slots_lock = steal_fd(&lock);
            server->first_slot_uid = FIRST_MAPPED_UID + range * 2 * SANDBOXES_MAX;
            return 0;
        }
        if (errno != EADDRINUSE)
            return fault_set(reterr_fault, STEP, errno, "cannot claim a range of uids");
    }
    return fault_set(reterr_fault, STEP, EADDRINUSE, "%d forkservers run on this host already",
                     SLOT_RANGES);
}

/* The number of the first user namespace is fixed (PROC_USER_INIT_INO). Where nobody can tell, ours is not the first. */
static bool in_user_namespace(void)
{
    struct stat own;

    return stat("/proc/self/ns/user", &own) < 0 || own.st_ino != 0xEFFFFFFDU;
}

static int open_epoll(struct server *server, int requests, int events)
{
    struct epoll_event outgoing = {.events = 0, .data.u64 = SOURCE_EVENTS};

    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (server->epoll < 0 || epoll_ctl(server->epoll, EPOLL_CTL_ADD, events, &outgoing) < 0)
        return -errno;
    return server_watch(server, requests, SOURCE_REQUESTS, 0, 0);
}

int start_forkserver(int argc, char **argv, int requests, int events, struct server *ret_server,
                     struct fault *reterr_fault)
{
    static char staging[512];
    struct options options;

    int r = parse_options(argc, argv, &options, reterr_fault);
    if (r < 0)
        return r;
    if (!options.id_mode_given && geteuid() != 0)
        return rootless_enter(argv, reterr_fault);
    ret_server->rootless = options.id_mode != ID_ROOT;
    ret_server->user_namespace = in_user_namespace();
    ret_server->single_id = options.id_mode == ID_SINGLE;
    ret_server->first_slot_uid = FIRST_MAPPED_UID;
    ret_server->socket_path = options.socket;
    ret_server->processors = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    fault_plan_read(&ret_server->fault);
    if (clearenv() != 0)
        return fault_set(reterr_fault, STEP, errno, "cannot clear the environment");
    int due = fault_due(&ret_server->fault, STEP);
    if (due)
        return fault_set(reterr_fault, STEP, due, "injected");
    r = move_protocol(requests, events, reterr_fault);
    if (r == 0)
        r = limit_process(!ret_server->rootless, reterr_fault);
    if (r < 0)
        return r;
    snprintf(staging, sizeof staging, "%s/root", options.scratch);
    if (mkdir(staging, 0700) < 0 && errno != EEXIST)
        return fault_set(reterr_fault, STEP, errno, "cannot make %s", staging);
    ret_server->staging = staging;
    r = cgroup_sweep();
    if (r < 0)
        fprintf(stderr, "forkserver: cannot sweep what an earlier one left: %s\n", strerror(-r));
    if (!ret_server->rootless && (r = claim_slots(ret_server, reterr_fault)) < 0)
        return r;
    r = cgroup_host_open(&ret_server->cgroup_host, reterr_fault);
    if (r == 0 && open_epoll(ret_server, requests, events) < 0)
        r = fault_set(reterr_fault, STEP, errno, "cannot watch the protocol");
    return r;
}
