// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A number for every address, asked once per probe: the address space of each family cut into stretches, each
 * with its number.
 *
 *   ipv4      [ 0 | a | b | … ]   the first address of each of IPv4, ascending; neighbours differ in number.
 *                                 32 bits each
 *   by_top    for each /16 of IPv4, the number of stretches that begin below it
 *   ipv6      [ :: | a | b | … ]  those of IPv6, with an index of their own
 *   values    the numbers, first those of IPv4's
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "target/address_index.h"

struct stretches {
    uint32_t *ipv4;
    size_t ipv4_count, ipv4_capacity;
    struct address_index ipv6;
    uint16_t *values;
    size_t count, capacity; /* of both families */
    uint32_t *by_top;
};

/* stretches_add() begins a stretch, above all there are, those of IPv4 first; the first of a family begins at
 * its lowest address. 0 or -ENOMEM. */
int stretches_add(struct stretches *stretches, struct address first, uint16_t value);

/* stretches_index() prepares the look-ups, after the last stretches_add(). 0 or -ENOMEM. */
int stretches_index(struct stretches *stretches);

/* stretches_free() frees what they hold, in whatever state. */
void stretches_free(struct stretches *stretches);

/* stretches_find() is the number of the stretch that holds `address`, 0 where its family has none. */
uint16_t stretches_find(const struct stretches *stretches, struct address address);

/* stretches_first() and stretches_last() bound the stretch at `position`, below `count`, both inclusive. */
struct address stretches_first(const struct stretches *stretches, size_t position);
struct address stretches_last(const struct stretches *stretches, size_t position);
