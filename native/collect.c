#include "collect.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "compat.h"
#include "fd.h"

#define DEPTH_MAX 16
#define SKIPPED_SENT_MAX 256 /* further ones are only counted */
#define NAME_BYTES 1024

struct entry {
    uint64_t inode;
    int64_t offset;
    uint16_t length;
    uint8_t type;
    char name[];
};

struct directory {
    int fd;
    size_t name_length; /* of its own path below /out */
    ssize_t position, size;
    uint8_t entries[4096] __attribute__((aligned(8)));
};

struct walk {
    struct relay *relay;
    struct collection *collection;
    char name[NAME_BYTES]; /* path of the current entry below /out */
    int depth;
    struct directory directories[DEPTH_MAX];
};

bool collect_is_full(const char *path)
{
    struct statfs status;
    return statfs(path, &status) == 0 && (status.f_bfree == 0 || status.f_ffree == 0);
}

/* No process of the job is left, so nothing can be swapped; the flags hold all the same. */
static int open_beneath(int directory, const char *name, int flags)
{
    struct open_how how = {.flags = (__u64)(flags | O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC),
                           .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS |
                                      RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV};
    int fd = (int)syscall(SYS_openat2, directory, name, &how, sizeof how);
    if (fd < 0 && errno == ENOSYS) /* before 5.6: one component at a time is all that we pass */
        fd = openat(directory, name, (int)how.flags);
    return fd;
}

static int skip(struct walk *walk, const char *reason)
{
    broodbox_ArtifactChunk *chunk = &walk->relay->message.body.artifact;

    if (++walk->collection->skipped > SKIPPED_SENT_MAX)
        return 0;
    walk->relay->message.which_body = broodbox_FromInit_artifact_tag;
    chunk->name.size = (pb_size_t)strlen(walk->name);
    memcpy(chunk->name.bytes, walk->name, chunk->name.size);
    chunk->data.size = 0;
    chunk->last = true;
    snprintf(chunk->skipped, sizeof chunk->skipped, "%s", reason);
    return relay_send(walk->relay);
}

static int send_file(struct walk *walk, int fd, uint64_t size)
{
    broodbox_FromInit *message = &walk->relay->message;
    broodbox_ArtifactChunk *chunk = &message->body.artifact;
    uint64_t left = size;

    do {
        ssize_t n =
            left ? RETRY(read(fd, chunk->data.bytes,
                              left < sizeof chunk->data.bytes ? left : sizeof chunk->data.bytes))
                 : 0;
        if (n < 0)
            return -errno;
        left = n == 0 ? 0 : left - (uint64_t)n;
        message->which_body = broodbox_FromInit_artifact_tag;
        chunk->name.size = (pb_size_t)strlen(walk->name);
        memcpy(chunk->name.bytes, walk->name, chunk->name.size);
        chunk->data.size = (pb_size_t)n;
        chunk->last = left == 0;
        chunk->skipped[0] = '\0';
        int r = relay_send(walk->relay);
        if (r < 0)
            return r;
    } while (left > 0);
    return 0;
}

static int collect_file(struct walk *walk, int directory, const char *name)
{
    struct collection *collection = walk->collection;
    struct stat status;
    owned_fd fd = open_beneath(directory, name, 0);

    if (fd < 0 && errno == EACCES && fchmodat(directory, name, 0400, 0) == 0)
        fd = open_beneath(directory, name, 0);
    if (fd < 0 || fstat(fd, &status) < 0)
        return skip(walk, "unreadable");
    if (!S_ISREG(status.st_mode) || status.st_nlink != 1)
        return skip(walk, "not a regular file with one link");
    if (collection->files_left == 0 || (uint64_t)status.st_size > collection->bytes_left) {
        const char *reason = collection->files_left == 0 ? "too many files" : "too large";
        collection->exceeded = true;
        return skip(walk, reason);
    }
    collection->files_left--;
    collection->bytes_left -= (uint64_t)status.st_size;
    return send_file(walk, fd, (uint64_t)status.st_size);
}

/* /out itself is a mount point, which NO_XDEV would refuse; init's root is ours, so its path is too. */
static int open_directory(int parent, const char *name)
{
    return parent == AT_FDCWD ? open(name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                              : open_beneath(parent, name, O_DIRECTORY);
}

static int push_directory(struct walk *walk, int parent, const char *name, size_t name_length)
{
    if (walk->depth == DEPTH_MAX)
        return skip(walk, "too deep");
    /* Whatever modes the job chose: it owned the directory, and so does init by now. */
    struct stat status;
    if (fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode) &&
        (status.st_mode & 0700) != 0700 && fchmodat(parent, name, 0700, 0) < 0)
        return skip(walk, "unreadable");
    int fd = open_directory(parent, name);
    if (fd < 0)
        return skip(walk, "unreadable");
    struct directory *directory = &walk->directories[walk->depth++];
    directory->fd = fd;
    directory->name_length = name_length;
    directory->position = directory->size = 0;
    return 0;
}

/* The next entry of the innermost directory, or NULL at its end. */
static const struct entry *next_entry(struct directory *directory)
{
    if (directory->position >= directory->size) {
        directory->position = 0;
        directory->size =
            syscall(SYS_getdents64, directory->fd, directory->entries, sizeof directory->entries);
        if (directory->size <= 0)
            return NULL;
    }
    const struct entry *entry = (const void *)(directory->entries + directory->position);
    directory->position += entry->length;
    return entry;
}

static int visit(struct walk *walk, struct directory *directory, const char *name)
{
    struct stat status;
    size_t length = strlen(name), base = directory->name_length;
    size_t offset = base ? base + 1 : 0;

    if (offset + length >= sizeof walk->name) {
        walk->name[base] = '\0';
        return skip(walk, "name too long");
    }
    if (base)
        walk->name[base] = '/';
    memcpy(walk->name + offset, name, length + 1);
    if (fstatat(directory->fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
        return skip(walk, "unreadable");
    if (S_ISDIR(status.st_mode))
        return push_directory(walk, directory->fd, name, offset + length);
    if (S_ISLNK(status.st_mode))
        return skip(walk, "symbolic link");
    if (!S_ISREG(status.st_mode))
        return skip(walk, "special file");
    if (status.st_nlink != 1)
        return skip(walk, "hard link");
    return collect_file(walk, directory->fd, name);
}

int collect_artifacts(struct relay *relay, struct collection *collection)
{
    static struct walk walk;

    walk.relay = relay;
    walk.collection = collection;
    walk.depth = 0;
    collection->exceeded = collect_is_full("/out");
    int r = push_directory(&walk, AT_FDCWD, "/out", 0);
    while (r == 0 && walk.depth > 0) {
        struct directory *directory = &walk.directories[walk.depth - 1];
        const struct entry *entry = next_entry(directory);
        if (!entry) {
            close(directory->fd);
            walk.depth--;
        } else if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0) {
            r = visit(&walk, directory, entry->name);
        }
    }
    return r;
}
