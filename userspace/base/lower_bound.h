// SPDX-License-Identifier: GPL-2.0-or-later
/* Searching a sorted array. Searches that happen for each probe use other tables, which need fewer steps. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* lower_bound() returns the index of the first of `count` elements of `size` bytes for which before(element,
 * wanted) is false, or `count` if it is true for all. The elements for which it is true must come first. */
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
