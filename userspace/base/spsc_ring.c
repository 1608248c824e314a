// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/spsc_ring.h"

#include <errno.h>
#include <string.h>

#include "base/pages.h"

/* Whole pages: an element of one cache line must not cross two lines, and its first use must not cause a page
 * fault. */
int spsc_ring_init(struct spsc_ring *ring, uint64_t capacity, size_t element_size)
{
    size_t size;

    memset(ring, 0, sizeof(*ring));
    if (capacity == 0 || (capacity & (capacity - 1)) != 0)
        return -EINVAL;
    if (__builtin_mul_overflow(capacity, element_size, &size))
        return -ENOMEM;
    ring->elements = pages_map(size);
    if (!ring->elements)
        return -ENOMEM;
    ring->element_size = element_size;
    ring->mask = capacity - 1;
    return 0;
}

void spsc_ring_destroy(struct spsc_ring *ring)
{
    pages_unmap(ring->elements, (ring->mask + 1) * ring->element_size);
    ring->elements = NULL;
}
