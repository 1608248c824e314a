// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What all senders of a survey have learnt together.
 *
 *   nodes, links,  changed at once, word by word: what one sender finds is known to all others
 *   limited
 *   means, price   each sender adds its sums after a few probes, unless another sender is adding; then it keeps
 *                  them for the next time
 *   ends           the distances at which paths ended, and whether the hop before a target that answers is missing:
 *                  a byte each, written by the path's owner
 *
 * No sender waits for another, and a slow one delays no other.
 */
#pragma once

#include <stdatomic.h>

#include "strategy/hop_nodes.h"
#include "strategy/limited_hops.h"
#include "strategy/link_marks.h"
#include "strategy/spending.h"
#include "strategy/walk_value.h"

/* In the byte of a path, beside a TTL, which is lower. */
#define WALK_COMMONS_HOLE 0x80U

struct walk_commons {
    struct hop_nodes nodes;
    struct link_marks links;
    struct limited_hops limited;
    struct walk_value value;
    struct spending_pool pool;
    _Atomic uint64_t distances, distance_count; /* of paths that ended: their sum and number */
    _Atomic uint8_t *ends;
    uint64_t paths;
    atomic_flag sharing; /* set while a sender adds its sums */
};

/* walk_commons_init() makes room for the hops and links that `paths` paths may have. Returns 0 or -ENOMEM.
 * walk_commons_free() may be called after either. */
int walk_commons_init(struct walk_commons *commons, uint64_t paths, uint64_t secret);
void walk_commons_free(struct walk_commons *commons);

/* walk_commons_share() adds what a sender has learnt and spent, unless another sender is adding. */
void walk_commons_share(struct walk_commons *commons, struct value_sums *sums, struct spending *spending);

/* walk_commons_prefetch() prefetches the ends around a path. */
static inline void walk_commons_prefetch(const struct walk_commons *commons, uint64_t path)
{
    __builtin_prefetch(&commons->ends[path], 1);
}

/* walk_commons_note_end() stores the distance at which a path ends, and whether its end answered while the hop before it
 * did not. walk_commons_end() returns the distance; 0: not known. walk_commons_has_hole() returns the latter. */
static inline void walk_commons_note_end(struct walk_commons *commons, uint64_t path, uint8_t distance,
                                         bool hole)
{
    uint8_t end = hole ? distance | WALK_COMMONS_HOLE : distance;

    atomic_store_explicit(&commons->ends[path], end, memory_order_relaxed);
}

static inline unsigned walk_commons_end(const struct walk_commons *commons, uint64_t path)
{
    return atomic_load_explicit(&commons->ends[path], memory_order_relaxed) & ~WALK_COMMONS_HOLE;
}

static inline bool walk_commons_has_hole(const struct walk_commons *commons, uint64_t path)
{
    return atomic_load_explicit(&commons->ends[path], memory_order_relaxed) & WALK_COMMONS_HOLE;
}

/* walk_commons_save() writes everything while nothing changes it. walk_commons_load() reads it into a new
 * struct. Returns 0 or -EINVAL. */
int walk_commons_save(const struct walk_commons *commons, FILE *out);
int walk_commons_load(struct walk_commons *commons, FILE *in);
