// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds pairs of addresses whose IP IDs may come from one counter, by a window that slides along the counters:
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

#include "alias/id_pairs.h"
#include "alias/id_series.h"

enum {
    ID_OCTAVES = 24, /* velocities up to 2^23 a second, far more than can be followed */
    /* Pairs, some tens of milliseconds: whoever waits is kept no longer. */
    ID_COMPARED_AT_ONCE = 1 << 15,
    /* Pairs of a search, a minute or two. Slow counters come first, which a comparison tells most of; what is left out are
     * the fastest, and they are counted. */
    ID_COMPARED_MOST = 1 << 30,
};

/* A counter as it stands at the moment of comparison. */
struct id_standing {
    uint32_t number;
    uint16_t place;  /* where it stands */
    uint16_t window; /* how far it goes between two samples */
    uint8_t octave;
};

struct id_search {
    const struct id_series *series;  /* the caller's */
    struct id_standing *list;        /* by octave and place */
    size_t count, next;              /* that which is compared with others next */
    size_t begin[ID_OCTAVES + 2];    /* where each octave begins */
    uint32_t widest[ID_OCTAVES + 1]; /* the widest window in it */
    uint64_t compared, most;         /* pairs, so far and at most: ID_COMPARED_MOST */
    size_t left_out;                 /* counters that were not compared with faster ones */
};

/* id_search_begin() takes those of `series` that `members` number, which are counters all. 0 or -ENOMEM. */
int id_search_begin(struct id_search *search, const struct id_series *series, const uint32_t *members,
                    size_t count);

/* id_search_go_on() appends some of the pairs that one round does not tell apart: 1 while there may be more, then 0; or
 * -ENOMEM. id_search_free() leaves zeros, which a search begins as. */
int id_search_go_on(struct id_search *search, struct id_pairs *pairs);
void id_search_free(struct id_search *search);
