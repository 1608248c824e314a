// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of addresses whose IP IDs may come from one counter: those that a search found (id_search.h), thinned out by every
 * round of probes that follows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias/id_series.h"

enum {
    /* 96 MB. More are left out, and counted: a higher rate makes windows narrower. */
    ID_PAIRS_MOST = 4 << 20,
    ID_JUDGED_AT_ONCE = 1 << 15, /* some tens of milliseconds: whoever waits is kept no longer */
};

struct id_pair {
    uint32_t a, b;     /* numbers of addresses */
    float shares;      /* the product of what each round left (id_bounds_test()): how closely was looked */
    float chance;      /* that unrelated counters come as far as this */
    float first_share; /* of the first round that left less than all */
    uint32_t first_ms; /* when that was: the low bits of CLOCK_MONOTONIC */
};

struct id_pairs {
    struct id_pair *list;
    size_t count, capacity;
    uint64_t left_out;   /* for want of room */
    size_t judged, kept; /* of the list, in the round that is being judged */
};

/*
 * id_pairs_add() appends a pair that the first round does not tell apart, or counts it as left out. 0 or -ENOMEM.
 *
 * Its chance is an estimate. Rounds are no new draws: the counters must stand together in one of them, which is what the
 * round's share says, and then go on together. So what later rounds add is that the speeds of both differ by no more
 * than the shares of the first and this round leave room for, where unrelated ones may differ by as much as they are.
 */
int id_pairs_add(struct id_pairs *pairs, const struct id_series *series, uint32_t a, uint32_t b,
                 double share);

/* id_pairs_judge_begin() begins another round; id_pairs_judge_more() drops some of those that it tells apart, and says
 * whether there may be more. */
void id_pairs_judge_begin(struct id_pairs *pairs);
bool id_pairs_judge_more(struct id_pairs *pairs, const struct id_series *series);

void id_pairs_free(struct id_pairs *pairs);
