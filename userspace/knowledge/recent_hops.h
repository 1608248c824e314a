// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who answered lately, and where: what hop words (hop_words.h) are for all paths, in the memory of a few seconds.
 * For surveys whose strategy goes along one path hop by hop, so that neighbouring hops answer soon after each
 * other.
 *
 *   line:  [turn] [hop] [hop] [hop] [hop] [hop] [hop] [hop]        a path's line goes by its hash
 *   hop:   24 bits of that hash | TTL, 8 bits | word, 32 bits      0: free
 *
 * A hop takes the place of the oldest one in its line. So it is there for at least seven more of its line's
 * answers, and is met again unless these come within the time of a round trip.
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
    _Atomic uint64_t *words; /* NULL: there is none */
    uint64_t line_mask, secret;
    void *memory; /* of `words` */
};

/* Of a hop put in: the words before and behind it; 0: nobody answered there lately. */
struct hop_neighbours {
    uint32_t before, behind;
};

/* recent_hops_init() remembers about `answers` of them; 0 or -ENOMEM. recent_hops_free() is right after both. */
int recent_hops_init(struct recent_hops *hops, uint64_t answers, uint64_t secret);
void recent_hops_free(struct recent_hops *hops);

/* recent_hops_bytes() is what `answers` of them take. */
uint64_t recent_hops_bytes(uint64_t answers);

static inline uint64_t recent_hops_hash(const struct recent_hops *hops, uint64_t path)
{
    return mix64(path ^ hops->secret);
}

static inline _Atomic uint64_t *recent_hops_line(const struct recent_hops *hops, uint64_t hash)
{
    return &hops->words[(hash & hops->line_mask) * RECENT_LINE_WORDS];
}

/* recent_hops_prefetch() asks for the line that recent_hops_put() will touch. */
static inline void recent_hops_prefetch(const struct recent_hops *hops, uint64_t path)
{
    __builtin_prefetch(recent_hops_line(hops, recent_hops_hash(hops, path)), 1);
}

/* recent_hops_put() enters `word` at `ttl` (1 … 255) of `path`, unless somebody is there already; 0 tells nothing. Of
 * two threads that put in neighbouring hops at once, at least one sees the other. */
struct hop_neighbours recent_hops_put(struct recent_hops *hops, uint64_t path, unsigned ttl, uint32_t word);
