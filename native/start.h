/* Step forkserverStart: what the forkserver gives up and prepares once, before its first request. */
#pragma once
#include "server.h"

int start_forkserver(int argc, char **argv, int requests, int events, struct server *ret_server,
                     struct fault *reterr_fault);
