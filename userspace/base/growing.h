// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays that grow while elements are added. */
#pragma once

#include <stddef.h>

/*
 * growing_room() makes room for one more element after `count` elements of `size` bytes. *capacity is the
 * number of elements that there is room for: 0 for NULL, with which every array starts. Returns the array,
 * which may have moved, or NULL when memory is short; the old array is then unchanged.
 */
void *growing_room(void *array, size_t count, size_t *capacity, size_t size);
