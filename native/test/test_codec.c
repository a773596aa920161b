#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../codec.h"
#include "../frame.h"
#include "test.h"

/* Decodes from a block of exactly the size, so that the sanitizer sees a read behind its end. */
static int decode_request(const struct vector *vector, broodbox_Request *ret)
{
    uint8_t *body = malloc(vector->size ? vector->size : 1);

    memcpy(body, vector->bytes, vector->size);
    int r = codec_decode_request(body, vector->size, ret);
    free(body);
    return r;
}

static int decode_to_init(const struct vector *vector, broodbox_ToInit *ret)
{
    uint8_t *body = malloc(vector->size ? vector->size : 1);

    memcpy(body, vector->bytes, vector->size);
    int r = codec_decode_to_init(body, vector->size, ret);
    free(body);
    return r;
}

static void check_request(const struct vector *vector)
{
    static broodbox_Request request;
    bool is_malformed = strcmp(vector->verdict, "malformed") == 0;

    test_case("request", vector->name);
    /* What an earlier message left must not show through. */
    memset(&request, 0xa5, sizeof request);
    CHECK(decode_request(vector, &request) == (is_malformed ? -EBADMSG : 0));
}

static void check_to_init(const struct vector *vector)
{
    static broodbox_ToInit message;
    bool is_malformed = strcmp(vector->verdict, "malformed") == 0;

    test_case("to-init", vector->name);
    memset(&message, 0xa5, sizeof message);
    CHECK(decode_to_init(vector, &message) == (is_malformed ? -EBADMSG : 0));
}

static void check_meaning(const struct vector *vector)
{
    static broodbox_Request request;

    if (strcmp(vector->name, "open-sandbox-largest") == 0) {
        test_case("request", "open-sandbox-largest has its numbers");
        const broodbox_OpenSandbox *sandbox = &request.body.open_sandbox;
        CHECK(decode_request(vector, &request) == 0);
        CHECK(request.which_body == broodbox_Request_open_sandbox_tag);
        CHECK(sandbox->sandbox_id == UINT32_MAX && sandbox->zygote_id == 3);
        CHECK(sandbox->filter_id == 1 && sandbox->plan_id == 1 && sandbox->nonce[15] == 15);
        CHECK(sandbox->has_limits && sandbox->limits.memory_bytes == (UINT64_C(1) << 53) - 1);
        CHECK(sandbox->limits.pids == UINT32_MAX && sandbox->limits.cores_percent == 102400);
    }
    if (strcmp(vector->name, "define-plan") == 0) {
        test_case("request", "define-plan has its lists");
        const broodbox_DefinePlan *plan = &request.body.define_plan;
        CHECK(decode_request(vector, &request) == 0);
        CHECK(plan->binds_count == 2 && plan->links_count == 2);
        CHECK(plan->binds[0].source.size == 8 &&
              memcmp(plan->binds[0].source.bytes, "/usr/lib", 8) == 0);
        CHECK(plan->links[0].content.size == 7 &&
              memcmp(plan->links[0].content.bytes, "usr/bin", 7) == 0);
        CHECK(plan->tmp_bytes == 67108864 && plan->out_bytes == 16777216 &&
              plan->out_files == 1024);
    }
    if (strcmp(vector->name, "define-plan-bare") == 0) {
        test_case("request", "define-plan-bare shows nothing of the plan before it");
        CHECK(decode_request(vector, &request) == 0);
        CHECK(request.body.define_plan.binds_count == 0 &&
              request.body.define_plan.links_count == 0);
    }
}

/* ---- encoding: each message below must come out as the vector of its name ---- */

static const uint8_t NONCE[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static void put(pb_bytes_array_t *field, const void *bytes, size_t size)
{
    field->size = (pb_size_t)size;
    memcpy(field->bytes, bytes, size);
}

#define PUT(field, text) put((pb_bytes_array_t *)&(field), text, sizeof(text) - 1)

static void job_exited_denied(broodbox_Event *event)
{
    static const uint8_t args[48] = {[0] = 3, [16] = 16, [24] = 0xff, 0xff, 0xff,
                                     0xff,    0xff,      0xff,        0xff, 0xff};
    broodbox_JobExited *exited = &event->body.job_exited;

    event->which_body = broodbox_Event_job_exited_tag;
    exited->sandbox_id = 12;
    exited->started = true;
    exited->exit_code = 1;
    exited->has_usage = true;
    exited->usage = (broodbox_Usage){
        .wall_us = 12100, .cpu_us = 9800, .memory_peak_bytes = 23068672, .processes_peak = 1};
    exited->denials_count = 2;
    exited->denials[0] = (broodbox_Denial){.call = 42, .error = 13, .count = 3};
    memcpy(exited->denials[0].args, args, sizeof args);
    exited->denials[1] =
        (broodbox_Denial){.call = 101, .error = 1, .count = (UINT64_C(1) << 53) - 1};
    exited->denied_total = (UINT64_C(1) << 53) - 1;
    exited->denied_truncated = true;
}

static bool build_event(const char *name, broodbox_Event *event)
{
    if (strcmp(name, "hello") == 0) {
        event->which_body = broodbox_Event_hello_tag;
        event->body.hello = (broodbox_Hello){1, "ranges", "v2", "v2", "none", 6};
    } else if (strcmp(name, "zygote-gone-negative") == 0) {
        event->which_body = broodbox_Event_zygote_gone_tag;
        event->body.zygote_gone =
            (broodbox_ZygoteGone){.zygote_id = 3, .exit_code = -1, .signal = 9};
    } else if (strcmp(name, "sandbox-ready") == 0) {
        event->which_body = broodbox_Event_sandbox_ready_tag;
        event->body.sandbox_ready =
            (broodbox_SandboxReady){.sandbox_id = 12,
                                    .layers_count = 3,
                                    .layers = {{"pidNamespace", broodbox_LayerState_ON},
                                               {"landlock", broodbox_LayerState_DEGRADED},
                                               {"memoryCgroup", broodbox_LayerState_OFF}},
                                    .steps_count = 2,
                                    .steps = {{"mounts", 412}, {"seccomp", 0}},
                                    .attested = true};
    } else if (strcmp(name, "job-exited-denied") == 0) {
        job_exited_denied(event);
    } else if (strcmp(name, "fault") == 0) {
        event->which_body = broodbox_Event_fault_tag;
        event->body.fault = (broodbox_Fault){.sandbox_id = 12, .step = "mounts", .error = 1};
        PUT(event->body.fault.detail, "cannot bind /usr/lib");
    } else if (strcmp(name, "sandbox-closed-zero") == 0) {
        event->which_body = broodbox_Event_sandbox_closed_tag;
    } else {
        return false;
    }
    return true;
}

static bool build_from_init(const char *name, broodbox_FromInit *message)
{
    if (strcmp(name, "introduction") == 0) {
        message->which_body = broodbox_FromInit_introduction_tag;
        message->body.introduction.sandbox_id = 12;
        memcpy(message->body.introduction.nonce, NONCE, sizeof NONCE);
    } else if (strcmp(name, "output") == 0) {
        message->which_body = broodbox_FromInit_output_tag;
        PUT(message->body.output.data, "hello\n");
    } else if (strcmp(name, "artifact") == 0) {
        message->which_body = broodbox_FromInit_artifact_tag;
        PUT(message->body.artifact.name, "plots/a b.png");
        PUT(message->body.artifact.data, "\x89PNG\r\n");
        message->body.artifact.last = true;
    } else if (strcmp(name, "done-everything") == 0) {
        message->which_body = broodbox_FromInit_done_tag;
        message->body.done = (broodbox_Done){
            (UINT64_C(1) << 53) - 1, UINT64_C(1) << 32, 1, true, true, true, true, UINT32_MAX, 1};
    } else {
        return false;
    }
    return true;
}

/* The frame must be the prefix of the vector's size, then the vector. */
static void check_frame(const struct vector *vector, const uint8_t *frame, size_t size)
{
    uint8_t prefix[FRAME_PREFIX_MAX];
    size_t length = frame_prefix(prefix, (uint32_t)vector->size);

    CHECK(size == length + vector->size);
    if (size != length + vector->size)
        return;
    CHECK(memcmp(frame, prefix, length) == 0);
    CHECK(memcmp(frame + length, vector->bytes, vector->size) == 0);
}

static unsigned encoded;

static void check_event(const struct vector *vector)
{
    static broodbox_Event event;
    static uint8_t frame[CODEC_EVENT_MAX];
    size_t size = 0;

    memset(&event, 0, sizeof event);
    if (!build_event(vector->name, &event))
        return;
    encoded++;
    test_case("event", vector->name);
    CHECK(codec_encode_event(&event, frame, sizeof frame, &size) == 0);
    check_frame(vector, frame, size);
    CHECK(codec_encode_event(&event, frame, size - 1, &size) == -EMSGSIZE);
}

static void check_from_init(const struct vector *vector)
{
    static broodbox_FromInit message;
    static uint8_t frame[CODEC_FROM_INIT_MAX];
    size_t size = 0;

    memset(&message, 0, sizeof message);
    if (!build_from_init(vector->name, &message))
        return;
    encoded++;
    test_case("from-init", vector->name);
    CHECK(codec_encode_from_init(&message, frame, sizeof frame, &size) == 0);
    check_frame(vector, frame, size);
    CHECK(codec_encode_from_init(&message, frame, size - 1, &size) == -EMSGSIZE);
}

static void refuses_to_encode(void)
{
    static broodbox_Event event;
    static broodbox_FromInit message;
    static uint8_t frame[CODEC_FROM_INIT_MAX];
    size_t size = 0;

    test_case("codec", "a message without a member is not sent");
    CHECK(codec_encode_event(&event, frame, sizeof frame, &size) == -EINVAL);
    CHECK(codec_encode_from_init(&message, frame, sizeof frame, &size) == -EINVAL);

    test_case("codec", "the largest artifact chunk fits into its frame");
    message.which_body = broodbox_FromInit_artifact_tag;
    message.body.artifact.name.size = sizeof message.body.artifact.name.bytes;
    message.body.artifact.data.size = CODEC_CHUNK_MAX;
    message.body.artifact.last = true;
    memset(message.body.artifact.skipped, 's', sizeof message.body.artifact.skipped - 1);
    CHECK(codec_encode_from_init(&message, frame, sizeof frame, &size) == 0);

    test_case("codec", "a size beyond its field is refused, not read");
    message.body.artifact.data.size = CODEC_CHUNK_MAX + 1;
    CHECK(codec_encode_from_init(&message, frame, sizeof frame, &size) == -EMSGSIZE);
    message.body.artifact.data.size = 0;
    memset(message.body.artifact.skipped, 's', sizeof message.body.artifact.skipped);
    CHECK(codec_encode_from_init(&message, frame, sizeof frame, &size) == -EMSGSIZE);
}

static void takes_chunks(void)
{
    static broodbox_ToInit message;
    static uint8_t body[CODEC_CHUNK_MAX + 32];
    /* A stdin chunk: tag and length of the member, tag and length of the data. */
    static const uint8_t head[] = {0x22, 0x84, 0xe0, 0x03, 0x0a, 0x80, 0xe0, 0x03};

    test_case("codec", "a chunk holds exactly CODEC_CHUNK_MAX bytes");
    memcpy(body, head, sizeof head);
    CHECK(codec_decode_to_init(body, sizeof head + CODEC_CHUNK_MAX, &message) == 0);
    CHECK(message.body.stdin.data.size == CODEC_CHUNK_MAX);
    body[1]++;
    body[5]++;
    CHECK(codec_decode_to_init(body, sizeof head + CODEC_CHUNK_MAX + 1, &message) == -EBADMSG);
}

void test_codec(void)
{
    test_vectors("request.txt", check_request);
    test_vectors("request.txt", check_meaning);
    test_vectors("to-init.txt", check_to_init);
    test_vectors("event.txt", check_event);
    test_vectors("from-init.txt", check_from_init);
    test_case("codec", "every message that is built here has its vector");
    CHECK(encoded == 10);
    refuses_to_encode();
    takes_chunks();
}
