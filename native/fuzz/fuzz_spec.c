/*
 * Any bytes as a Request (first byte even) or a ToInit (odd): decoded and checked, and when both say yes,
 * everything that C goes on to use as a string must be one, and everything it counts must fit.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../codec.h"
#include "../generated/broodbox.pb.h"
#include "../spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds)
{
    if (!holds)
        abort();
}

/* A C string of exactly its size, which ends within its field. */
#define REQUIRE_STRING(field)                                                                      \
    require((field).size > 0 && (field).size < sizeof(field).bytes &&                              \
            strnlen((const char *)(field).bytes, sizeof(field).bytes) == (field).size)

#define REQUIRE_PATH(field)                                                                        \
    do {                                                                                           \
        REQUIRE_STRING(field);                                                                     \
        require_normal((const char *)(field).bytes);                                               \
    } while (0)

/* Said another way than spec.c does. */
static void require_normal(const char *path)
{
    size_t length = strlen(path);

    require(path[0] == '/' && path[length - 1] != '/' && !strstr(path, "//") &&
            !strstr(path, "/./") && !strstr(path, "/../"));
    require(length < 2 || strcmp(path + length - 2, "/.") != 0);
    require(length < 3 || strcmp(path + length - 3, "/..") != 0);
}

static void require_plan(const broodbox_DefinePlan *plan)
{
    require(plan->binds_count <= sizeof plan->binds / sizeof *plan->binds);
    require(plan->links_count <= sizeof plan->links / sizeof *plan->links);
    require(plan->tmp_bytes > 0 && plan->out_bytes > 0 && plan->out_files > 0);
    for (size_t i = 0; i < plan->binds_count; i++) {
        REQUIRE_PATH(plan->binds[i].source);
        REQUIRE_PATH(plan->binds[i].target);
    }
    for (size_t i = 0; i < plan->links_count; i++) {
        REQUIRE_PATH(plan->links[i].path);
        REQUIRE_STRING(plan->links[i].content);
    }
}

static void require_zygote(const broodbox_OpenZygote *zygote)
{
    require(zygote->zygote_id != 0);
    require(zygote->preload_count <= sizeof zygote->preload / sizeof *zygote->preload);
    REQUIRE_PATH(zygote->interpreter);
    REQUIRE_PATH(zygote->module);
    REQUIRE_PATH(zygote->script);
    for (size_t i = 0; i < zygote->preload_count; i++)
        REQUIRE_STRING(zygote->preload[i]);
}

static void require_request(const broodbox_Request *request)
{
    const broodbox_DefineFilter *filter = &request->body.define_filter;

    if (request->which_body == broodbox_Request_define_filter_tag)
        require(filter->program.size > 0 && filter->program.size % 8 == 0 &&
                filter->program.size <= sizeof filter->program.bytes &&
                filter->refusals.size % 8 == 0 &&
                filter->refusals.size <= sizeof filter->refusals.bytes);
    if (request->which_body == broodbox_Request_define_plan_tag)
        require_plan(&request->body.define_plan);
    if (request->which_body == broodbox_Request_open_zygote_tag)
        require_zygote(&request->body.open_zygote);
    if (request->which_body == broodbox_Request_open_sandbox_tag)
        require(request->body.open_sandbox.sandbox_id != 0 &&
                request->body.open_sandbox.has_limits);
    if (request->which_body == broodbox_Request_start_job_tag)
        require(request->body.start_job.has_limits && request->body.start_job.collect_ms > 0);
}

static void require_to_init(const broodbox_ToInit *message)
{
    const broodbox_FileChunk *file = &message->body.file;

    if (message->which_body == broodbox_ToInit_file_tag) {
        REQUIRE_STRING(file->name);
        require(!memchr(file->name.bytes, '/', file->name.size) &&
                file->data.size <= CODEC_CHUNK_MAX);
    }
    if (message->which_body == broodbox_ToInit_spec_tag)
        require(message->body.spec.data.size <= CODEC_CHUNK_MAX);
    if (message->which_body == broodbox_ToInit_stdin_tag)
        require(message->body.stdin.data.size <= CODEC_CHUNK_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static broodbox_Request request;
    static broodbox_ToInit message;
    const char *where = NULL;

    if (size == 0)
        return 0;
    /* A copy of exactly its size: the sanitizer sees the first byte behind it. */
    uint8_t *body = malloc(size);
    require(body != NULL);
    memcpy(body, data + 1, size - 1);
    if (data[0] & 1) {
        memset(&message, 0xa5, sizeof message);
        if (codec_decode_to_init(body, size - 1, &message) == 0) {
            if (spec_check_to_init(&message, &where) == 0)
                require_to_init(&message);
            else
                require(where != NULL);
        }
    } else {
        memset(&request, 0xa5, sizeof request);
        if (codec_decode_request(body, size - 1, &request) == 0) {
            if (spec_check_request(&request, &where) == 0)
                require_request(&request);
            else
                require(where != NULL);
        }
    }
    free(body);
    return 0;
}
