#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "../codec.h"
#include "../spec.h"
#include "test.h"

static void check_request(const struct vector *vector)
{
    static broodbox_Request request;
    const char *where = NULL;

    if (strcmp(vector->verdict, "malformed") == 0)
        return;
    test_case("request", vector->name);
    CHECK(codec_decode_request(vector->bytes, vector->size, &request) == 0);
    int r = spec_check_request(&request, &where);
    if (strcmp(vector->verdict, "ok") == 0)
        CHECK(r == 0 && where == NULL);
    else
        CHECK(r == -EINVAL && where != NULL);
}

static void check_to_init(const struct vector *vector)
{
    static broodbox_ToInit message;
    const char *where = NULL;

    if (strcmp(vector->verdict, "malformed") == 0)
        return;
    test_case("to-init", vector->name);
    CHECK(codec_decode_to_init(vector->bytes, vector->size, &message) == 0);
    int r = spec_check_to_init(&message, &where);
    if (strcmp(vector->verdict, "ok") == 0)
        CHECK(r == 0 && where == NULL);
    else
        CHECK(r == -EINVAL && where != NULL);
}

/* Fills what nanopb would leave behind the bytes with something that is no NUL. */
#define PUT(field, text)                                                                           \
    do {                                                                                           \
        memset((field).bytes, 'x', sizeof(field).bytes);                                           \
        memcpy((field).bytes, text, sizeof(text) - 1);                                             \
        (field).size = sizeof(text) - 1;                                                           \
    } while (0)
#define IS(field, text) (strcmp((const char *)(field).bytes, text) == 0)

static void terminates_requests(void)
{
    static broodbox_Request request;
    broodbox_DefinePlan *plan = &request.body.define_plan;
    broodbox_OpenZygote *zygote = &request.body.open_zygote;
    const char *where = NULL;

    test_case("spec", "what is checked in a plan is a C string afterwards");
    request.which_body = broodbox_Request_define_plan_tag;
    plan->tmp_bytes = plan->out_bytes = plan->out_files = 1;
    plan->binds_count = plan->links_count = 1;
    PUT(plan->binds[0].source, "/usr/lib");
    PUT(plan->binds[0].target, "/lib");
    PUT(plan->links[0].path, "/bin");
    PUT(plan->links[0].content, "usr/bin");
    CHECK(spec_check_request(&request, &where) == 0);
    CHECK(IS(plan->binds[0].source, "/usr/lib") && IS(plan->binds[0].target, "/lib"));
    CHECK(IS(plan->links[0].path, "/bin") && IS(plan->links[0].content, "usr/bin"));

    test_case("spec", "the field that is wrong is named");
    PUT(plan->binds[0].target, "/lib/../etc");
    CHECK(spec_check_request(&request, &where) == -EINVAL && strcmp(where, "Bind.target") == 0);

    test_case("spec", "what is checked in a zygote is a C string afterwards");
    memset(&request, 0, sizeof request);
    request.which_body = broodbox_Request_open_zygote_tag;
    zygote->zygote_id = 1;
    zygote->preload_count = 2;
    PUT(zygote->interpreter, "/usr/bin/python3");
    PUT(zygote->module, "/m.so");
    PUT(zygote->script, "/z.py");
    PUT(zygote->preload[0], "json");
    PUT(zygote->preload[1], "numpy.linalg");
    CHECK(spec_check_request(&request, &where) == 0);
    CHECK(IS(zygote->interpreter, "/usr/bin/python3") && IS(zygote->module, "/m.so"));
    CHECK(IS(zygote->script, "/z.py") && IS(zygote->preload[1], "numpy.linalg"));
}

static void terminates_names(void)
{
    static broodbox_ToInit message;
    broodbox_FileChunk *file = &message.body.file;
    const char *where = NULL;

    test_case("spec", "a file name is a C string afterwards");
    message.which_body = broodbox_ToInit_file_tag;
    PUT(file->name, "data.csv");
    CHECK(spec_check_to_init(&message, &where) == 0 && IS(file->name, "data.csv"));

    test_case("spec", "a file name may fill its field but for the NUL");
    memset(file->name.bytes, 'n', sizeof file->name.bytes);
    file->name.size = sizeof file->name.bytes - 1;
    CHECK(spec_check_to_init(&message, &where) == 0);
    CHECK(strlen((const char *)file->name.bytes) == sizeof file->name.bytes - 1);
    file->name.size = sizeof file->name.bytes;
    CHECK(spec_check_to_init(&message, &where) == -EINVAL);
}

static void refuses_unset(void)
{
    static broodbox_Request request;
    static broodbox_ToInit message;
    const char *where = NULL;

    test_case("spec", "a message without a member is refused");
    CHECK(spec_check_request(&request, &where) == -EINVAL && strcmp(where, "Request.body") == 0);
    CHECK(spec_check_to_init(&message, &where) == -EINVAL && strcmp(where, "ToInit.body") == 0);
}

void test_spec(void)
{
    test_vectors("request.txt", check_request);
    test_vectors("to-init.txt", check_to_init);
    terminates_requests();
    terminates_names();
    refuses_unset();
}
