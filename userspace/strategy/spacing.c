// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/spacing.h"

#include <errno.h>
#include <math.h>

#include "base/clock.h"
#include "base/pages.h"

/* A rate lower than one probe in ten days would not be waited for. */
#define LONGEST_NS ((double)(NS_PER_S * 864000))

enum {
    /* Of a word's number. Lower, and prefixes of a small survey would share words. */
    BITS_LEAST = 12,
    /* 8 MB. In a survey of all of IPv4 six prefixes share a word, which at one probe per second and prefix
     * still allows two million probes per second. Higher, and cache misses cost more. */
    BITS_MOST = 21,
    /* Least number of units in an interval. Lower, and rates are rounded down by more than 0.03 %. Higher, and
     * words wrap earlier: now they do after a million intervals. */
    UNITS_LEAST = 4096,
};

/* The beginning of a turn is known only to within one unit. So one unit is added, lest turns come too early. */
static struct spacing_scale scale_of(double rate, bool shared)
{
    struct spacing_scale scale = {.shared = shared};

    if (rate <= 0)
        return scale;
    double interval_ns = fmin(ceil((double)NS_PER_S / rate), LONGEST_NS);

    while (interval_ns / (double)(1ULL << (scale.unit + 1)) >= UNITS_LEAST)
        scale.unit++;
    scale.interval = (uint32_t)ceil(interval_ns / (double)(1ULL << scale.unit)) + (scale.unit > 0);
    scale.slack = SPACING_SLACK_NS >> scale.unit;
    scale.farthest = scale.interval + (shared ? SPACING_STALE_NS >> scale.unit : 0);
    return scale;
}

/* Returns the shift for one part. */
static unsigned shift_for(uint64_t targets, unsigned parts)
{
    unsigned bits = BITS_LEAST;

    while (1ULL << bits < 4 * targets / parts && (uint64_t)parts << (bits + 1) <= 1ULL << BITS_MOST)
        bits++;
    return 64 - bits;
}

static size_t words_of(const struct spacing *spacing)
{
    return (size_t)spacing->parts << (64 - spacing->shift);
}

/* Targets are in the order of their addresses, so targets with the same prefix are neighbours. */
bool spacing_is_owned(const struct targets *targets, unsigned senders)
{
    uint64_t count = targets_count(targets), before = 0;

    for (uint64_t i = 0; i < count && senders > 1; i++) {
        uint64_t prefix = spacing_prefix(targets_address(targets, i));

        if (i && prefix == before)
            return false;
        before = prefix;
    }
    return true;
}

int spacing_open(struct spacing *spacing, double per_prefix, double per_hop, uint64_t targets,
                 unsigned senders, bool owned)
{
    unsigned parts = owned ? senders : 1;

    *spacing = (struct spacing){
        .shift = shift_for(targets, parts),
        .parts = parts,
        .near_apart = per_hop > 0,
        .prefix_scale = scale_of(per_prefix, senders > parts),
        .hop_scale = scale_of(per_hop, senders > 1),
    };
    if (!spacing->prefix_scale.interval)
        return 0;
    spacing->prefixes = pages_map(words_of(spacing) * sizeof(*spacing->prefixes));
    spacing->promises = pages_map(words_of(spacing) * sizeof(*spacing->promises));
    return spacing->prefixes && spacing->promises ? 0 : -ENOMEM;
}

void spacing_close(struct spacing *spacing)
{
    if (spacing->prefixes)
        pages_unmap(spacing->prefixes, words_of(spacing) * sizeof(*spacing->prefixes));
    if (spacing->promises)
        pages_unmap(spacing->promises, words_of(spacing) * sizeof(*spacing->promises));
    spacing->prefixes = NULL;
    spacing->promises = NULL;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* Returns when the turn of a word is free, from now on. */
static uint64_t free_at(const spacing_word *word, const struct spacing_scale *scale, uint64_t now_ns)
{
    uint32_t ahead = spacing_ahead(atomic_load_explicit(word, memory_order_relaxed), scale, now_ns);

    return ahead <= scale->slack + scale->farthest ? now_ns + ((uint64_t)ahead << scale->unit) : now_ns;
}

static uint64_t promise(_Atomic uint64_t *promised, uint64_t free_ns, const struct spacing_scale *scale,
                        uint64_t earliest_ns)
{
    uint64_t taken_ns = later(free_ns, atomic_load_explicit(promised, memory_order_relaxed));
    uint64_t turn_ns = later(earliest_ns, taken_ns);

    atomic_store_explicit(promised, turn_ns + ((uint64_t)scale->interval << scale->unit),
                          memory_order_relaxed);
    return turn_ns;
}

uint64_t spacing_promise(struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns)
{
    const struct spacing_scale *prefix = &spacing->prefix_scale, *hop = &spacing->hop_scale;
    uint64_t turn_ns = now_ns;

    if (turn.hop)
        turn_ns = promise(&spacing->hop_promises[turn.hop - spacing->hops], free_at(turn.hop, hop, now_ns),
                          hop, turn_ns);
    if (turn.prefix)
        turn_ns = promise(&spacing->promises[turn.prefix - spacing->prefixes],
                          free_at(turn.prefix, prefix, now_ns), prefix, turn_ns);
    return turn_ns;
}
