// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>

#define HUGE_PAGE          ((size_t)2 << 20) /* on x86-64, and on arm64 with pages of 4 KB */
#define LARGEST_SMALL_PAGE ((size_t)64 << 10)
#define WHOLE_FROM         (4 * HUGE_PAGE)

/* Both are advice: kernels without transparent huge pages, or before 5.14, refuse it with EINVAL. Then pages
 * are small, or allocated at the first access. */
static bool make_resident(void *memory, size_t size)
{
    (void)madvise(memory, size, MADV_HUGEPAGE);
    return madvise(memory, size, MADV_POPULATE_WRITE) == 0 || errno == EINVAL;
}

void *pages_map_untouched(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void *pages_map(size_t size)
{
    void *memory = pages_map_untouched(size);

    if (!memory || make_resident(memory, size))
        return memory;
    munmap(memory, size);
    return NULL;
}

/* Sizes are rounded up to a multiple of this. */
static size_t unit_of(size_t size)
{
    if (size < HUGE_PAGE)
        return 1;
    return size < WHOLE_FROM ? LARGEST_SMALL_PAGE : HUGE_PAGE;
}

size_t pages_whole(size_t size)
{
    size_t unit = unit_of(size);

    return (size + unit - 1) / unit * unit;
}

size_t pages_whole_within(size_t size)
{
    return size / unit_of(size) * unit_of(size);
}

/* Kernels before 6.7 do not align mappings: so more is mapped than needed, and the rest unmapped. */
static void *map_aligned(size_t size)
{
    char *memory = pages_map_untouched(size + HUGE_PAGE);

    if (!memory)
        return NULL;
    size_t before = -(uintptr_t)memory % HUGE_PAGE;
    if (before)
        munmap(memory, before);
    munmap(memory + before + size, HUGE_PAGE - before);
    return memory + before;
}

void *pages_map_as_filled(size_t size)
{
    void *memory = size < HUGE_PAGE ? pages_map_untouched(size) : map_aligned(size);

    if (memory)
        (void)madvise(memory, size, MADV_HUGEPAGE);
    return memory;
}

void pages_touch(void *memory, size_t size)
{
    (void)madvise(memory, size, MADV_POPULATE_WRITE);
}

void *pages_map_shared(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void pages_unmap(void *memory, size_t size)
{
    if (memory)
        munmap(memory, size);
}
