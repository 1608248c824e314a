// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A set of addresses of IPv4 asked once per probe: the blocklist, the special-purpose ranges.
 *
 * Two bits for each /16 say "none of it", "all of it" or "look closer", 16 KB that stay in the first-level
 * cache; only the last needs a binary search over the sorted disjoint ranges.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "target/prefix_list.h"

#define ADDRESS_SPACE (1ULL << 32)

/* Wherever a set is asked, NULL is the empty set. */
struct address_set;

/* address_set_create() builds the set of all addresses under `prefixes`, of IPv4, in any order, which it does
 * not keep. NULL when memory is short. Immutable afterwards, so every thread may ask it. */
struct address_set *address_set_create(const struct prefix_list *prefixes);
void address_set_destroy(struct address_set *set);

bool address_set_contains(const struct address_set *set, struct address address);

/* address_set_covers() says whether all of `prefix` is in the set. */
bool address_set_covers(const struct address_set *set, struct prefix prefix);

/* For the block table (ipv4_block.h): address_set_next_change() is the first address above `address` that is
 * in the set where `address` is not, or the other way round; ADDRESS_SPACE when there is none. */
uint64_t address_set_next_change(const struct address_set *set, uint32_t address);
