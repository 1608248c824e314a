// SPDX-License-Identifier: GPL-2.0-or-later
#include "knowledge/recent_hops.h"

#include <errno.h>

#include "base/pages.h"

enum {
    LINES_LEAST = 1024,
    WORD_BITS = 32,
};

static uint64_t lines_for(uint64_t answers)
{
    uint64_t lines = LINES_LEAST;

    while (lines * RECENT_LINE_HOPS < answers)
        lines *= 2;
    return lines;
}

uint64_t recent_hops_bytes(uint64_t answers)
{
    return lines_for(answers) * RECENT_LINE_WORDS * sizeof(uint64_t);
}

int recent_hops_init(struct recent_hops *hops, uint64_t answers, uint64_t secret)
{
    *hops = (struct recent_hops){
        .memory = pages_map(recent_hops_bytes(answers)),
        .line_mask = lines_for(answers) - 1,
        .secret = secret,
    };
    hops->words = hops->memory;
    return hops->words ? 0 : -ENOMEM;
}

void recent_hops_free(struct recent_hops *hops)
{
    pages_unmap(hops->memory, (hops->line_mask + 1) * RECENT_LINE_WORDS * sizeof(uint64_t));
    *hops = (struct recent_hops){0};
}

/* Bits of the hash that do not choose the line. */
static uint32_t tag_of(uint64_t hash, unsigned ttl)
{
    return (uint32_t)(hash >> 40 << 8) | ttl;
}

/* Replaces the oldest hop of the line. */
static void enter(_Atomic uint64_t *line, uint64_t hop)
{
    uint64_t turn = atomic_fetch_add_explicit(&line[0], 1, memory_order_relaxed);

    atomic_store(&line[1 + turn % RECENT_LINE_HOPS], hop);
}

static uint32_t find(const _Atomic uint64_t *line, uint32_t tag)
{
    uint32_t word = 0;

    for (unsigned i = 1; i < RECENT_LINE_WORDS; i++) {
        uint64_t hop = atomic_load(&line[i]);

        if (hop >> WORD_BITS == tag)
            word = (uint32_t)hop;
    }
    return word;
}

/* The hop is entered before its neighbours are read, both sequentially consistent. */
struct hop_neighbours recent_hops_put(struct recent_hops *hops, uint64_t path, unsigned ttl, uint32_t word)
{
    uint64_t hash = recent_hops_hash(hops, path);
    _Atomic uint64_t *line = recent_hops_line(hops, hash);
    uint32_t tag = tag_of(hash, ttl);

    if (!find(line, tag))
        enter(line, (uint64_t)tag << WORD_BITS | word);
    return (struct hop_neighbours){find(line, tag - 1), find(line, tag + 1)};
}
