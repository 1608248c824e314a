// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a listed host stands in its list: an open hash table of places, six bytes a host. Beside a place there
 * are a few bits of its hash, so that nearly every look-up reads one address of the list.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target/prefix_list.h"

struct host_index {
    const struct prefix *entries; /* the list's */
    uint64_t secret;
    uint32_t *slots; /* place + 1 in the lower bits, 0 where free */
    size_t slot_count;
    unsigned place_bits;
};

/* host_index_init() makes room for up to `hosts` of the `count` entries, which must outlive it. 0 or -ENOMEM;
 * nothing is needed, and nothing found, where `hosts` is 0. */
int host_index_init(struct host_index *index, const struct prefix *entries, size_t count, size_t hosts,
                    uint64_t secret);
void host_index_free(struct host_index *index);

/* host_index_add() adds `count` entries from `place` on, none of which was there. */
void host_index_add(struct host_index *index, size_t place, size_t count);

/* host_index_find() finds the place of `host`; false where it is not in. */
bool host_index_find(const struct host_index *index, struct address host, size_t *place);
