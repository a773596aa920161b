/* Descriptors owned by scope: closed when the variable goes out of scope, given away only by steal_fd. */
#pragma once
#include <errno.h>
#include <unistd.h>

static inline void close_fd(int *fd)
{
    if (*fd >= 0) {
        int saved = errno;
        close(*fd);
        errno = saved;
        *fd = -1;
    }
}

static inline int steal_fd(int *fd)
{
    int taken = *fd;
    *fd = -1;
    return taken;
}

#define owned_fd __attribute__((cleanup(close_fd))) int

/* Repeats a call that a signal interrupted. Never around close(2): Linux has closed it then. */
#define RETRY(call)                                                                                \
    ({                                                                                             \
        long retried_;                                                                             \
        do                                                                                         \
            retried_ = (long)(call);                                                               \
        while (retried_ < 0 && errno == EINTR);                                                    \
        retried_;                                                                                  \
    })
