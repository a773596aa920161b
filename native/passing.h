/* A message with descriptors over a unix socket. */
#pragma once
#include <stddef.h>
#include <sys/types.h>

#define PASSING_MAX 8

/* The whole message and `count` descriptors, up to PASSING_MAX; else -errno. Without a reader -EPIPE, and no signal. */
int passing_send(int socket, const void *message, size_t size, const int *fds, unsigned count,
                 int flags);

/* How many bytes came, or -errno. `ret_fd`, close-on-exec, is the caller's; -1 when none came. */
ssize_t passing_receive(int socket, void *message, size_t size, int flags, int *ret_fd);
