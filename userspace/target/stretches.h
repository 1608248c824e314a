// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A number for every address, looked up once per probe. The address space of each family is cut into
 * stretches, and each stretch has a number.
 *
 *   ipv4      [ 0 | a | b | … ]   the first address of each IPv4 stretch, ascending, 32 bits each; neighbours have
 *                                 different numbers
 *   by_top    for each /16 of IPv4, how many stretches begin below it
 *   ipv6      [ :: | a | b | … ]  the same for IPv6, with an index of its own
 *   values    the numbers of the stretches, those of IPv4 first
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

/* stretches_add() begins a stretch, above all others, IPv4 before IPv6. The first of a family must begin
 * at the family's lowest address. Returns 0 or -ENOMEM. */
int stretches_add(struct stretches *stretches, struct address first, uint16_t value);

/* stretches_index() prepares look-ups, after the last stretches_add(). Returns 0 or -ENOMEM. */
int stretches_index(struct stretches *stretches);

/* stretches_free() frees what they hold, in any state. */
void stretches_free(struct stretches *stretches);

/* stretches_find() returns the number of the stretch that holds `address`, or 0 where its family has none. */
uint16_t stretches_find(const struct stretches *stretches, struct address address);

/* stretches_first() and stretches_last() return the first and the last address of the stretch at
 * `position`, below `count`. */
struct address stretches_first(const struct stretches *stretches, size_t position);
struct address stretches_last(const struct stretches *stretches, size_t position);
