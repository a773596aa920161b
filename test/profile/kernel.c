/*
 * A compiled filter in the kernel.
 *
 *     kernel probe PROGRAM                 reads "NUMBER ARG..." lines; each call runs in a child of its own
 *                                          under the filter, without a listener; prints "value V",
 *                                          "errno E" or "signal S"
 *     kernel time PROGRAM                  prints the median of 200 installations in microseconds
 *     kernel run PROGRAM REFUSALS -- ARGV  runs a program under the filter, answers each notification
 *                                          from the table and prints "refused NUMBER ERRNO ARG..." on
 *                                          stderr; the first execve is let through
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define INSTALLATIONS 200

struct refusal {
    uint16_t call, error;
    uint8_t pointers, words, count, flags;
};

static struct sock_filter program[4096];
static struct sock_fprog filter = {.filter = program};
static struct refusal refusals[1024];
static size_t n_refusals;

static void fail(const char *what)
{
    fprintf(stderr, "kernel: %s: %s\n", what, strerror(errno));
    exit(1);
}

static size_t load(const char *path, void *to, size_t size)
{
    FILE *file = fopen(path, "re");
    size_t n;

    if (!file)
        fail(path);
    n = fread(to, 1, size, file);
    fclose(file);
    return n;
}

static int install(unsigned flags)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
        fail("no_new_privs");
    return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &filter);
}

static void probe(long number, const unsigned long args[6])
{
    int status, pipes[2];
    long answer[2];
    pid_t child;

    if (pipe(pipes) < 0 || (child = fork()) < 0)
        fail("fork");
    if (child == 0) {
        if (install(0) < 0)
            _exit(99);
        answer[0] = syscall(number, args[0], args[1], args[2], args[3], args[4], args[5]);
        answer[1] = errno;
        if (write(pipes[1], answer, sizeof(answer)) != sizeof(answer))
            _exit(98);
        _exit(0);
    }
    close(pipes[1]);
    if (waitpid(child, &status, 0) != child)
        fail("waitpid");
    if (WIFSIGNALED(status))
        printf("signal %d\n", WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0 || read(pipes[0], answer, sizeof(answer)) != sizeof(answer))
        printf("lost %d\n", WEXITSTATUS(status));
    else if (answer[0] == -1)
        printf("errno %ld\n", answer[1]);
    else
        printf("value %ld\n", answer[0]);
    close(pipes[0]);
    fflush(stdout);
}

static void probe_all(void)
{
    char line[512];

    while (fgets(line, sizeof(line), stdin)) {
        unsigned long args[6] = {0};
        char *at = line;
        long number = (long)strtoul(at, &at, 0);

        for (int i = 0; i < 6; i++)
            args[i] = strtoul(at, &at, 0);
        probe(number, args);
    }
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

static void time_installations(void)
{
    static int64_t took[INSTALLATIONS];

    for (int i = 0; i < INSTALLATIONS; i++) {
        int pipes[2];
        pid_t child;

        if (pipe(pipes) < 0 || (child = fork()) < 0)
            fail("fork");
        if (child == 0) {
            int64_t start;

            prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            start = now_ns();
            if (install(0) < 0)
                _exit(1);
            start = now_ns() - start;
            _exit(write(pipes[1], &start, sizeof(start)) != sizeof(start));
        }
        if (read(pipes[0], &took[i], sizeof(took[i])) != sizeof(took[i]))
            fail("read");
        waitpid(child, NULL, 0);
        close(pipes[0]);
        close(pipes[1]);
    }
    qsort(took, INSTALLATIONS, sizeof(took[0]), compare);
    printf("%.1f\n", (double)took[INSTALLATIONS / 2] / 1000);
}

static int error_of(int number)
{
    for (size_t i = 0; i < n_refusals; i++)
        if (refusals[i].call == number)
            return refusals[i].error;
    return 4093; /* a notification that the table does not know is a fault of the compiler */
}

/* Answers one notification; the first execve is the one that starts the program. */
static void answer(int listener, bool *started)
{
    struct seccomp_notif request = {0};
    struct seccomp_notif_resp response = {0};

    if (ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &request) < 0)
        return;
    response.id = request.id;
    if (!*started && request.data.nr == SYS_execve) {
        *started = true;
        response.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
    } else {
        int error = error_of(request.data.nr);

        response.error = -error;
        fprintf(stderr, "refused %d %d", request.data.nr, error);
        for (int i = 0; i < 6; i++)
            fprintf(stderr, " 0x%" PRIx64, (uint64_t)request.data.args[i]);
        fprintf(stderr, "\n");
    }
    ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &response);
}

static int run(char **argv)
{
    int up[2], down[2], theirs, listener, status;
    bool started = false;
    pid_t child;
    char taken = 1;

    if (pipe2(up, O_CLOEXEC) < 0 || pipe2(down, O_CLOEXEC) < 0 || (child = fork()) < 0)
        fail("fork");
    if (child == 0) {
        theirs = install(SECCOMP_FILTER_FLAG_NEW_LISTENER);
        /* Starting the program closes the listener, so the parent takes it first. */
        if (write(up[1], &theirs, sizeof(theirs)) != sizeof(theirs) ||
            read(down[0], &taken, 1) != 1)
            _exit(98);
        execv(argv[0], argv);
        _exit(97);
    }
    if (read(up[0], &theirs, sizeof(theirs)) != sizeof(theirs) || theirs < 0)
        fail("install");
    listener = (int)syscall(SYS_pidfd_open, child, 0);
    listener = (int)syscall(SYS_pidfd_getfd, listener, theirs, 0);
    if (listener < 0)
        fail("pidfd_getfd");
    if (write(down[1], &taken, 1) != 1)
        fail("write");
    for (;;) {
        struct pollfd poller = {.fd = listener, .events = POLLIN};

        if (poll(&poller, 1, -1) < 0)
            fail("poll");
        if (poller.revents & POLLIN)
            answer(listener, &started);
        else if (poller.revents & POLLHUP)
            break;
    }
    if (waitpid(child, &status, 0) != child)
        fail("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    filter.len = (unsigned short)(load(argv[2], program, sizeof(program)) / sizeof(program[0]));
    if (!strcmp(argv[1], "probe"))
        probe_all();
    else if (!strcmp(argv[1], "time"))
        time_installations();
    else if (!strcmp(argv[1], "run") && argc > 5) {
        n_refusals = load(argv[3], refusals, sizeof(refusals)) / sizeof(refusals[0]);
        return run(argv + 5);
    } else
        return 2;
    return 0;
}
