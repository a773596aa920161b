/*
 * The door of the C side: a decoded message is checked here once, and trusted afterwards. No side effects
 * outside the message.
 */
#pragma once

#include "codec.h"

/*
 * Checks bounds, NULs, absolute normal paths (no "", ".", ".." components), counts and sizes, and writes
 * the terminating NUL behind every path, link content, module name and file name, so that its bytes[] can
 * be used as a C string. 0, or -EINVAL with *reterr_where set to the field, named as in broodbox.proto.
 */
int spec_check_request(broodbox_Request *request, const char **reterr_where);
int spec_check_to_init(broodbox_ToInit *message, const char **reterr_where);
