// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Computes how much of a known Internet a survey found, and how much of what it found is true.
 *
 *   recall    = |found and visible| / |visible|      1 if nothing is visible
 *   precision = |found and true|    / |found|        1 if nothing was found
 *
 * A thing is visible if it would answer some probe of the survey. True things that no probe could show do not
 * count. All kinds of things are scored in the same way, both families together: interfaces, links and
 * targets, as output/map_part.h defines them; and, on request, aliases: pairs of addresses of one router,
 * which are visible if both are visible interfaces.
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
    struct address address; /* of a link: of its far end */
    struct address from;    /* of a link: of its near end; of an alias pair: the other address */
};

/* Keys: the number of the address; for links, the near end's number in the upper 32 bits. */
struct score_things {
    struct u64_set found, real, visible;
};

/* Who answered where; links are made from these. */
struct score_reply {
    uint64_t place;  /* target's number, flow, TTL, from high bits to low: the next TTL is the next number */
    uint32_t number; /* of the responder */
};

/* Start with `struct score score = {0}`. */
struct score {
    struct address_numbers numbers;
    struct score_things things[SCORE_KINDS];
    struct score_reply *replies;
    size_t reply_count, reply_capacity;
    bool aliases;          /* requested; set before the truth is read */
    struct u64_set routed; /* numbers of addresses about which the truth contains more than that they are
                              interfaces */
    uint64_t unjudged;     /* found pairs with an address about which the truth says nothing */
};

struct score_result {
    uint64_t visible, found;
    double recall, precision;
};

/* score_add_record() adds a record of the results, score_add_truth() a thing of the truth. Both return 0 or
 * -ENOMEM. */
int score_add_record(struct score *score, const struct record *record);
int score_add_truth(struct score *score, enum score_kind kind, struct score_thing thing, bool visible);

/* score_add_router() adds two addresses that belong to one router by the truth, when all interfaces are
 * known. score_add_alias() adds two that were found to belong together, after the truth. Both return 0 or
 * -ENOMEM. */
int score_add_router(struct score *score, struct score_thing pair);
int score_add_alias(struct score *score, struct score_thing pair);

/* score_find_links() makes links from all records. Called once, after the last record. Returns 0 or
 * -ENOMEM. */
int score_find_links(struct score *score);

struct score_result score_result(const struct score *score, enum score_kind kind);

/* score_missed() writes up to `n` visible things that were not found, score_false() things that were found
 * but are not true, in the order of their arrival. Both return how many. */
size_t score_missed(const struct score *score, enum score_kind kind, struct score_thing *things, size_t n);
size_t score_false(const struct score *score, enum score_kind kind, struct score_thing *things, size_t n);

void score_free(struct score *score);
