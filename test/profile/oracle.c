/*
 * The same policy through libseccomp. Reads on stdin
 *
 *     arch x86_64|aarch64
 *     call NAME NUMBER            prints "number NAME OURS THEIRS" when libseccomp numbers it otherwise
 *     layer                       starts a filter: its rules allow, everything else is errno 4094
 *     rule NAME NUMBER [INDEX MASK VALUE]...
 *     end                         exports the filter
 *
 * and writes each filter as "program SIZE" with its bytes in hexadecimal. A filter of several verdicts
 * becomes several layers, because libseccomp has one default for all calls and no "otherwise" for one.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static uint32_t token = SCMP_ARCH_X86_64;

static void fail(const char *what, int error)
{
    fprintf(stderr, "oracle: %s: %s\n", what, strerror(error));
    exit(1);
}

static scmp_filter_ctx start_layer(void)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(4094));
    int r;

    if (!filter)
        fail("seccomp_init", ENOMEM);
    if (token != seccomp_arch_native()) {
        r = seccomp_arch_add(filter, token);
        if (r < 0)
            fail("seccomp_arch_add", -r);
        r = seccomp_arch_remove(filter, seccomp_arch_native());
        if (r < 0)
            fail("seccomp_arch_remove", -r);
    }
    r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    if (r < 0)
        fail("seccomp_attr_set", -r);
    return filter;
}

/* The number as the native architecture has it, which is what rules are written in; or -1. */
static int native_number(const char *name, int number)
{
    int native = seccomp_syscall_resolve_name(name);

    if (native != __NR_SCMP_ERROR)
        return native;
    return token == seccomp_arch_native() ? number : -1;
}

static void add_rule(scmp_filter_ctx filter, char *text)
{
    struct scmp_arg_cmp comparisons[6];
    unsigned count = 0;
    char *save = NULL;
    const char *name = strtok_r(text, " \n", &save);
    const char *number = strtok_r(NULL, " \n", &save);
    int call, r;

    if (!name || !number)
        fail("rule", EINVAL);
    for (const char *index; count < 6 && (index = strtok_r(NULL, " \n", &save));) {
        const char *mask = strtok_r(NULL, " \n", &save);
        const char *value = strtok_r(NULL, " \n", &save);

        if (!mask || !value)
            fail("rule", EINVAL);
        comparisons[count++] = (struct scmp_arg_cmp){
            .arg = (unsigned)strtoul(index, NULL, 10),
            .op = SCMP_CMP_MASKED_EQ,
            .datum_a = strtoull(mask, NULL, 0),
            .datum_b = strtoull(value, NULL, 0),
        };
    }
    call = native_number(name, atoi(number));
    if (call == -1)
        return;
    r = seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, count, comparisons);
    if (r < 0 && r != -EEXIST)
        fail(name, -r);
}

static void export_layer(scmp_filter_ctx filter)
{
    static uint8_t bytes[32768];
    int fd = memfd_create("filter", MFD_CLOEXEC);
    ssize_t size;
    int r;

    if (fd < 0)
        fail("memfd_create", errno);
    r = seccomp_export_bpf(filter, fd);
    if (r < 0)
        fail("seccomp_export_bpf", -r);
    size = pread(fd, bytes, sizeof(bytes), 0);
    if (size < 0)
        fail("pread", errno);
    printf("program ");
    for (ssize_t i = 0; i < size; i++)
        printf("%02x", bytes[i]);
    printf("\n");
    close(fd);
    seccomp_release(filter);
}

static void check_number(char *text)
{
    char *save = NULL;
    const char *name = strtok_r(text, " \n", &save);
    const char *ours = strtok_r(NULL, " \n", &save);
    int theirs;

    if (!name || !ours)
        fail("call", EINVAL);
    theirs = seccomp_syscall_resolve_name_arch(token, name);
    if (theirs == __NR_SCMP_ERROR)
        printf("unknown %s\n", name);
    else if (theirs != atoi(ours))
        printf("number %s %s %d\n", name, ours, theirs);
}

int main(void)
{
    char line[4096];
    scmp_filter_ctx filter = NULL;

    while (fgets(line, sizeof(line), stdin)) {
        if (!strncmp(line, "arch ", 5))
            token = strstr(line, "aarch64") ? SCMP_ARCH_AARCH64 : SCMP_ARCH_X86_64;
        else if (!strncmp(line, "call ", 5))
            check_number(line + 5);
        else if (!strncmp(line, "layer", 5))
            filter = start_layer();
        else if (!strncmp(line, "rule ", 5) && filter)
            add_rule(filter, line + 5);
        else if (!strncmp(line, "end", 3) && filter) {
            export_layer(filter);
            filter = NULL;
        } else
            fail(line, EINVAL);
    }
    return 0;
}
