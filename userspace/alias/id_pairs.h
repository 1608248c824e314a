// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pairs of addresses whose IP IDs may come from one counter: found by a window that slides along the counters, and
 * thinned out by every round of probes that follows.
 *
 *   counters, by octave of their velocity and by where they stand at one moment
 *        |---window---|                 those within it, of this octave and the next: id_bounds_test()
 *
 * Two addresses with one counter stand at the same place at the same time. The window is as wide as the counter goes
 * between two samples: so the pairs that are looked at are, of all, that share, and not all of them.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "alias/id_series.h"

enum {
    /* 64 MB. More are left out, and counted: a higher rate makes windows narrower. */
    ID_PAIRS_MOST = 4 << 20,
};

struct id_pair {
    uint32_t a, b; /* numbers of addresses */
    double chance; /* that unrelated counters came as far as this: the product of all rounds */
};

struct id_pairs {
    struct id_pair *list;
    size_t count, capacity;
    uint64_t left_out; /* for want of room */
};

/* id_pairs_find() appends all pairs among `members` that one round does not tell apart, by their `series`, which are
 * counters all. It sorts `members`. 0 or -ENOMEM. */
int id_pairs_find(struct id_pairs *pairs, const struct id_series *series, uint32_t *members, size_t count);

/* id_pairs_judge() drops those that another round tells apart. */
void id_pairs_judge(struct id_pairs *pairs, const struct id_series *series);

void id_pairs_free(struct id_pairs *pairs);
