/* Walks /out from inside the cell, once the last job process is dead: regular files only, no links, caps. */
#pragma once
#include "relay.h"

struct collection {
    uint64_t bytes_left;
    uint32_t files_left;
    uint32_t skipped;
    bool exceeded;
};

/* Sends every artifact as frames, deeper directories after their siblings. 0 or -errno of the channel:
 * what cannot be read is skipped with a reason. */
int collect_artifacts(struct relay *relay, struct collection *collection);

/* Did the job fill this tmpfs: no block or no inode left? */
bool collect_is_full(const char *path);
