#ifndef BROODBOX_PROBE_INTERNAL_H
#define BROODBOX_PROBE_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum finding_state { FINDING_OFF, FINDING_DEGRADED, FINDING_ON };

/* What one probe found out. Travels over a pipe from the probe's child, so it holds no pointer. */
struct finding {
    enum finding_state state;
    int error; /* errno, positive; 0 where none applies */
    uint64_t us;
    char detail[240];
};

/* A probe returns 0 for "on" and a negative errno for "off"; one that works with less says so by
 * finding_degrade() and returns 0. Runs in its own child: it need not undo what ends with a process. */
typedef int (*probe_function)(struct finding *finding);

struct probe {
    const char *name;
    probe_function run;
};

/* One table per subject; each ends with an empty row. */
extern const struct probe PROBES_SPACES[];
extern const struct probe PROBES_NETWORK[];
extern const struct probe PROBES_MOUNTS[];
extern const struct probe PROBES_CGROUP[];
extern const struct probe PROBES_FILTER[];
extern const struct probe PROBES_PROCESS[];

void finding_note(struct finding *finding, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void finding_degrade(struct finding *finding, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* probe_tools.c: a child's answer is its exit status, so a body returns 0 or a negative errno. */
typedef int (*child_body)(void *argument);
pid_t probe_clone(uint64_t flags, uint64_t exit_signal, int *ret_pidfd, int cgroup_fd);
int probe_in_child(uint64_t flags, child_body body, void *argument);
int probe_wait(pid_t pid);
int probe_read_text(const char *path, char *buffer, size_t capacity);
int probe_write_text(const char *path, const char *text);
bool probe_has_word(const char *text, const char *word);

/* The way every cell is made: as root nothing is needed, anyone else first enters a user namespace. */
bool probe_is_root(void);
int probe_enter_privileges(void);
int probe_drop_capabilities(void);
/* Runs body in a user namespace whose maps the parent wrote: with the given lines, or by newuidmap. */
int probe_in_mapped(uint64_t flags, int (*map)(pid_t child), child_body body, void *argument);

/* probe_leaf.c: one cgroup leaf; `controller` is "" for what every v2 group can do. */
enum { LEAF_PATH_BYTES = 1024 };
struct leaf {
    char path[LEAF_PATH_BYTES];
    char switched[LEAF_PATH_BYTES]; /* the group whose cgroup.subtree_control we changed, or "" */
    char host[LEAF_PATH_BYTES];     /* the leaf into which we moved our own processes, or "" */
    char controller[16];
    bool v2;
};
int probe_leaf_open(const char *controller, bool v2, struct leaf *ret_leaf);
int probe_leaf_open_either(const char *controller, struct leaf *ret_leaf);
void probe_leaf_close(struct leaf *leaf);
int probe_leaf_read(const struct leaf *leaf, const char *name, char *buffer, size_t capacity);
int probe_leaf_write(const struct leaf *leaf, const char *name, const char *text);

/* Removes leaves that a probe which died in the middle left behind. */
void probe_cgroup_sweep(pid_t owner);

#endif
