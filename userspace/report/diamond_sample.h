// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Diamonds of records in any order and of any number, in 25 MB: those that cross the ways to a sample of the prefixes,
 * all of whose hops are kept. At first that is every prefix, and half as many whenever there is no more room.
 */
#pragma once

#include "report/diamonds.h"

enum {
    DIAMONDS_NAMED = 20,
    DIAMONDS_WIDTHS = 65, /* that are told apart, and lengths; the last one is what is larger, too */
};

/* What the sample says. Diamonds are those of one in so many prefixes; numbers of prefixes stand for all. */
struct diamond_numbers {
    uint64_t one_in;
    uint64_t prefixes, crossing, open; /* as in diamonds.h */
    uint64_t count, by_width[DIAMONDS_WIDTHS], by_length[DIAMONDS_WIDTHS];
    struct named_diamond named[DIAMONDS_NAMED]; /* that most prefixes cross */
    unsigned named_count;
};

struct sampled_hop {
    struct address target;
    uint32_t interface;
    uint16_t flow;
    uint8_t ttl;
    bool is_target;
};

struct diamond_sample {
    uint64_t secret; /* of the hashes that choose prefixes: nobody may foresee them */
    unsigned zeros;  /* bits that the hashes of those in the sample begin with */
    struct sampled_hop *hops;
    size_t count, capacity;
    struct address_numbers interfaces;
};

/* diamond_sample_add() takes a record that is part of a map (output/map_part.h): 0 or -ENOMEM. `sample` begins as zeros but
 * for its secret, and diamond_sample_close() leaves zeros. */
int diamond_sample_add(struct diamond_sample *sample, const struct record *record);
void diamond_sample_close(struct diamond_sample *sample);

/* diamond_sample_end() finds the diamonds once all records have come: 0 or a negative errno. */
int diamond_sample_end(struct diamond_sample *sample, struct diamond_numbers *out);
