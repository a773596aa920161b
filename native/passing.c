#include "passing.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "fd.h"

int passing_send(int socket, const void *message, size_t size, const int *fds, unsigned count,
                 int flags)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int) * PASSING_MAX)];
    } control = {.header = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    struct iovec iov = {.iov_base = (void *)message, .iov_len = size};
    struct msghdr header = {.msg_iov = &iov, .msg_iovlen = 1};

    if (count > PASSING_MAX)
        return -EMFILE;
    if (count > 0) {
        control.header.cmsg_len = CMSG_LEN(sizeof(int) * count);
        memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * count);
        header.msg_control = &control;
        header.msg_controllen = CMSG_SPACE(sizeof(int) * count);
    }
    ssize_t n = RETRY(sendmsg(socket, &header, flags | MSG_NOSIGNAL));
    return n == (ssize_t)size ? 0 : n < 0 ? -errno : -EMSGSIZE;
}

ssize_t passing_receive(int socket, void *message, size_t size, int flags, int *ret_fd)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec iov = {.iov_base = message, .iov_len = size};
    struct msghdr header = {.msg_iov = &iov,
                            .msg_iovlen = 1,
                            .msg_control = &control,
                            .msg_controllen = sizeof control};
    ssize_t n = RETRY(recvmsg(socket, &header, flags | MSG_CMSG_CLOEXEC));

    *ret_fd = -1;
    if (n < 0)
        return -errno;
    struct cmsghdr *first = CMSG_FIRSTHDR(&header);
    if (first && first->cmsg_level == SOL_SOCKET && first->cmsg_type == SCM_RIGHTS)
        memcpy(ret_fd, CMSG_DATA(first), sizeof *ret_fd);
    return n;
}
