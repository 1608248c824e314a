// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bounds on the rate of probes toward the same prefix, a /24 or a /48 of IPv6, and of those with the same low
 * TTL, which all may come to the same router.
 *
 * Guarantee, for each such prefix and each TTL up to SPACING_HOPS, whatever the number of senders:
 *   probes taken within any t <= rate x (t + SPACING_SLACK_NS) + 1.
 *
 * A prefix is that of one sender wherever senders can keep to prefixes of their own: a word that no other thread writes
 * needs no locked instruction, and its line stays in the cache of that one.
 *
 * A bound is one word, the time from which on its next turn is free (the generic cell rate algorithm: ITU-T
 * I.371, appendix A). Those of prefixes stand in a table of fixed size, by a hash. Prefixes that share a word
 * share its rate: that is gentler than was asked for, never less gentle.
 *
 * Words have 32 bits, since half of what a probe pays is the cache miss of its word. They count in units that are a
 * small part of the interval between two turns, modulo 2^32: a word that lies neither in the past nor within what a
 * turn can be ahead was left long ago, and is free. Once in a million times that looks like a turn just taken, and
 * the next probe waits for an interval.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mix.h"
#include "probe.h"
#include "target/targets.h"

enum {
    /* TTLs that have a bound. The first hops of a host are on all of its paths; where these part differs, and by
     * the fifth they usually left the access network. More would be bounded for nothing: there a TTL meets
     * many routers. */
    SPACING_HOPS = 5,
    /* Probes that leave together have the same time, and senders sleep for 0.2 ms: with less slack, rates of
     * thousands a second would not be reached. With more, those of tens would come in pairs. */
    SPACING_SLACK_NS = 1000000,
};

typedef _Atomic uint32_t spacing_word;

/* How words of a kind are counted. */
struct spacing_scale {
    uint32_t interval; /* between two turns, in units; 0: without a bound */
    uint32_t slack;    /* likewise */
    unsigned unit;     /* of which one is 2^unit ns */
};

struct spacing {
    spacing_word *prefixes;     /* NULL: without a bound */
    _Atomic uint64_t *promises; /* of as many words, in ns */
    unsigned shift;             /* of a hash of 64 bits, down to a word's number in a part */
    unsigned senders, parts;    /* of the table: as many as senders, or one that all share */
    bool near_apart; /* hops have a bound, also one that never binds: a survey that goes on may lift it */
    struct spacing_scale prefix_scale, hop_scale;
    spacing_word hops[SPACING_HOPS + 1];
    _Atomic uint64_t hop_promises[SPACING_HOPS + 1];
};

/* The words of one probe; NULL where it has no bound. */
struct spacing_turn {
    spacing_word *prefix, *hop;
};

/* spacing_open() takes rates in probes per second, 0 for none, how many targets and senders there are, and whether each
 * prefix is `owned` by one sender. 0 or -ENOMEM; spacing_close() is right after both. */
int spacing_open(struct spacing *spacing, double per_prefix, double per_hop, uint64_t targets,
                 unsigned senders, bool owned);
void spacing_close(struct spacing *spacing);

/* spacing_is_owned() tells whether sender i has the prefixes of each i-th target to itself, if it keeps to these. */
bool spacing_is_owned(const struct targets *targets, unsigned senders);

/* spacing_part() is where the part of a sender begins, for spacing_find(). */
static inline spacing_word *spacing_part(const struct spacing *spacing, unsigned sender)
{
    return spacing->parts > 1 && spacing->prefixes
               ? spacing->prefixes + ((size_t)sender << (64 - spacing->shift))
               : spacing->prefixes;
}

/* spacing_prefix() is the network whose rate is bounded, without its host bits. */
static inline uint64_t spacing_prefix(struct address address)
{
    return address_is_ipv4(address) ? address_ipv4(address) >> 8 : address.high >> 16;
}

/* spacing_find() looks up the words of a probe, and asks for their memory. */
static inline struct spacing_turn spacing_find(struct spacing *spacing, spacing_word *part,
                                               const struct probe *probe)
{
    struct spacing_turn turn = {NULL, NULL};

    if (part) {
        uint64_t hash = spacing_prefix(probe->target_address) * MIX_GOLDEN;

        turn.prefix = &part[hash >> spacing->shift];
        __builtin_prefetch(turn.prefix, 1);
    }
    if (spacing->hop_scale.interval && probe->ttl <= SPACING_HOPS)
        turn.hop = &spacing->hops[probe->ttl];
    return turn;
}

/* spacing_ahead() is how many units a word is ahead of now: more than slack and interval together where it lies in
 * the past. */
static inline uint32_t spacing_ahead(uint32_t word, const struct spacing_scale *scale, uint64_t now_ns)
{
    return word - (uint32_t)(now_ns >> scale->unit);
}

/* spacing_is_free() tells whether the turn of a word is, and what it was then. */
static inline bool spacing_is_free(const spacing_word *word, const struct spacing_scale *scale,
                                   uint64_t now_ns, uint32_t *seen)
{
    if (!word)
        return true;
    *seen = atomic_load_explicit(word, memory_order_relaxed);
    /* From 0 to the interval where the turn is taken. */
    return spacing_ahead(*seen, scale, now_ns) - scale->slack - 1 >= scale->interval;
}

/* spacing_take_word() takes a turn that was seen free; false where another sender was faster, if it is `shared`. */
static inline bool spacing_take_word(bool shared, spacing_word *word, const struct spacing_scale *scale,
                                     uint64_t now_ns, uint32_t seen)
{
    if (!word)
        return true;

    uint32_t ahead = spacing_ahead(seen, scale, now_ns);
    uint32_t next = seen - (ahead <= scale->slack ? 0 : ahead) + scale->interval;

    if (shared)
        return atomic_compare_exchange_strong_explicit(word, &seen, next, memory_order_relaxed,
                                                       memory_order_relaxed);
    atomic_store_explicit(word, next, memory_order_relaxed);
    return true;
}

/* spacing_take() takes the turns of a probe that is to leave at `now_ns`, if all are free. Who loses the second
 * one to another sender has taken the first for nothing: that is one probe fewer, not one more. */
static inline bool spacing_take(const struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns)
{
    const struct spacing_scale *prefix = &spacing->prefix_scale, *hop = &spacing->hop_scale;
    uint32_t prefix_seen = 0, hop_seen = 0;

    return spacing_is_free(turn.hop, hop, now_ns, &hop_seen) &&
           spacing_is_free(turn.prefix, prefix, now_ns, &prefix_seen) &&
           spacing_take_word(spacing->senders > 1, turn.hop, hop, now_ns, hop_seen) &&
           spacing_take_word(spacing->senders > spacing->parts, turn.prefix, prefix, now_ns, prefix_seen);
}

/* spacing_promise() is when a probe that found no turn at `now_ns` may try again: each that waits gets another
 * time, so that they do not all try for the same turn. It is a promise to look, not to leave. */
uint64_t spacing_promise(struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns);
