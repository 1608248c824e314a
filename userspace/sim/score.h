// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much of a known Internet a survey found, and how much of what it found is true.
 *
 *   recall    = |found and visible| / |visible|      1 where nothing is visible
 *   precision = |found and true|    / |found|        1 where nothing was found
 *
 * Visible is what some probe of the survey would be answered by; true things that no probe could show count
 * neither for nor against. Three kinds of things are scored alike, each named by a 64-bit key.
 *
 *   interface  an address that answered Time Exceeded
 *   link       two responders at consecutive probe TTLs of one target and flow: senders of Time Exceeded, and
 *              the target itself where it answers
 *   target     one that answered itself: record_reaches()
 *
 * Replies to rewritten probes are left out, since which target they belong to is not known; and so are
 * duplicates, which the map of a survey does not have either.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/u64_set.h"
#include "output/record.h"

enum score_kind {
    SCORE_INTERFACE, /* key: the address */
    SCORE_LINK,      /* key: score_link() */
    SCORE_TARGET,    /* key: the address */
    SCORE_KINDS,
};

struct score_things {
    struct u64_set found, real, visible;
};

/* Who answered where: what links are made from. */
struct score_reply {
    uint64_t place; /* target, flow, TTL from high bits to low; the next TTL is the next number */
    uint32_t responder;
};

/* Start with `struct score score = {0}`. */
struct score {
    struct score_things things[SCORE_KINDS];
    struct score_reply *replies;
    size_t reply_count, reply_capacity;
};

struct score_result {
    uint64_t visible, found;
    double recall, precision;
};

static inline uint64_t score_link(uint32_t from, uint32_t to)
{
    return (uint64_t)from << 32 | to;
}

/* score_add_record() takes one record of the results, score_add_truth() one thing of the truth. Both return 0
 * or -ENOMEM. */
int score_add_record(struct score *score, const struct record *record);
int score_add_truth(struct score *score, enum score_kind kind, uint64_t key, bool visible);

/* score_find_links() makes links of all records taken so far. Called once, after the last of them. 0 or
 * -ENOMEM. */
int score_find_links(struct score *score);

struct score_result score_result(const struct score *score, enum score_kind kind);

/* score_missed() writes the keys of up to `n` things that are visible and were not found, score_false() of
 * things that were found and are not true; in the order in which they came. Both return how many. */
size_t score_missed(const struct score *score, enum score_kind kind, uint64_t *keys, size_t n);
size_t score_false(const struct score *score, enum score_kind kind, uint64_t *keys, size_t n);

void score_free(struct score *score);
