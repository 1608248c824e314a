// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gives addresses of either family the numbers 0, 1, 2 … in the order of their arrival, so that a pair of
 * addresses fits into 64 bits. Initialize with `struct address_numbers numbers = {0}`. For one thread only.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "address.h"

struct address_numbers {
    struct address *addresses; /* by number */
    size_t count, capacity;
    uint32_t *slots; /* open addressing: 1 + the number, 0 where free */
    size_t slot_count;
};

/* address_numbers_get() writes the number of `address`, which gets the next number if it has none. Returns 0,
 * or -ENOMEM when memory is short or 2^31 numbers have been given. */
int address_numbers_get(struct address_numbers *numbers, struct address address, uint32_t *number);

/* address_numbers_free() frees all numbers. The structure may then be used again. */
void address_numbers_free(struct address_numbers *numbers);
