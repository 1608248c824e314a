// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The targets of a survey: a bijection between 0 … count-1 and one host a block.
 *
 * Prefixes are cut into blocks of `granularity`; a prefix longer than that is one block. The host drawn in
 * each block depends on the seed and the block alone, so neither needs storing: what is kept is a table of
 * prefixes (some megabytes for a full routing table), and both directions cost a look-up in it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "siphash.h"
#include "target/address_set.h"
#include "target/prefix_list.h"

struct targets;

struct targets_config {
    unsigned granularity;   /* 1 … 32 */
    struct siphash_key key; /* draws the hosts */
    const struct address_set
        *withheld; /* special-purpose ranges; NULL: none. Blocks wholly inside are left out */
    const struct address_set *avoided; /* the blocklist; NULL: none. A draw that falls into it or into
                                        * `withheld` is repeated a few times; a block wholly inside stays a
                                        * target, so that its probes are counted as blocked */
};

/*
 * targets_create() takes a normalized list, which it does not keep; the sets must outlive the targets.
 * NULL when memory is short. Immutable afterwards. No target at all is not an error here: the count is 0.
 */
struct targets *targets_create(const struct prefix_list *list, const struct targets_config *config);
void targets_destroy(struct targets *targets);

uint64_t targets_count(const struct targets *targets);
uint64_t targets_withheld_count(const struct targets *targets); /* blocks left out */

/* targets_prefetch() asks for the memory that targets_address() will read. */
void targets_prefetch(const struct targets *targets, uint64_t index);

/* targets_address() is the host with this index, below the count. */
uint32_t targets_address(const struct targets *targets, uint64_t index);

/* targets_find() is the inverse: false where `address` is not the host drawn in its block. */
bool targets_find(const struct targets *targets, uint32_t address, uint64_t *index);
