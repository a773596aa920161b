#include "landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"

#define READ                                                                                       \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Everything but MAKE_CHAR and MAKE_BLOCK: no device node is ever made or reached by path. */
#define WRITE                                                                                      \
    (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                               \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |  \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM |   \
     LANDLOCK_ACCESS_FS_REFER | LANDLOCK_ACCESS_FS_TRUNCATE)

static const struct {
    const char *path;
    __u64 access;
} RULES[] = {
    {"/", READ},
    {"/tmp", READ | WRITE},
    {"/job", READ | WRITE},
    {"/out", READ | WRITE},
    {"/dev/shm", READ | WRITE},
    {"/dev", LANDLOCK_ACCESS_FS_WRITE_FILE},
};

int landlock_abi(void)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    return abi < 0 ? 0 : (int)abi;
}

static __u64 known_access(int abi)
{
    __u64 all = READ | WRITE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK |
                LANDLOCK_ACCESS_FS_IOCTL_DEV;
    if (abi < 2)
        all &= ~LANDLOCK_ACCESS_FS_REFER;
    if (abi < 3)
        all &= ~LANDLOCK_ACCESS_FS_TRUNCATE;
    if (abi < 5)
        all &= ~LANDLOCK_ACCESS_FS_IOCTL_DEV;
    return all;
}

int jail_landlock(struct jail *jail)
{
    int abi = landlock_abi();
    if (abi == 0)
        return fault_set(&jail->fault, "", errno, "the kernel has no Landlock");

    struct landlock_ruleset_abi6 attributes = {.handled_access_fs = known_access(abi)};
    size_t size = sizeof attributes.handled_access_fs;
    if (abi >= 4) {
        attributes.handled_access_net =
            LANDLOCK_ACCESS_NET_BIND_TCP | LANDLOCK_ACCESS_NET_CONNECT_TCP;
        size += sizeof attributes.handled_access_net;
    }
    if (abi >= 6) {
        attributes.scoped = LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET | LANDLOCK_SCOPE_SIGNAL;
        size += sizeof attributes.scoped;
    }
    owned_fd ruleset = (int)syscall(SYS_landlock_create_ruleset, &attributes, size, 0);
    if (ruleset < 0)
        return fault_set(&jail->fault, "", errno, "cannot create a Landlock ruleset");

    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++) {
        owned_fd path = open(RULES[i].path, O_PATH | O_CLOEXEC);
        struct landlock_path_beneath_attr rule = {
            .allowed_access = RULES[i].access & attributes.handled_access_fs, .parent_fd = path};
        /* One bad rule would lose the whole set, so each is fatal to the layer. */
        if (path < 0 ||
            syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) < 0)
            return fault_set(&jail->fault, "", errno, "cannot add the Landlock rule for %s",
                             RULES[i].path);
    }
    if (syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
        return fault_set(&jail->fault, "", errno, "cannot enforce the Landlock ruleset");
    jail->layers[LAYER_LANDLOCK] = abi >= 6 ? LAYER_ON : LAYER_DEGRADED;
    return 0;
}
