// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Numbers addresses of either family as they come, from 0 on, so that two of them fit into 64 bits. Start with
 * `struct address_numbers numbers = {0}`; one thread only.
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

/* address_numbers_get() writes the number of `address`, a new one where it has none. 0; or -ENOMEM when memory
 * is short or 2^31 have been given. */
int address_numbers_get(struct address_numbers *numbers, struct address address, uint32_t *number);

/* address_numbers_free() leaves nothing that is numbered; it may be used again. */
void address_numbers_free(struct address_numbers *numbers);
