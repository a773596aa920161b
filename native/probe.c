/* The runner of the host probes: one throw-away child per row, one JSON line per child. A setting is never
 * asked where the thing itself can be tried: on Ubuntu 24.04 unshare(2) succeeds and the next mount fails. */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "probe_internal.h"

/* The alarm ends a probe that waits for something that never comes; the runner's own patience is longer,
 * for a child that cannot even take the signal. */
enum { PROBE_DEADLINE_S = 5, RUNNER_PATIENCE_MS = 7000, REAP_PATIENCE_MS = 1000 };

static const struct probe *const TABLES[] = {
    PROBES_SPACES, PROBES_NETWORK, PROBES_MOUNTS, PROBES_CGROUP, PROBES_PROCESS, PROBES_FILTER,
};

static void note_arguments(struct finding *finding, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));

static void note_arguments(struct finding *finding, const char *format, va_list arguments)
{
    size_t used = strnlen(finding->detail, sizeof(finding->detail));
    if (used > 0 && used + 2 < sizeof(finding->detail)) {
        memcpy(finding->detail + used, "; ", 3);
        used += 2;
    }
    vsnprintf(finding->detail + used, sizeof(finding->detail) - used, format, arguments);
}

void finding_note(struct finding *finding, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    note_arguments(finding, format, arguments);
    va_end(arguments);
}

void finding_degrade(struct finding *finding, int error, const char *format, ...)
{
    va_list arguments;
    if (finding->state == FINDING_ON)
        finding->error = error;
    finding->state = FINDING_DEGRADED;
    va_start(arguments, format);
    note_arguments(finding, format, arguments);
    va_end(arguments);
}

static uint64_t now_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000U + (uint64_t)now.tv_nsec / 1000U;
}

static void pause_ms(long ms)
{
    struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L};
    nanosleep(&time, NULL);
}

static _Noreturn void run_as_child(const struct probe *probe, int report)
{
    struct finding finding = {.state = FINDING_ON};
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    /* A helper program's stray output must not land between two JSON lines. */
    if (null >= 0) {
        dup2(null, STDIN_FILENO);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
    }
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    /* Maps of a non-dumpable process are EACCES, and the forkserver's program may have been made one. */
    prctl(PR_SET_DUMPABLE, 1);
    signal(SIGALRM, SIG_DFL);
    signal(SIGPIPE, SIG_IGN);
    alarm(PROBE_DEADLINE_S);

    uint64_t start = now_us();
    int r = probe->run(&finding);
    finding.us = now_us() - start;
    if (r < 0) {
        finding.state = FINDING_OFF;
        finding.error = -r;
    }
    ssize_t written = write(report, &finding, sizeof(finding));
    _exit(written == (ssize_t)sizeof(finding) ? 0 : 1);
}

/* Reaps the probe and, being their subreaper, everything it left behind. */
static void reap_all(pid_t group, int *ret_status)
{
    for (int waited = 0; waited < REAP_PATIENCE_MS;) {
        int status;
        pid_t pid = waitpid(-1, &status, WNOHANG | __WALL);
        if (pid < 0 && errno == ECHILD)
            return;
        if (pid == group)
            *ret_status = status;
        if (pid > 0)
            continue;
        kill(-group, SIGKILL);
        kill(group, SIGKILL);
        pause_ms(1);
        waited++;
    }
}

static void explain_death(struct finding *finding, int status, bool overdue)
{
    finding->state = FINDING_OFF;
    if (overdue || (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM)) {
        finding->error = ETIMEDOUT;
        finding_note(finding, "gave up after %d s",
                     overdue ? RUNNER_PATIENCE_MS / 1000 : PROBE_DEADLINE_S);
        return;
    }
    finding->error = EIO;
    if (WIFSIGNALED(status))
        finding_note(finding, "the probe was ended by signal %d", WTERMSIG(status));
    else
        finding_note(finding, "the probe ended without an answer");
}

static int run_probe(const struct probe *probe, struct finding *ret_finding)
{
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return -errno;
    pid_t pid = fork();
    if (pid < 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        return -error;
    }
    if (pid == 0) {
        close(ends[0]);
        run_as_child(probe, ends[1]);
    }
    close(ends[1]);

    struct finding finding = {.state = FINDING_OFF};
    struct pollfd readable = {.fd = ends[0], .events = POLLIN};
    int ready = poll(&readable, 1, RUNNER_PATIENCE_MS);
    bool answered =
        ready == 1 && read(ends[0], &finding, sizeof(finding)) == (ssize_t)sizeof(finding);
    close(ends[0]);
    int status = 0;
    /* The probe's own death comes first, so that its status and not our signal is what is explained. */
    if (!answered)
        pause_ms(1);
    reap_all(pid, &status);
    if (!answered) {
        memset(&finding, 0, sizeof(finding));
        explain_death(&finding, status, ready == 0);
    }
    probe_cgroup_sweep(pid);
    *ret_finding = finding;
    return 0;
}

static void print_json_text(const char *text)
{
    putchar('"');
    for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
        if (*c == '"' || *c == '\\')
            printf("\\%c", *c);
        else if (*c < 0x20 || *c >= 0x7f)
            printf("\\u%04x", *c);
        else
            putchar(*c);
    }
    putchar('"');
}

static void print_finding(const struct probe *probe, const struct finding *finding)
{
    static const char *const STATES[] = {"off", "degraded", "on"};
    const char *name = finding->error > 0 ? strerrorname_np(finding->error) : NULL;
    printf("{\"probe\":\"%s\",\"state\":\"%s\",\"errno\":", probe->name, STATES[finding->state]);
    if (finding->error <= 0)
        printf("null");
    else if (name != NULL)
        printf("\"%s\"", name);
    else
        printf("\"E%d\"", finding->error);
    printf(",\"us\":%llu,\"detail\":", (unsigned long long)finding->us);
    print_json_text(finding->detail);
    printf("}\n");
    fflush(stdout);
}

int probe_main(void)
{
    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0)
        return 1;
    for (size_t table = 0; table < sizeof(TABLES) / sizeof(TABLES[0]); table++) {
        for (const struct probe *probe = TABLES[table]; probe->name != NULL; probe++) {
            struct finding finding = {.state = FINDING_OFF};
            if (run_probe(probe, &finding) < 0)
                return 1;
            print_finding(probe, &finding);
        }
    }
    return ferror(stdout) ? 1 : 0;
}

#ifdef PROBE_STANDALONE
int main(void)
{
    return probe_main();
}
#endif
