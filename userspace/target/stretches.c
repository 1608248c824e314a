// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/stretches.h"

#include <errno.h>
#include <stdlib.h>

enum {
    FIRST_CAPACITY = 16,
    TOPS = 1 << 16, /* a top is the upper half of an address, a /16 */
};

static int reserve(struct stretches *stretches)
{
    size_t capacity = stretches->capacity ? 2 * stretches->capacity : FIRST_CAPACITY;
    uint32_t *firsts;
    uint16_t *values;

    if (stretches->count < stretches->capacity)
        return 0;
    firsts = reallocarray(stretches->firsts, capacity, sizeof(*firsts));
    if (!firsts)
        return -ENOMEM;
    stretches->firsts = firsts;
    values = reallocarray(stretches->values, capacity, sizeof(*values));
    if (!values)
        return -ENOMEM;
    stretches->values = values;
    stretches->capacity = capacity;
    return 0;
}

int stretches_add(struct stretches *stretches, struct address first, uint16_t value)
{
    if (stretches->count > 0 && stretches->values[stretches->count - 1] == value)
        return 0;

    int error = reserve(stretches);

    if (error)
        return error;
    stretches->firsts[stretches->count] = stretches->count ? address_ipv4(first) : 0;
    stretches->values[stretches->count] = value;
    stretches->count++;
    return 0;
}

int stretches_index(struct stretches *stretches)
{
    size_t below = 0;

    stretches->by_top = calloc(TOPS + 1, sizeof(*stretches->by_top));
    if (!stretches->by_top)
        return -ENOMEM;
    for (uint32_t top = 0; top <= TOPS; top++) {
        while (below < stretches->count && stretches->firsts[below] >> 16 < top)
            below++;
        stretches->by_top[top] = (uint32_t)below;
    }
    return 0;
}

void stretches_free(struct stretches *stretches)
{
    free(stretches->firsts);
    free(stretches->values);
    free(stretches->by_top);
    *stretches = (struct stretches){0};
}

/* The first of those that begin in the address's /16 and above it is searched for:
 * mostly none begins there. */
uint16_t stretches_find(const struct stretches *stretches, struct address address)
{
    uint32_t ipv4 = address_ipv4(address), top = ipv4 >> 16;
    uint32_t low = stretches->by_top[top], high = stretches->by_top[top + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (stretches->firsts[middle] <= ipv4)
            low = middle + 1;
        else
            high = middle;
    }
    return stretches->values[low - 1];
}
