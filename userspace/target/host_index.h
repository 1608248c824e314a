// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds the position of a listed host in its list: an open hash table of positions, six bytes per host. With
 * each position a few bits of the host's hash are stored, so that nearly every look-up reads only one address
 * of the list.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target/prefix_list.h"

struct host_index {
    const struct prefix *entries; /* the list */
    uint64_t secret;
    uint32_t *slots; /* position + 1 in the lower bits, bits of the hash above; 0 where free */
    size_t slot_count;
    unsigned place_bits;
};

/* host_index_init() makes room for up to `hosts` of the `count` entries, which must outlive the index.
 * Returns 0 or -ENOMEM. Where `hosts` is 0 it allocates nothing, and nothing can be found. */
int host_index_init(struct host_index *index, const struct prefix *entries, size_t count, size_t hosts,
                    uint64_t secret);
void host_index_free(struct host_index *index);

/* host_index_add() adds `count` entries from position `place` on. None may be in the index yet. */
void host_index_add(struct host_index *index, size_t place, size_t count);

/* host_index_find() finds the position of `host`. Returns false where the host is not in the index. */
bool host_index_find(const struct host_index *index, struct address host, size_t *place);
