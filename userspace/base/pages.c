// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/pages.h"

#include <sys/mman.h>

void *pages_map(size_t size)
{
    void *memory =
        mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (memory == MAP_FAILED)
        return NULL;
    /* Advice: a kernel without transparent huge pages refuses it, and pages are small. */
    (void)madvise(memory, size, MADV_HUGEPAGE);
    return memory;
}

void pages_unmap(void *memory, size_t size)
{
    if (memory)
        munmap(memory, size);
}
