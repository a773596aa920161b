/* usage: leaf-test VECTORS. Runs all suites and ends with `N passed, N failed`. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test.h"

static struct {
    const char *vectors;
    char name[160];
    bool is_running, has_failed;
    unsigned passed, failed;
} run;

static void end_case(void)
{
    if (!run.is_running)
        return;
    if (run.has_failed)
        run.failed++;
    else
        run.passed++;
    run.is_running = false;
}

void test_case(const char *suite, const char *name)
{
    end_case();
    snprintf(run.name, sizeof run.name, "%s: %s", suite, name);
    run.is_running = true;
    run.has_failed = false;
}

void test_check(bool holds, const char *what, const char *file, int line)
{
    if (holds)
        return;
    fprintf(stderr, "%s:%d: %s: not so: %s\n", file, line, run.name, what);
    run.has_failed = true;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *found = c ? strchr(digits, c) : NULL;

    return found ? (int)(found - digits) : -1;
}

static _Noreturn void give_up(const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s\n", what, detail);
    exit(2);
}

size_t test_from_hex(const char *hex, size_t digits, uint8_t *out, size_t capacity)
{
    if (digits == 1 && hex[0] == '-')
        return 0;
    if (digits % 2 || digits / 2 > capacity)
        give_up("not bytes in hex, or too many", hex);
    for (size_t i = 0; i < digits / 2; i++) {
        int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);
        if (high < 0 || low < 0)
            give_up("not bytes in hex", hex);
        out[i] = (uint8_t)(high << 4 | low);
    }
    return digits / 2;
}

void test_vectors(const char *file, void (*take)(const struct vector *vector))
{
    static uint8_t bytes[1 << 17];
    char path[4096];
    char *line = NULL;
    size_t capacity = 0;

    snprintf(path, sizeof path, "%s/%s", run.vectors, file);
    FILE *stream = fopen(path, "re");
    if (!stream)
        give_up("cannot open", path);
    while (getline(&line, &capacity, stream) > 0) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        line[strcspn(line, "\n")] = '\0';
        char *rest = line;
        char *name = strsep(&rest, " "), *verdict = strsep(&rest, " "), *hex = strsep(&rest, " ");
        if (!hex)
            give_up("not a vector", line);
        struct vector vector = {name, verdict, bytes, 0, rest ? rest : ""};
        vector.size = test_from_hex(hex, strlen(hex), bytes, sizeof bytes);
        take(&vector);
    }
    free(line);
    fclose(stream);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        give_up("usage", "leaf-test VECTORS");
    run.vectors = argv[1];
    test_frame();
    test_codec();
    test_spec();
    test_tree();
    end_case();
    printf("%u passed, %u failed\n", run.passed, run.failed);
    return run.failed != 0;
}
