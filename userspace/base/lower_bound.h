// SPDX-License-Identifier: GPL-2.0-or-later
/* Searching a sorted array. What is asked for each probe has searches of its own, in tables that spare most steps. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* lower_bound() is the place of the first of `count` elements of `size` bytes that is not `before` what is `wanted`,
 * `count` where all are. Those that are stand in front of those that are not. */
static inline size_t lower_bound(const void *list, size_t count, size_t size,
                                 bool (*before)(const void *element, const void *wanted), const void *wanted)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (before((const char *)list + middle * size, wanted))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
