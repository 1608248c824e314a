// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds pairs of addresses whose IP IDs may come from one counter, by sliding a window over the counters:
 *
 *   counters, sorted by octave of their velocity and by their value at one moment
 *        |---window---|                 those within it, of this octave and the next: id_bounds_test()
 *
 * Two addresses with one counter have the same value at the same time. The window is as wide as the distance
 * that the counter runs between two samples. So instead of all pairs, only the share of pairs within a window
 * is compared.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "alias/id_pairs.h"
#include "alias/id_series.h"

enum {
    ID_OCTAVES = 24, /* velocities up to 2^23 per second, far more than can be followed */
    /* Pairs; takes some tens of milliseconds, so other work does not wait longer. */
    ID_COMPARED_AT_ONCE = 1 << 15,
    /* Pairs per search, a minute or two. Slow counters come first, because comparing them is most
     * significant; the fastest ones are left out and counted. */
    ID_COMPARED_MOST = 1 << 30,
};

/* A counter's state at the moment of comparison. */
struct id_standing {
    uint32_t number;
    uint16_t place;  /* its value */
    uint16_t window; /* how far it runs between two samples */
    uint8_t octave;
};

struct id_search {
    const struct id_series *series;  /* owned by the caller */
    struct id_standing *list;        /* sorted by octave and place */
    size_t count, next;              /* index of the counter to compare with others next */
    size_t begin[ID_OCTAVES + 2];    /* index where each octave begins */
    uint32_t widest[ID_OCTAVES + 1]; /* the widest window in each octave */
    uint64_t compared, most;         /* pairs so far, and the limit: ID_COMPARED_MOST */
    size_t left_out;                 /* counters that were not compared with faster ones */
};

/* id_search_begin() takes those of `series` whose numbers are in `members`; all must be counters. Returns 0
 * or -ENOMEM. */
int id_search_begin(struct id_search *search, const struct id_series *series, const uint32_t *members,
                    size_t count);

/* id_search_go_on() compares some pairs, and appends those that one round does not exclude. Returns 1 while
 * there may be more, then 0; or -ENOMEM. id_search_free() leaves a zeroed structure, as at the start. */
int id_search_go_on(struct id_search *search, struct id_pairs *pairs);
void id_search_free(struct id_search *search);
