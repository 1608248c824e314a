// SPDX-License-Identifier: GPL-2.0-or-later
/* Pairs of addresses whose IP IDs may come from one counter: found by a search (id_search.h), and reduced by
 * every later round of probes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alias/id_series.h"

enum {
    /* 96 MB. More pairs are left out and counted; a higher rate makes windows narrower, and so finds fewer
     * pairs. */
    ID_PAIRS_MOST = 4 << 20,
    ID_JUDGED_AT_ONCE = 1 << 15, /* takes some tens of milliseconds, so other work does not wait longer */
};

struct id_pair {
    uint32_t a, b;     /* numbers of addresses */
    float shares;      /* the product of the shares of all rounds (id_bounds_test()): how strictly the pair
                          was tested */
    float chance;      /* the chance that unrelated counters pass as many tests */
    float first_share; /* the share of the first round with a share below 1 */
    uint32_t first_ms; /* time of that round: the low bits of CLOCK_MONOTONIC */
};

struct id_pairs {
    struct id_pair *list;
    size_t count, capacity;
    uint64_t left_out;   /* because there was no room */
    size_t judged, kept; /* counts of pairs in the current round */
};

/*
 * id_pairs_add() appends a pair that the first round does not exclude, or counts it as left out. Returns 0 or
 * -ENOMEM.
 *
 * Its chance is an estimate. Rounds are not independent draws: unrelated counters must stand together by
 * chance in one round, which that round's share measures, and then continue together. So later rounds add
 * only this: the speeds of both differ by no more than the shares of the first and this round allow, although
 * unrelated speeds may differ freely.
 */
int id_pairs_add(struct id_pairs *pairs, const struct id_series *series, uint32_t a, uint32_t b,
                 double share);

/* id_pairs_judge_begin() starts another round. id_pairs_judge_more() tests some pairs, drops those that the
 * round excludes, and returns whether there may be more. */
void id_pairs_judge_begin(struct id_pairs *pairs);
bool id_pairs_judge_more(struct id_pairs *pairs, const struct id_series *series);

void id_pairs_free(struct id_pairs *pairs);
