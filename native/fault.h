/* Our own failures as data: which step, which errno, what was attempted. Leaves fill it, nobody logs it here. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define STEP_MAX 24
#define DETAIL_MAX 200

struct fault {
    char step[STEP_MAX];
    char detail[DETAIL_MAX];
    int error; /* positive errno */
};

/* Fills the fault and returns -error, so that a caller can `return fault_set(...)`. */
int fault_set(struct fault *reterr_fault, const char *step, int error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Where a fault is injected. Only builds with BROODBOX_FAULTS look at it; a release build has no hook. */
struct fault_plan {
    char step[STEP_MAX];
    int error;
    int remaining; /* how often it still fires */
};

/* Reads BROODBOX_FAULT=step[:errno][:count] in test builds; leaves the plan empty otherwise. */
void fault_plan_read(struct fault_plan *ret_plan);

/* The errno to fail this step with, or 0. Always 0 in release builds. */
int fault_due(struct fault_plan *plan, const char *step);
