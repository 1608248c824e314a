// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The targets of a survey, of IPv4 so far: a bijection between 0 … count-1 and one host a block.
 *
 * Prefixes are cut into blocks of `granularity`; a prefix longer than that is one block. The host drawn in
 * each block depends on the seed and the block alone (host_draw.h), so neither needs storing: what is kept is
 * a table of runs of blocks (run_table.h; two megabytes for a full routing table, 12 bytes and an index slot
 * or two for a prefix that stands alone), and both directions cost a look-up in it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "address.h"
#include "siphash.h"
#include "target/address_set.h"
#include "target/prefix_list.h"

struct targets;

struct targets_config {
    unsigned granularity;   /* 1 … 32 */
    struct siphash_key key; /* draws the hosts */
    /* Special-purpose ranges; NULL: none. A block is left out when each host that could be drawn in it is
     * withheld; from the others, no withheld one is ever drawn. */
    const struct address_set *withheld;
    /* The blocklist; NULL: none. A draw that falls into either set is repeated up to HOST_DRAWS times; then
     * an avoided host stands, as it does in a block wholly avoided, so that its probes are counted as
     * blocked. */
    const struct address_set *avoided;
};

/*
 * targets_create() takes a normalized list of IPv4 prefixes, which it does not keep; the sets must outlive
 * the targets. NULL when memory is short. Immutable afterwards. No target at all is not an error here: the
 * count is 0.
 */
struct targets *targets_create(const struct prefix_list *list, const struct targets_config *config);
void targets_destroy(struct targets *targets);

uint64_t targets_count(const struct targets *targets);
uint64_t targets_withheld_count(const struct targets *targets); /* blocks left out */

/* targets_prefetch() asks for the memory that targets_address() will read for this index, below the count. */
void targets_prefetch(const struct targets *targets, uint64_t index);

/* targets_address() is the host with this index, below the count. */
struct address targets_address(const struct targets *targets, uint64_t index);

/* targets_find() is the inverse: false where `address` is not the host drawn in its block. */
bool targets_find(const struct targets *targets, struct address address, uint64_t *index);

/* targets_below() is how many targets are below `address`: those from `a` up to `b` have the indexes from
 * targets_below(a) up to targets_below(b). */
uint64_t targets_below(const struct targets *targets, struct address address);
