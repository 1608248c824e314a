// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/pages.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/mman.h>

/* Both are advice: kernels without transparent huge pages, and those before 5.14, refuse it with EINVAL, and
 * pages are small, or come when they are touched. */
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

void *pages_map_as_filled(size_t size)
{
    void *memory = pages_map_untouched(size);

    if (memory)
        (void)madvise(memory, size, MADV_HUGEPAGE);
    return memory;
}

void pages_unmap(void *memory, size_t size)
{
    if (memory)
        munmap(memory, size);
}
