/* The templates that the forkserver holds: mount namespaces that nobody is in, for cells to copy (tree.h). */
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define TEMPLATES_MAX 256

struct template
{
    bool held;
    int namespace_fd;
    ino_t inode;   /* names the namespace in /proc/PID/ns */
    uint32_t tree; /* which plans it is for: server.h */
    uid_t first_account;
};

struct templates {
    struct template all[TEMPLATES_MAX];
    unsigned age; /* grows when all are dropped; one that was begun before is not kept */
};

/* The namespace, or -1. It stays the table's. */
int templates_find(const struct templates *templates, uint32_t tree, uid_t first_account);

/* Takes over a namespace that a cell has built. 0 also when it is not kept: then cells to come build their own, which is
 * slower and no less right. -errno when it is not a mount namespace. */
int templates_keep(struct templates *templates, int namespace_fd, uint32_t tree,
                   uid_t first_account);

void templates_drop(struct templates *templates, uint32_t tree);
void templates_drop_all(struct templates *templates);

/* Whether this is a namespace that cells copy, and none may be in. */
bool templates_have(const struct templates *templates, ino_t inode);
