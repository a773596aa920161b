/* Host probes: what an empty network namespace must keep apart. */
#include <errno.h>
#include <netinet/in.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "probe_internal.h"

struct listeners {
    struct sockaddr_in tcp;
    struct sockaddr_un abstract;
    socklen_t abstract_size;
};

static int listen_at(int family, const struct sockaddr *address, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -errno;
    if (bind(fd, address, size) < 0 || listen(fd, 4) < 0) {
        int error = errno;
        close(fd);
        return -error;
    }
    return fd;
}

static int reaches(int family, const struct sockaddr *address, socklen_t size)
{
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool reached = fd >= 0 && connect(fd, address, size) == 0;
    if (fd >= 0)
        close(fd);
    return reached;
}

static int connect_to_both(void *argument)
{
    const struct listeners *to = argument;
    if (reaches(AF_INET, (const struct sockaddr *)&to->tcp, sizeof(to->tcp)))
        return -EISCONN;
    if (reaches(AF_UNIX, (const struct sockaddr *)&to->abstract, to->abstract_size))
        return -EISCONN;
    return 0;
}

static int probe_network_isolation(struct finding *finding)
{
    struct listeners to = {.tcp = {.sin_family = AF_INET}, .abstract = {.sun_family = AF_UNIX}};
    socklen_t size = sizeof(to.tcp);
    to.tcp.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int n = snprintf(to.abstract.sun_path + 1, sizeof(to.abstract.sun_path) - 1,
                     "broodbox-probe-%d", getpid());
    to.abstract_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
    int tcp = listen_at(AF_INET, (const struct sockaddr *)&to.tcp, sizeof(to.tcp));
    int abstract = listen_at(AF_UNIX, (const struct sockaddr *)&to.abstract, to.abstract_size);
    if (tcp < 0 || abstract < 0)
        return tcp < 0 ? tcp : abstract;
    if (getsockname(tcp, (struct sockaddr *)&to.tcp, &size) < 0)
        return -errno;
    if (connect_to_both(&to) == 0) {
        finding_note(finding, "the listener cannot be reached from the host either");
        return -ENOTCONN;
    }
    int r = probe_enter_privileges();
    if (r == 0)
        r = probe_in_child(CLONE_NEWNET, connect_to_both, &to);
    if (r == -EISCONN)
        finding_note(finding, "a listener of the host was reached");
    return r;
}

const struct probe PROBES_NETWORK[] = {
    {"networkIsolation", probe_network_isolation},
    {NULL, NULL},
};
