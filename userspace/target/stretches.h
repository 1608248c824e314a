// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A number for every address, asked once per probe: the address space cut into stretches, each with
 * its number.
 *
 *   firsts    [ 0 | a | b | c | … ]   the first address of each, ascending; neighbours differ in number.
 *                                     A table of IPv4, so 32 bits each
 *   by_top    for each /16, the number of stretches that begin below it
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "address.h"

struct stretches {
    uint32_t *firsts;
    uint16_t *values;
    size_t count, capacity;
    uint32_t *by_top;
};

/* stretches_add() begins a stretch, above all there are; the first begins at 0.0.0.0. 0 or -ENOMEM. */
int stretches_add(struct stretches *stretches, struct address first, uint16_t value);

/* stretches_index() prepares the look-ups, after the last stretches_add(). 0 or -ENOMEM. */
int stretches_index(struct stretches *stretches);

/* stretches_free() frees what they hold, in whatever state. */
void stretches_free(struct stretches *stretches);

/* stretches_find() is the number of the stretch that holds `address`. */
uint16_t stretches_find(const struct stretches *stretches, struct address address);

/* stretches_first() and stretches_last() bound the stretch at `position`, both inclusive. */
static inline struct address stretches_first(const struct stretches *stretches, size_t position)
{
    return address_of_ipv4(stretches->firsts[position]);
}

static inline struct address stretches_last(const struct stretches *stretches, size_t position)
{
    return address_of_ipv4(position + 1 < stretches->count ? stretches->firsts[position + 1] - 1
                                                           : UINT32_MAX);
}
