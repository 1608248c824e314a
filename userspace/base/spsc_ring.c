// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/spsc_ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int spsc_ring_init(struct spsc_ring *ring, uint64_t capacity, size_t element_size)
{
    memset(ring, 0, sizeof(*ring));
    if (capacity == 0 || (capacity & (capacity - 1)) != 0)
        return -EINVAL;
    ring->elements = calloc(capacity, element_size);
    if (!ring->elements)
        return -ENOMEM;
    ring->element_size = element_size;
    ring->mask = capacity - 1;
    return 0;
}

void spsc_ring_destroy(struct spsc_ring *ring)
{
    free(ring->elements);
    ring->elements = NULL;
}
