#include "spec.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* What the other side can write exactly: JavaScript's largest whole number, and a positive off_t. */
#define NUMBER_MAX ((UINT64_C(1) << 53) - 1)
/* 1,024 cores. Keeps percent times a period in microseconds within 32 bits. */
#define CORES_PERCENT_MAX 102400
/* An entry of program (struct sock_filter) and of refusals (struct refusal) is 8 bytes. */
#define ENTRY_BYTES 8
/* The kernel's MAX_ERRNO: a filter cannot answer with more. */
#define ERRNO_MAX 4095

/*
 * Walks the components of a path from `from`: false at an empty one, "." and "..", which the kernel would
 * resolve to somewhere else than the bytes say.
 */
static bool is_normal(const uint8_t *bytes, size_t size, size_t from)
{
    for (size_t start = from; start <= size;) {
        const uint8_t *slash = start < size ? memchr(bytes + start, '/', size - start) : NULL;
        size_t end = slash ? (size_t)(slash - bytes) : size;
        size_t length = end - start;

        if (length == 0 || (length == 1 && bytes[start] == '.') ||
            (length == 2 && bytes[start] == '.' && bytes[start + 1] == '.'))
            return false;
        start = end + 1;
    }
    return true;
}

/* Not empty, without a NUL, and with room for the one that is written behind it. */
static bool take_text(uint8_t *bytes, size_t size, size_t capacity)
{
    if (size == 0 || size >= capacity || memchr(bytes, '\0', size))
        return false;
    bytes[size] = '\0';
    return true;
}

static bool take_path(uint8_t *bytes, size_t size, size_t capacity)
{
    return take_text(bytes, size, capacity) && bytes[0] == '/' && is_normal(bytes, size, 1);
}

static bool take_name(uint8_t *bytes, size_t size, size_t capacity)
{
    return take_text(bytes, size, capacity) && !memchr(bytes, '/', size) &&
           is_normal(bytes, size, 0);
}

/* Each PB_BYTES_ARRAY is a type of its own. */
#define TEXT(field) take_text((field).bytes, (field).size, sizeof(field).bytes)
#define PATH(field) take_path((field).bytes, (field).size, sizeof(field).bytes)
#define NAME(field) take_name((field).bytes, (field).size, sizeof(field).bytes)

#define REQUIRE(holds, where)                                                                      \
    do {                                                                                           \
        if (!(holds))                                                                              \
            return where;                                                                          \
    } while (0)

/* Each check returns the field that is wrong, or NULL. */

static const char *check_limits(bool has_limits, const broodbox_Limits *limits)
{
    REQUIRE(has_limits, "limits");
    REQUIRE(limits->memory_bytes <= NUMBER_MAX, "Limits.memory_bytes");
    REQUIRE(limits->cores_percent <= CORES_PERCENT_MAX, "Limits.cores_percent");
    return NULL;
}

static const char *check_filter(const broodbox_DefineFilter *filter)
{
    REQUIRE(filter->program.size > 0 && filter->program.size % ENTRY_BYTES == 0,
            "DefineFilter.program");
    REQUIRE(filter->refusals.size % ENTRY_BYTES == 0, "DefineFilter.refusals");
    REQUIRE(filter->canary_errno >= 1 && filter->canary_errno <= ERRNO_MAX,
            "DefineFilter.canary_errno");
    return NULL;
}

static const char *check_plan(broodbox_DefinePlan *plan)
{
    for (pb_size_t i = 0; i < plan->binds_count; i++) {
        REQUIRE(PATH(plan->binds[i].source), "Bind.source");
        REQUIRE(PATH(plan->binds[i].target), "Bind.target");
    }
    for (pb_size_t i = 0; i < plan->links_count; i++) {
        REQUIRE(PATH(plan->links[i].path), "Link.path");
        REQUIRE(TEXT(plan->links[i].content), "Link.content");
    }
    /* For tmpfs, size=0 and nr_inodes=0 mean without a limit. */
    REQUIRE(plan->tmp_bytes > 0 && plan->tmp_bytes <= NUMBER_MAX, "DefinePlan.tmp_bytes");
    REQUIRE(plan->out_bytes > 0 && plan->out_bytes <= NUMBER_MAX, "DefinePlan.out_bytes");
    REQUIRE(plan->out_files > 0, "DefinePlan.out_files");
    return NULL;
}

static const char *check_zygote(broodbox_OpenZygote *zygote)
{
    REQUIRE(zygote->zygote_id != 0, "OpenZygote.zygote_id");
    REQUIRE(PATH(zygote->interpreter), "OpenZygote.interpreter");
    REQUIRE(PATH(zygote->module), "OpenZygote.module");
    REQUIRE(PATH(zygote->script), "OpenZygote.script");
    for (pb_size_t i = 0; i < zygote->preload_count; i++)
        REQUIRE(TEXT(zygote->preload[i]), "OpenZygote.preload");
    return NULL;
}

static const char *check_sandbox(const broodbox_OpenSandbox *sandbox)
{
    static const uint8_t zero[sizeof sandbox->nonce];

    REQUIRE(sandbox->sandbox_id != 0, "OpenSandbox.sandbox_id");
    /* A nonce that was not sent reads as zeros. */
    REQUIRE(memcmp(sandbox->nonce, zero, sizeof zero) != 0, "OpenSandbox.nonce");
    return check_limits(sandbox->has_limits, &sandbox->limits);
}

static const char *check_start(const broodbox_StartJob *start)
{
    REQUIRE(start->sandbox_id != 0, "StartJob.sandbox_id");
    REQUIRE(start->collect_ms > 0, "StartJob.collect_ms");
    return check_limits(start->has_limits, &start->limits);
}

static const char *check_run(const broodbox_RunJob *run)
{
    REQUIRE(run->stdout_bytes <= NUMBER_MAX, "RunJob.stdout_bytes");
    REQUIRE(run->stderr_bytes <= NUMBER_MAX, "RunJob.stderr_bytes");
    REQUIRE(run->result_bytes <= NUMBER_MAX, "RunJob.result_bytes");
    REQUIRE(run->artifact_bytes <= NUMBER_MAX, "RunJob.artifact_bytes");
    return NULL;
}

static const char *check_request(broodbox_Request *request)
{
    switch (request->which_body) {
    case broodbox_Request_define_filter_tag:
        return check_filter(&request->body.define_filter);
    case broodbox_Request_define_plan_tag:
        return check_plan(&request->body.define_plan);
    case broodbox_Request_drop_plan_tag:
        return NULL;
    case broodbox_Request_open_zygote_tag:
        return check_zygote(&request->body.open_zygote);
    case broodbox_Request_close_zygote_tag:
        return request->body.close_zygote.zygote_id ? NULL : "CloseZygote.zygote_id";
    case broodbox_Request_open_sandbox_tag:
        return check_sandbox(&request->body.open_sandbox);
    case broodbox_Request_start_job_tag:
        return check_start(&request->body.start_job);
    case broodbox_Request_kill_job_tag:
        return request->body.kill_job.sandbox_id ? NULL : "KillJob.sandbox_id";
    case broodbox_Request_close_sandbox_tag:
        return request->body.close_sandbox.sandbox_id ? NULL : "CloseSandbox.sandbox_id";
    default:
        return "Request.body";
    }
}

static const char *check_to_init(broodbox_ToInit *message)
{
    switch (message->which_body) {
    case broodbox_ToInit_file_tag:
        return NAME(message->body.file.name) ? NULL : "FileChunk.name";
    case broodbox_ToInit_run_tag:
        return check_run(&message->body.run);
    case broodbox_ToInit_spec_tag:
    case broodbox_ToInit_stdin_tag:
        /* Bytes for the job: nothing in them is ours to judge. */
        return NULL;
    default:
        return "ToInit.body";
    }
}

int spec_check_request(broodbox_Request *request, const char **reterr_where)
{
    const char *where = check_request(request);

    if (where == NULL)
        return 0;
    *reterr_where = where;
    return -EINVAL;
}

int spec_check_to_init(broodbox_ToInit *message, const char **reterr_where)
{
    const char *where = check_to_init(message);

    if (where == NULL)
        return 0;
    *reterr_where = where;
    return -EINVAL;
}
