// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What results say, in numbers: all that a report shows of one survey, of a size that does not depend on how many
 * records there were.
 *
 *   records ──> gather.h, in bounded memory ──> struct numbers ──> figures.h, page.h
 *   metadata ───────────────────────────────────────^
 *
 * Answers are the records that a map is made of (router_map.h): replies of routers at which a TTL expired, and of
 * targets that were reached; neither duplicates nor rewritten ones.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/histogram.h"
#include "output/metadata.h"
#include "report/address_map.h"
#include "report/diamond_sample.h"
#include "report/time_bins.h"
#include "report/top_hops.h"

enum {
    NUMBERS_TTLS = 256,
    NUMBERS_HOPS = 20, /* that are named */
    /* Lengths of prefixes of IPv6 at which it is counted how many answered: from a large network's to a link's. */
    NUMBERS_LENGTH_FIRST = 16,
    NUMBERS_LENGTH_STEP = 4,
    NUMBERS_LENGTHS = 13,
};

/* A count of distinct things; `one_in` above 1: made from one in so many. */
struct numbers_count {
    uint64_t value, one_in;
};

/* By TTL of the probe, but for `replies`. */
struct numbers_ttl {
    uint64_t answers;
    uint64_t interfaces; /* first seen at it */
    uint64_t reached;    /* paths whose target answered from there, and not from nearer */
    uint64_t ended;      /* paths of silent targets whose last hop it was */
    uint64_t replies;    /* records that came with it as their own TTL */
};

/* Prefixes of IPv6 of one length: those with targets, those with one that answered itself, those in which
 * hops are. */
struct numbers_length {
    uint64_t targets, reached, hops;
};

struct numbers {
    const char *name;
    bool has_metadata, unfinished;
    struct survey_metadata metadata;
    uint64_t records, ipv6, duplicates, late, rewritten, truncated, answers;
    struct numbers_count interfaces, paths, paths_reached;
    struct numbers_ttl ttls[NUMBERS_TTLS];
    struct histogram rtts;         /* of answers */
    struct histogram *rtts_by_ttl; /* NUMBERS_TTLS of them */
    struct time_bins times;
    struct top_hop hops[NUMBERS_HOPS];
    unsigned hop_count;
    struct numbers_length lengths[NUMBERS_LENGTHS];
    struct diamond_numbers diamonds;
    struct address_map targets, responders;
};

/* numbers_new() has nothing in it, `name` must outlive it; NULL when memory is short. numbers_free() takes NULL. */
struct numbers *numbers_new(const char *name);
void numbers_free(struct numbers *numbers);

/* numbers_length() is the length of the prefixes in lengths[i]. */
static inline unsigned numbers_length(unsigned i)
{
    return NUMBERS_LENGTH_FIRST + NUMBERS_LENGTH_STEP * i;
}
