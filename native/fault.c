#include "fault.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fault_set(struct fault *reterr_fault, const char *step, int error, const char *format, ...)
{
    va_list args;

    snprintf(reterr_fault->step, sizeof reterr_fault->step, "%s", step);
    va_start(args, format);
    vsnprintf(reterr_fault->detail, sizeof reterr_fault->detail, format, args);
    va_end(args);
    reterr_fault->error = error ? error : EIO;
    return -reterr_fault->error;
}

#ifdef BROODBOX_FAULTS
void fault_plan_read(struct fault_plan *ret_plan)
{
    const char *text = getenv("BROODBOX_FAULT");

    memset(ret_plan, 0, sizeof *ret_plan);
    if (!text)
        return;
    size_t length = strcspn(text, ":");
    if (length >= sizeof ret_plan->step)
        return;
    memcpy(ret_plan->step, text, length);
    ret_plan->error = EIO;
    ret_plan->remaining = 1 << 30;
    if (text[length] == ':') {
        char *end;
        ret_plan->error = (int)strtol(text + length + 1, &end, 10);
        if (*end == ':')
            ret_plan->remaining = (int)strtol(end + 1, NULL, 10);
    }
}

int fault_due(struct fault_plan *plan, const char *step)
{
    if (plan->remaining <= 0 || strcmp(plan->step, step) != 0)
        return 0;
    plan->remaining--;
    return plan->error;
}
#else
void fault_plan_read(struct fault_plan *ret_plan)
{
    memset(ret_plan, 0, sizeof *ret_plan);
}

int fault_due(struct fault_plan *plan, const char *step)
{
    (void)plan;
    (void)step;
    return 0;
}
#endif
