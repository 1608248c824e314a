// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bounds on the rate of probes toward the same prefix, a /24 or a /48 of IPv6, and of those with the same low
 * TTL, which all may come to the same router.
 *
 * Guarantee, for each such prefix and each TTL up to SPACING_HOPS, whatever the number of senders:
 *   probes taken within any t <= rate x (t + SPACING_SLACK_NS) + 1.
 *
 * A bound is one word, the time from which on its next turn is free (the generic cell rate algorithm: ITU-T
 * I.371, appendix A). Those of prefixes stand in a table of fixed size, by a hash. Prefixes that share a word
 * share its rate: that is gentler than was asked for, never less gentle.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mix.h"
#include "probe.h"

enum {
    /* TTLs that have a bound. The first hops of a host are on all of its paths; where these part differs, and by
     * the fifth they usually left the access network. More would be bounded for nothing: there a TTL meets
     * many routers. */
    SPACING_HOPS = 5,
    /* Probes that leave together have the same time, and senders sleep for 0.2 ms: with less slack, rates of
     * thousands a second would not be reached. With more, those of tens would come in pairs. */
    SPACING_SLACK_NS = 1000000,
};

struct spacing {
    _Atomic uint64_t *prefixes; /* NULL: without a bound; behind these words as many that are promises */
    unsigned shift;             /* of a hash of 64 bits, down to a word's number */
    uint64_t prefix_ns, hop_ns; /* between two turns; 0: without a bound */
    bool shared;                /* by several senders */
    _Atomic uint64_t hops[2 * (SPACING_HOPS + 1)]; /* likewise */
};

/* The words of one probe; NULL where it has no bound. */
struct spacing_turn {
    _Atomic uint64_t *prefix, *hop;
};

/* spacing_open() takes rates in probes per second, 0 for none, and how many targets and senders there are. 0 or
 * -ENOMEM; spacing_close() is right after both. */
int spacing_open(struct spacing *spacing, double per_prefix, double per_hop, uint64_t targets,
                 unsigned senders);
void spacing_close(struct spacing *spacing);

/* spacing_prefix() is the network whose rate is bounded, without its host bits. */
static inline uint64_t spacing_prefix(struct address address)
{
    return address_is_ipv4(address) ? address_ipv4(address) >> 8 : address.high >> 16;
}

/* spacing_find() looks up the words of a probe, and asks for their memory. */
static inline struct spacing_turn spacing_find(struct spacing *spacing, const struct probe *probe)
{
    struct spacing_turn turn = {NULL, NULL};

    if (spacing->prefix_ns) {
        uint64_t hash = spacing_prefix(probe->target_address) * MIX_GOLDEN;

        turn.prefix = &spacing->prefixes[hash >> spacing->shift];
        __builtin_prefetch(turn.prefix, 1);
    }
    if (spacing->hop_ns && probe->ttl <= SPACING_HOPS)
        turn.hop = &spacing->hops[probe->ttl];
    return turn;
}

static inline bool spacing_is_free(const _Atomic uint64_t *word, uint64_t now_ns)
{
    return !word || atomic_load_explicit(word, memory_order_relaxed) <= now_ns + SPACING_SLACK_NS;
}

/* spacing_take_word() takes a turn that was free; false where another sender was faster. */
static inline bool spacing_take_word(const struct spacing *spacing, _Atomic uint64_t *word,
                                     uint64_t interval_ns, uint64_t now_ns)
{
    uint64_t free_ns, next_ns;

    if (!word)
        return true;
    free_ns = atomic_load_explicit(word, memory_order_relaxed);
    next_ns = (free_ns > now_ns ? free_ns : now_ns) + interval_ns;
    if (spacing->shared)
        return free_ns <= now_ns + SPACING_SLACK_NS &&
               atomic_compare_exchange_strong_explicit(word, &free_ns, next_ns, memory_order_relaxed,
                                                       memory_order_relaxed);
    atomic_store_explicit(word, next_ns, memory_order_relaxed);
    return true;
}

/* spacing_take() takes the turns of a probe that is to leave at `now_ns`, if all are free. Who loses the second
 * one to another sender has taken the first for nothing: that is one probe fewer, not one more. */
static inline bool spacing_take(const struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns)
{
    return spacing_is_free(turn.hop, now_ns) && spacing_is_free(turn.prefix, now_ns) &&
           spacing_take_word(spacing, turn.hop, spacing->hop_ns, now_ns) &&
           spacing_take_word(spacing, turn.prefix, spacing->prefix_ns, now_ns);
}

/* spacing_promise() is when a probe that found no turn at `now_ns` may try again: each that waits gets another
 * time, so that they do not all try for the same turn. It is a promise to look, not to leave. */
uint64_t spacing_promise(const struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns);
