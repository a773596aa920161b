/* What the forkserver tells the supervisor about a sandbox: kernel facts, as messages. */
#pragma once
#include <sys/resource.h>

#include "server.h"

void report_ready(struct server *server, const struct sandbox *sandbox, bool attested);

/* wait_status and own come from wait4() on the main process; own is used where no cgroup counts. */
void report_exited(struct server *server, const struct sandbox *sandbox, bool started,
                   int wait_status, const struct rusage *own);
