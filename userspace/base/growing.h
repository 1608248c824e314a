// SPDX-License-Identifier: GPL-2.0-or-later
/* Arrays that grow while things are added to them. */
#pragma once

#include <stddef.h>

/*
 * growing_room() makes room for one more behind `count` elements of `size` bytes; *capacity is how many there
 * is room for, 0 for the NULL that every array begins as. Returns the array, which may have moved, or NULL
 * when memory is short: then the old one is as it was.
 */
void *growing_room(void *array, size_t count, size_t *capacity, size_t size);
