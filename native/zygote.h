/* The forkserver's side of a zygote: start it, ask it to fork into a cell, notice its end. */
#pragma once
#include <stdbool.h>
#include <sys/types.h>

#include "generated/broodbox.pb.h"
#include "jail.h"

struct zygote {
    uint32_t id; /* 0: this place is free */
    pid_t pid;
    int pidfd;
    int socket;
    bool closing;
};

/* Spawns the interpreter with the script that preloads and then waits in C. `ambient`: the rootless mode, where
 * capabilities survive the execve only as ambient ones. */
int zygote_spawn(const broodbox_OpenZygote *request, bool ambient, struct zygote *ret_zygote,
                 struct fault *reterr_fault);

/* Hands the cell's descriptors over; they are the zygote's then. `cgroup` is one for the child to be born in, or -1. */
int zygote_request_fork(const struct zygote *zygote, uint32_t sandbox_id,
                        const int fds[static CHILD_FD_COUNT], int cgroup,
                        struct fault *reterr_fault);

/* One message, or -EAGAIN, -EPIPE at the end, -EBADMSG. */
int zygote_read(const struct zygote *zygote, struct zygote_message *ret_message);
