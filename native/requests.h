/* What the supervisor may ask for: filters, plans and zygotes are kept here, sandboxes in sandbox.c. */
#pragma once
#include "server.h"

/* The request has passed spec_check_request(). */
void request_take(struct server *server, const broodbox_Request *request);
void request_close_zygote(struct server *server, uint32_t id);
