#include "jail.h"

#include <string.h>
#include <time.h>

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

int jail_close(struct jail *jail)
{
    uint64_t before = now_us();

    for (unsigned i = 0; i < CHILD_STEP_COUNT; i++) {
        const struct jail_step *step = &CHILD_STEPS[i];
        int due = fault_due(jail->fault_plan, step->name);
        int r = due ? fault_set(&jail->fault, step->name, due, "injected") : step->apply(jail);

        /* A degraded row leaves its layer off; the level is computed from that, from outside. An injected
         * failure must show that the sandbox does not come to be, so it is always fatal. */
        if (r < 0 && (step->on_failure == FATAL || due)) {
            strncpy(jail->fault.step, step->name, sizeof jail->fault.step - 1);
            return r;
        }
        uint64_t after = now_us();
        jail->step_us[i] = (uint32_t)(after - before);
        before = after;
    }
    return 0;
}
