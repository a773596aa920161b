#include <string.h>

#include "../tree.h"
#include "test.h"

static broodbox_DefinePlan one, other;

#define PUT(field, text)                                                                           \
    do {                                                                                           \
        memcpy((field).bytes, text, sizeof(text));                                                 \
        (field).size = sizeof(text) - 1;                                                           \
    } while (0)

#define BIND(plan, from, to)                                                                       \
    do {                                                                                           \
        PUT((plan).binds[(plan).binds_count].source, from);                                        \
        PUT((plan).binds[(plan).binds_count].target, to);                                          \
        (plan).binds_count++;                                                                      \
    } while (0)

#define LINK(plan, at, text)                                                                       \
    do {                                                                                           \
        PUT((plan).links[(plan).links_count].path, at);                                            \
        PUT((plan).links[(plan).links_count].content, text);                                       \
        (plan).links_count++;                                                                      \
    } while (0)

static void begin(const char *name)
{
    test_case("tree", name);
    memset(&one, 0, sizeof one);
    memset(&other, 0, sizeof other);
    BIND(one, "/usr/lib", "/usr/lib");
    BIND(other, "/usr/lib", "/usr/lib");
    LINK(one, "/lib", "usr/lib");
    LINK(other, "/lib", "usr/lib");
}

static void knows_scratch(void)
{
    test_case("tree", "what lies in scratch directories");
    CHECK(tree_is_in_scratch("/in"));
    CHECK(tree_is_in_scratch("/in/data.csv"));
    CHECK(tree_is_in_scratch("/tmp/env/bin/python3"));
    CHECK(tree_is_in_scratch("/dev/shm/x"));
    CHECK(!tree_is_in_scratch("/input"));
    CHECK(!tree_is_in_scratch("/dev/null"));
    CHECK(!tree_is_in_scratch("/usr/tmp"));
    CHECK(!tree_is_in_scratch("/"));
}

static void shares(void)
{
    begin("equal plans, whatever their sizes and ids");
    one.plan_id = one.tmp_bytes = 1;
    other.plan_id = other.tmp_bytes = 2;
    CHECK(tree_is_same(&one, &other));

    begin("inputs are no part of a template, wherever they stand");
    BIND(one, "/srv/a", "/in/a");
    BIND(one, "/usr/share/fonts", "/usr/share/fonts");
    BIND(other, "/usr/share/fonts", "/usr/share/fonts");
    BIND(other, "/srv/b", "/in/b");
    BIND(other, "/srv/c", "/in/c");
    LINK(other, "/tmp/link", "target");
    CHECK(tree_is_same(&one, &other) && tree_is_same(&other, &one));
}

static void tells_apart(void)
{
    begin("one bind more");
    BIND(one, "/etc/ssl", "/etc/ssl");
    CHECK(!tree_is_same(&one, &other) && !tree_is_same(&other, &one));

    begin("another source");
    BIND(one, "/opt/a/python3", "/usr/bin/python3");
    BIND(other, "/opt/b/python3", "/usr/bin/python3");
    CHECK(!tree_is_same(&one, &other));

    begin("another target");
    BIND(one, "/opt/a", "/opt/a");
    BIND(other, "/opt/a", "/opt/ab");
    CHECK(!tree_is_same(&one, &other));

    begin("one link more");
    LINK(other, "/lib64", "usr/lib64");
    CHECK(!tree_is_same(&one, &other) && !tree_is_same(&other, &one));

    begin("another content of a link");
    LINK(one, "/lib64", "usr/lib64");
    LINK(other, "/lib64", "usr/lib");
    CHECK(!tree_is_same(&one, &other));
}

void test_tree(void)
{
    knows_scratch();
    shares();
    tells_apart();
}
