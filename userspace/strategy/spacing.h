// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Bounds the rate of probes toward the same prefix (a /24, or a /48 of IPv6), and of probes with the same low TTL,
 * which may all come to the same router.
 *
 * Guarantee, for each such prefix and each TTL up to SPACING_HOPS, whatever the number of senders:
 *   probes taken within any t <= rate x (t + SPACING_SLACK_NS) + 1.
 *
 * Where senders can keep to prefixes of their own, each prefix belongs to one sender: a word that no other thread
 * writes needs no locked instruction, and its line stays in one CPU's cache.
 *
 * A bound is one word: the time from which on its next turn is free (the generic cell rate algorithm: ITU-T I.371,
 * appendix A). The words of prefixes are in a table of fixed size, found by a hash. Prefixes that share a word
 * share its rate. So the rate may be lower than asked for, but never higher.
 *
 * Words have 32 bits, because half of the cost of a probe is the cache miss of its word. They count units that are
 * a small part of the interval between two turns, modulo 2^32. A word that is neither in the past nor at most as
 * far in the future as a turn can be was written long ago, and is free. In one of a million cases an old word
 * looks like a turn just taken, and the next probe waits for an interval.
 *
 * A sender may take a turn some time after it read the clock, because another thread ran meanwhile. If another
 * sender has taken a turn at a later time by then, the word is farther in the future than a turn can be. So words
 * that senders share count as taken up to SPACING_STALE_NS farther.
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
    /* TTLs that have a bound. The first hops of a host are on all of its paths. How many hops that are differs,
     * but by the fifth, paths have usually left the access network. Bounds on more TTLs would be useless: there
     * a TTL meets many routers. */
    SPACING_HOPS = 5,
    /* Probes that leave together have the same time, and senders sleep for 0.2 ms. Lower, and rates of
     * thousands per second would not be reached. Higher, and probes at rates of tens per second would come in
     * pairs. */
    SPACING_SLACK_NS = 1000000,
    /* How old a sender's time may be. Lower, and a sender that was not run for so long sends a probe too many.
     * Higher, and more old words look like turns just taken. */
    SPACING_STALE_NS = 100000000,
};

typedef _Atomic uint32_t spacing_word;

/* The scale of a kind of words. */
struct spacing_scale {
    uint32_t interval; /* between two turns, in units; 0: no bound */
    uint32_t slack;    /* in units */
    uint32_t
        farthest;  /* how far in the future, slack not counted, the word of a taken turn can be, in units */
    unsigned unit; /* one unit is 2^unit ns */
    bool shared;   /* several senders take turns of the same word */
};

struct spacing {
    spacing_word *prefixes;     /* NULL: no bound */
    _Atomic uint64_t *promises; /* one per word, in ns */
    unsigned shift;             /* right shift of a hash of 64 bits that gives the number of a word within
                                 * a part */
    unsigned parts;             /* of the table: one per sender, or one that all share */
    bool near_apart;            /* hops have a bound, even if it never binds: a resumed survey may lift it */
    struct spacing_scale prefix_scale, hop_scale;
    spacing_word hops[SPACING_HOPS + 1];
    _Atomic uint64_t hop_promises[SPACING_HOPS + 1];
};

/* The words of one probe; NULL: no bound. */
struct spacing_turn {
    spacing_word *prefix, *hop;
};

/* spacing_open() takes rates in probes per second, 0 for none, the numbers of targets and senders, and whether
 * each prefix is `owned` by one sender. Returns 0 or -ENOMEM. spacing_close() may be called after either. */
int spacing_open(struct spacing *spacing, double per_prefix, double per_hop, uint64_t targets,
                 unsigned senders, bool owned);
void spacing_close(struct spacing *spacing);

/* spacing_is_owned() returns true if, where the senders take the targets in turn, each sender has the prefixes
 * of its targets to itself. */
bool spacing_is_owned(const struct targets *targets, unsigned senders);

/* spacing_part() returns the beginning of a sender's part, for spacing_find(). */
static inline spacing_word *spacing_part(const struct spacing *spacing, unsigned sender)
{
    return spacing->parts > 1 && spacing->prefixes
               ? spacing->prefixes + ((size_t)sender << (64 - spacing->shift))
               : spacing->prefixes;
}

/* spacing_prefix() returns the network whose rate is bounded, without its host bits. */
static inline uint64_t spacing_prefix(struct address address)
{
    return address_is_ipv4(address) ? address_ipv4(address) >> 8 : address.high >> 16;
}

/* spacing_find() returns the words of a probe, and prefetches their memory. */
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

/* spacing_ahead() returns how many units a word is ahead of now: more than slack and `farthest` together if it is
 * in the past. */
static inline uint32_t spacing_ahead(uint32_t word, const struct spacing_scale *scale, uint64_t now_ns)
{
    return word - (uint32_t)(now_ns >> scale->unit);
}

/* spacing_is_free() returns true if the turn of a word is free. `seen` receives the word's value. */
static inline bool spacing_is_free(const spacing_word *word, const struct spacing_scale *scale,
                                   uint64_t now_ns, uint32_t *seen)
{
    if (!word)
        return true;
    *seen = atomic_load_explicit(word, memory_order_relaxed);
    return spacing_ahead(*seen, scale, now_ns) - scale->slack - 1 >= scale->farthest;
}

/* spacing_take_word() takes a turn that was seen free. Returns false where another sender was faster, if the
 * word is shared. */
static inline bool spacing_take_word(spacing_word *word, const struct spacing_scale *scale, uint64_t now_ns,
                                     uint32_t seen)
{
    if (!word)
        return true;

    uint32_t ahead = spacing_ahead(seen, scale, now_ns);
    uint32_t next = seen - (ahead <= scale->slack ? 0 : ahead) + scale->interval;

    if (scale->shared)
        return atomic_compare_exchange_strong_explicit(word, &seen, next, memory_order_relaxed,
                                                       memory_order_relaxed);
    atomic_store_explicit(word, next, memory_order_relaxed);
    return true;
}

/* spacing_take() takes the turns of a probe that is to leave at `now_ns`, if all are free. A sender that loses
 * the second turn to another one has wasted the first: that is one probe fewer, not one more. */
static inline bool spacing_take(const struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns)
{
    const struct spacing_scale *prefix = &spacing->prefix_scale, *hop = &spacing->hop_scale;
    uint32_t prefix_seen = 0, hop_seen = 0;

    return spacing_is_free(turn.hop, hop, now_ns, &hop_seen) &&
           spacing_is_free(turn.prefix, prefix, now_ns, &prefix_seen) &&
           spacing_take_word(turn.hop, hop, now_ns, hop_seen) &&
           spacing_take_word(turn.prefix, prefix, now_ns, prefix_seen);
}

/* spacing_promise() returns when a probe that found no turn at `now_ns` may try again. Each waiting probe gets
 * another time, so that they do not all try for the same turn. At that time the turn may still be taken. */
uint64_t spacing_promise(struct spacing *spacing, struct spacing_turn turn, uint64_t now_ns);
