// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The diamonds of any number of records in any order, in 25 MB: those crossed by the ways to a sample of the
 * prefixes, of which all hops are kept. At first every prefix is in the sample; whenever room runs out, half
 * of them are dropped.
 */
#pragma once

#include "report/diamonds.h"

enum {
    DIAMONDS_NAMED = 20,
    DIAMONDS_WIDTHS = 65, /* widths, and lengths, that are counted separately; the last one includes all
                             larger ones */
};

/* The results of the sample. Diamonds are those of one in `one_in` prefixes; numbers of prefixes are scaled
 * to all. */
struct diamond_numbers {
    uint64_t one_in;
    uint64_t prefixes, crossing, open; /* as in diamonds.h */
    uint64_t count, by_width[DIAMONDS_WIDTHS], by_length[DIAMONDS_WIDTHS];
    struct named_diamond named[DIAMONDS_NAMED]; /* the ones that most prefixes cross */
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
    uint64_t secret; /* for the hashes that choose prefixes, so that nobody can predict them */
    unsigned zeros;  /* number of zero bits with which the hashes of prefixes in the sample begin */
    struct sampled_hop *hops;
    size_t count, capacity;
    struct address_numbers interfaces;
};

/* diamond_sample_add() adds a record that is part of a map (output/map_part.h). Returns 0 or -ENOMEM.
 * `sample` starts as zeros except for its secret; diamond_sample_close() leaves zeros. */
int diamond_sample_add(struct diamond_sample *sample, const struct record *record);
void diamond_sample_close(struct diamond_sample *sample);

/* diamond_sample_end() finds the diamonds after the last record. Returns 0 or a negative errno. */
int diamond_sample_end(struct diamond_sample *sample, struct diamond_numbers *out);
