// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much of a known Internet a survey found, and how much of what it found is true.
 *
 *   recall    = |found and visible| / |visible|      1 where nothing is visible
 *   precision = |found and true|    / |found|        1 where nothing was found
 *
 * Visible is what some probe of the survey would be answered by; true things that no probe could show count
 * neither for nor against. Kinds of things are scored alike, of both families together: interfaces, links
 * and targets, as output/map_part.h has them; and, where these are asked for, aliases: pairs of addresses of one router,
 * visible where both are visible interfaces.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address_numbers.h"
#include "base/u64_set.h"
#include "output/record.h"

enum score_kind {
    SCORE_INTERFACE,
    SCORE_LINK,
    SCORE_TARGET,
    SCORE_ALIAS,
    SCORE_KINDS,
};

struct score_thing {
    struct address address; /* of a link that of its far end */
    struct address from;    /* of a link; of a pair of aliases the other one */
};

/* Keys: the number of an address; of a link that of its near end in the upper 32 bits. */
struct score_things {
    struct u64_set found, real, visible;
};

/* Who answered where: what links are made from. */
struct score_reply {
    uint64_t place;  /* target's number, flow, TTL from high bits to low; the next TTL is the next number */
    uint32_t number; /* of the responder */
};

/* Start with `struct score score = {0}`. */
struct score {
    struct address_numbers numbers;
    struct score_things things[SCORE_KINDS];
    struct score_reply *replies;
    size_t reply_count, reply_capacity;
    bool aliases; /* are asked for: set before the truth is read */
    struct u64_set
        routed;        /* numbers of addresses that the truth says more of than that they are interfaces */
    uint64_t unjudged; /* pairs that were found, of an address of which the truth says nothing */
};

struct score_result {
    uint64_t visible, found;
    double recall, precision;
};

/* score_add_record() takes one record of the results, score_add_truth() one thing of the truth. Both return 0
 * or -ENOMEM. */
int score_add_record(struct score *score, const struct record *record);
int score_add_truth(struct score *score, enum score_kind kind, struct score_thing thing, bool visible);

/* score_add_router() takes two addresses that the truth says are one router's, once all interfaces are known;
 * score_add_alias() two that were found to be, after the truth. Both return 0 or -ENOMEM. */
int score_add_router(struct score *score, struct score_thing pair);
int score_add_alias(struct score *score, struct score_thing pair);

/* score_find_links() makes links of all records taken so far. Called once, after the last of them. 0 or
 * -ENOMEM. */
int score_find_links(struct score *score);

struct score_result score_result(const struct score *score, enum score_kind kind);

/* score_missed() writes up to `n` things that are visible and were not found, score_false() things that were
 * found and are not true; in the order in which they came. Both return how many. */
size_t score_missed(const struct score *score, enum score_kind kind, struct score_thing *things, size_t n);
size_t score_false(const struct score *score, enum score_kind kind, struct score_thing *things, size_t n);

void score_free(struct score *score);
