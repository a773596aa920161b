#include "templates.h"

#include <errno.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fd.h"

int templates_find(const struct templates *templates, uint32_t tree, uid_t first_account)
{
    for (int i = 0; i < TEMPLATES_MAX; i++) {
        const struct template *one = &templates->all[i];
        if (one->held && one->tree == tree && one->first_account == first_account)
            return one->namespace_fd;
    }
    return -1;
}

int templates_keep(struct templates *templates, int namespace_fd, uint32_t tree,
                   uid_t first_account)
{
    owned_fd taken = namespace_fd;
    struct stat status;

    int type = ioctl(taken, NS_GET_NSTYPE);
    if (type != CLONE_NEWNS || fstat(taken, &status) < 0)
        return type < 0 ? -errno : -EBADMSG;
    /* Cells that were opened together have all built one. */
    if (templates_find(templates, tree, first_account) >= 0)
        return 0;
    for (int i = 0; i < TEMPLATES_MAX; i++) {
        if (templates->all[i].held)
            continue;
        templates->all[i] = (struct template){.held = true,
                                              .namespace_fd = steal_fd(&taken),
                                              .inode = status.st_ino,
                                              .tree = tree,
                                              .first_account = first_account};
        break;
    }
    return 0;
}

static void drop(struct template *one)
{
    close_fd(&one->namespace_fd);
    one->held = false;
}

void templates_drop(struct templates *templates, uint32_t tree)
{
    for (int i = 0; i < TEMPLATES_MAX; i++)
        if (templates->all[i].held && templates->all[i].tree == tree)
            drop(&templates->all[i]);
}

void templates_drop_all(struct templates *templates)
{
    for (int i = 0; i < TEMPLATES_MAX; i++)
        if (templates->all[i].held)
            drop(&templates->all[i]);
    templates->age++;
}

bool templates_have(const struct templates *templates, ino_t inode)
{
    for (int i = 0; i < TEMPLATES_MAX; i++)
        if (templates->all[i].held && templates->all[i].inode == inode)
            return true;
    return false;
}
