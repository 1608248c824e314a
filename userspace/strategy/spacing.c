// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/spacing.h"

#include <errno.h>
#include <math.h>

#include "base/clock.h"
#include "base/pages.h"

enum {
    /* Of a word's number. Fewer, and prefixes of a small survey would share words. */
    BITS_LEAST = 12,
    /* 16 MB. A survey of all of IPv4 has six prefixes a word, which at one probe per second and prefix still
     * lets two million a second pass. More cost cache misses: four times as many 5 ns a probe. */
    BITS_MOST = 21,
};

static uint64_t interval_of(double rate)
{
    return rate > 0 ? (uint64_t)ceil((double)NS_PER_S / rate) : 0;
}

static unsigned shift_for(uint64_t targets)
{
    unsigned bits = BITS_LEAST;

    while (bits < BITS_MOST && 1ULL << bits < 4 * targets)
        bits++;
    return 64 - bits;
}

static uint64_t words_of(const struct spacing *spacing)
{
    return 1ULL << (64 - spacing->shift);
}

static size_t table_size(const struct spacing *spacing)
{
    return 2 * words_of(spacing) * sizeof(*spacing->prefixes);
}

int spacing_open(struct spacing *spacing, double per_prefix, double per_hop, uint64_t targets,
                 unsigned senders)
{
    *spacing = (struct spacing){
        .shift = shift_for(targets),
        .prefix_ns = interval_of(per_prefix),
        .hop_ns = interval_of(per_hop),
        .shared = senders > 1,
    };
    if (!spacing->prefix_ns)
        return 0;
    spacing->prefixes = pages_map(table_size(spacing));
    return spacing->prefixes ? 0 : -ENOMEM;
}

void spacing_close(struct spacing *spacing)
{
    if (spacing->prefixes)
        pages_unmap(spacing->prefixes, table_size(spacing));
    spacing->prefixes = NULL;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The promise of a word is `words` behind it. */
static uint64_t promise(_Atomic uint64_t *word, uint64_t words, uint64_t interval_ns, uint64_t earliest_ns)
{
    if (!word)
        return earliest_ns;

    _Atomic uint64_t *promised = word + words;
    uint64_t free_ns = atomic_load_explicit(word, memory_order_relaxed);
    uint64_t taken_ns = later(free_ns, atomic_load_explicit(promised, memory_order_relaxed));
    uint64_t turn_ns = later(earliest_ns, taken_ns);

    atomic_store_explicit(promised, turn_ns + interval_ns, memory_order_relaxed);
    return turn_ns;
}

uint64_t spacing_promise(const struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns)
{
    uint64_t hop_ns = promise(turn.hop, SPACING_HOPS + 1, spacing->hop_ns, now_ns);

    return promise(turn.prefix, words_of(spacing), spacing->prefix_ns, hop_ns);
}
