#include "arenas.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "compat.h"

#define HUGE_BYTES ((size_t)2 << 20)
#define RESERVE_BYTES ((size_t)256 << 20)

/* Part of CPython's C API since 3.4, declared by hand as the fork hooks are. */
struct arena_allocator {
    void *context;
    void *(*allocate)(void *context, size_t size);
    void (*release)(void *context, void *arena, size_t size);
};
extern void PyObject_GetArenaAllocator(struct arena_allocator *allocator);
extern void PyObject_SetArenaAllocator(struct arena_allocator *allocator);

static struct {
    char *start, *next, *end;
    struct arena_allocator original;
} reserve;

static void *allocate(void *context, size_t size)
{
    (void)context;
    if (size > (size_t)(reserve.end - reserve.next))
        return reserve.original.allocate(reserve.original.context, size);
    char *arena = reserve.next;
    reserve.next += size;
    return arena;
}

static void release(void *context, void *arena, size_t size)
{
    (void)context;
    /* The place of a released arena is not used again, its memory goes back at once. */
    if ((char *)arena >= reserve.start && (char *)arena < reserve.end)
        madvise(arena, size, MADV_DONTNEED);
    else
        reserve.original.release(reserve.original.context, arena, size);
}

static char *round_up(char *address)
{
    return address + (-(uintptr_t)address & (HUGE_BYTES - 1));
}

void arenas_reserve(void)
{
    char *start = mmap(NULL, RESERVE_BYTES + HUGE_BYTES, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (start == MAP_FAILED)
        return;
    reserve.start = reserve.next = round_up(start);
    reserve.end = reserve.start + RESERVE_BYTES;
    madvise(reserve.start, RESERVE_BYTES, MADV_HUGEPAGE);
    PyObject_GetArenaAllocator(&reserve.original);
    struct arena_allocator ours = {NULL, allocate, release};
    PyObject_SetArenaAllocator(&ours);
}

/* malloc's heap, whose pages are all in use, as huge pages from now on (from Linux 6.1). */
static void collapse_heap(void)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "re");

    if (!maps)
        return;
    while (fgets(line, sizeof line, maps)) {
        uintptr_t from, to;
        if (!strstr(line, "[heap]") || sscanf(line, "%lx-%lx", &from, &to) != 2)
            continue;
        from += -from & (HUGE_BYTES - 1);
        to &= ~(HUGE_BYTES - 1);
        if (from < to)
            madvise((void *)from, to - from, MADV_COLLAPSE); /* NOLINT(performance-no-int-to-ptr) */
    }
    fclose(maps);
}

void arenas_freeze(void)
{
    collapse_heap();
    if (!reserve.start)
        return;
    /* Children take their arenas from the system, as they would without us, and none of them in huge pages. */
    char *used = round_up(reserve.next);
    if (used < reserve.end)
        munmap(used, (size_t)(reserve.end - used));
    madvise(reserve.start, (size_t)(used - reserve.start), MADV_NOHUGEPAGE);
    reserve.end = used;
    reserve.next = reserve.end;
}
