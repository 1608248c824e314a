// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The responders of recent answers. Has the same purpose as hop words (hop_words.h), but remembers only a few
 * seconds instead of all paths. For surveys whose strategy probes a path hop by hop, so that neighbouring
 * hops answer soon after each other.
 *
 *   line:  [turn] [hop] [hop] [hop] [hop] [hop] [hop] [hop]        the hash of a path chooses its line
 *   hop:   24 bits of that hash | TTL, 8 bits | word, 32 bits      0: free
 *
 * A hop replaces the oldest one in its line. So it stays until seven more answers have come to its line, and
 * its neighbour finds it unless these come within one round-trip time.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "mix.h"

enum {
    RECENT_LINE_WORDS = 8,
    RECENT_LINE_HOPS = RECENT_LINE_WORDS - 1,
};

struct recent_hops {
    _Atomic uint64_t *words; /* NULL: not used */
    uint64_t line_mask, secret;
    void *memory; /* holds `words` */
};

/* Words of the hops before and behind a hop; 0: no recent answer there. */
struct hop_neighbours {
    uint32_t before, behind;
};

/* recent_hops_init() makes room for about `answers` answers. Returns 0 or -ENOMEM. recent_hops_free() may be
 * called after either. */
int recent_hops_init(struct recent_hops *hops, uint64_t answers, uint64_t secret);
void recent_hops_free(struct recent_hops *hops);

/* recent_hops_bytes() returns the memory for `answers` answers. */
uint64_t recent_hops_bytes(uint64_t answers);

static inline uint64_t recent_hops_hash(const struct recent_hops *hops, uint64_t path)
{
    return mix64(path ^ hops->secret);
}

static inline _Atomic uint64_t *recent_hops_line(const struct recent_hops *hops, uint64_t hash)
{
    return &hops->words[(hash & hops->line_mask) * RECENT_LINE_WORDS];
}

/* recent_hops_prefetch() prefetches the line that recent_hops_put() touches. */
static inline void recent_hops_prefetch(const struct recent_hops *hops, uint64_t path)
{
    __builtin_prefetch(recent_hops_line(hops, recent_hops_hash(hops, path)), 1);
}

/* recent_hops_put() enters `word` at `ttl` (1 … 255) of `path`, unless that hop has a responder already.
 * Returns its neighbours. If two threads put neighbouring hops at once, at least one sees the other. */
struct hop_neighbours recent_hops_put(struct recent_hops *hops, uint64_t path, unsigned ttl, uint32_t word);
