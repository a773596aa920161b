/* The part of a cell's mount tree that does not depend on the cell: a template, which cells copy as a whole. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "fault.h"
#include "generated/broodbox.pb.h"
#include "mounts.h"

/* Builds the template on `staging` in the caller's mount namespace, makes it the root and read-only for everybody. */
int tree_build(const broodbox_DefinePlan *plan, const struct accounts *accounts,
               const char *staging, struct fault *reterr_fault);

/* Whether cells of both plans can copy one template: the binds and links outside scratch directories are equal. */
bool tree_is_same(const broodbox_DefinePlan *a, const broodbox_DefinePlan *b);

/* Whether a path lies in a scratch directory, which only the cell has: then it is no part of the template. */
bool tree_is_in_scratch(const char *path);

/* A private, read-only, nosuid copy of what is mounted at a host path and below, attached nowhere yet. */
int tree_take(const char *source, uint64_t attributes, int *ret_tree, struct fault *reterr_fault);
/* Attaches it; its place, with every directory above, is made first. Paths start with "./". */
int tree_place(int tree, const char *source, const char *target, struct fault *reterr_fault);
int tree_link(const char *content, const char *path, struct fault *reterr_fault);

/* Fills the fault for step "mounts" with errno. */
int tree_fail(struct fault *reterr_fault, const char *what, const char *where);
