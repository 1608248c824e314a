// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/growing.h"

#include <stdlib.h>

enum {
    FIRST_CAPACITY = 16, /* most lists are short; longer ones are copied at each doubling */
};

void *growing_room(void *array, size_t count, size_t *capacity, size_t size)
{
    size_t wanted = *capacity ? 2 * *capacity : FIRST_CAPACITY;
    void *larger;

    if (count < *capacity)
        return array;
    larger = reallocarray(array, wanted, size);
    if (larger)
        *capacity = wanted;
    return larger;
}
