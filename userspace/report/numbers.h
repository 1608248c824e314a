// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * All numbers that a report shows about one survey. Their size does not depend on the number of records.
 *
 *   records ──> gather.h, in bounded memory ──> struct numbers ──> figures.h, page.h
 *   metadata ───────────────────────────────────────^
 *
 * Answers are the records from which a map is made (router_map.h): replies of routers at which a TTL expired,
 * and of targets that were reached. Duplicates and rewritten ones are no answers.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/histogram.h"
#include "output/metadata.h"
#include "output/results_match.h"
#include "report/address_map.h"
#include "report/diamond_sample.h"
#include "report/time_bins.h"
#include "report/top_hops.h"

enum {
    NUMBERS_TTLS = 256,
    NUMBERS_HOPS = 20, /* hops that are listed */
    /* Lengths of IPv6 prefixes for which the answering ones are counted: from that of a large network to that
     * of a link. */
    NUMBERS_LENGTH_FIRST = 16,
    NUMBERS_LENGTH_STEP = 4,
    NUMBERS_LENGTHS = 13,
};

/* A count of distinct things. If `one_in` is above 1, it was made from one in so many. */
struct numbers_count {
    uint64_t value, one_in;
};

/* By TTL of the probe, except `replies`. */
struct numbers_ttl {
    uint64_t answers;
    uint64_t interfaces; /* first seen at this TTL */
    uint64_t reached;    /* paths whose target answered at this TTL, and at no lower one */
    uint64_t ended;      /* paths of silent targets with their last hop at this TTL */
    uint64_t replies;    /* records whose own TTL was this one on arrival */
};

/* IPv6 prefixes of one length: those with targets, those with a target that answered itself, those that
 * contain hops. */
struct numbers_length {
    uint64_t targets, reached, hops;
};

struct numbers {
    const char *name;
    bool has_metadata, unfinished;
    struct survey_metadata metadata;
    struct results_match match; /* with it */
    uint64_t records, ipv6, duplicates, late, rewritten, truncated, answers;
    struct numbers_count interfaces, paths, paths_reached;
    struct numbers_ttl ttls[NUMBERS_TTLS];
    struct histogram rtts;         /* of answers */
    struct histogram *rtts_by_ttl; /* an array of NUMBERS_TTLS */
    struct time_bins times;
    struct top_hop hops[NUMBERS_HOPS];
    unsigned hop_count;
    struct numbers_length lengths[NUMBERS_LENGTHS];
    struct diamond_numbers diamonds;
    struct address_map targets, responders;
};

/* numbers_new() returns empty numbers, or NULL when memory is short; `name` must outlive them. numbers_free()
 * also accepts NULL. */
struct numbers *numbers_new(const char *name);
void numbers_free(struct numbers *numbers);

/* numbers_length() returns the length of the prefixes in lengths[i]. */
static inline unsigned numbers_length(unsigned i)
{
    return NUMBERS_LENGTH_FIRST + NUMBERS_LENGTH_STEP * i;
}
