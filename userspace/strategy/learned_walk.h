// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The learned walk begins where a path is guessed to end, goes on to its end, and then back toward the prober as
 * long as that pays.
 *
 *   min_ttl ... lower [near ......... far] gap upper ... max_ttl
 *                 <- backward       forward ->
 *
 * A walk has one probe on its way at a time. The outcome of the probe is an event (silence is one, too). For each event
 * the walk returns the next TTL, or 0 if it has ended. It reads no clock and allocates no memory.
 * docs/strategies.md explains the rule.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "strategy/numbered_list.h"
#include "strategy/walk_commons.h"

enum walk_phase {
    WALK_SEEKS,    /* the first answer, downward */
    WALK_FORWARD,  /* to where nothing answers */
    WALK_BACKWARD, /* to where all is known */
    WALK_AGAIN,    /* once more to a hop that was silent */
};

struct walk {
    uint64_t
        sent_ns; /* its probe on the way; this, its list and places in it are its table's: walk_table.h */
    struct numbered_links links;
    uint32_t chained; /* the next one whose path has the same head */
    uint32_t path;
    uint32_t near, far;   /* nodes of the lowest and of the highest hop known so far, 0: none */
    uint32_t before_far;  /* node of the hop before the latter, 0 where it is silent */
    uint16_t asked;       /* how often `near` was, before this walk did */
    uint8_t place;        /* enum walk_place */
    uint8_t ttl;          /* of the probe on the way */
    uint8_t phase;        /* enum walk_phase */
    uint8_t lower, upper; /* the next TTLs on both sides */
    uint8_t gap;          /* silent hops above `far` */
    uint8_t distance;     /* of the last hop that answered, 0: none */
    uint8_t known;        /* links in a row, on the way back, that were known */
    uint8_t loops;        /* hops that were met two hops before as well */
    bool silent_near : 1; /* `near` is no interface */
    bool reached : 1;     /* the target, or a host that refuses probes to it */
    bool asks_end : 1;    /* a probe with a higher TTL met its end: the last link is not known yet */
    bool deferred : 1;    /* a limited hop did not answer, so the walk was put off; that happens once */
    bool again : 1;       /* its probe was dropped before it left, and is sent again */
    uint8_t
        start : 2; /* enum value_start, of the question on the way, if it is one for the hop before `near` */
};

_Static_assert(VALUE_STARTS <= 4, "the bits of `start`");
_Static_assert(sizeof(struct walk) <= 48, "docs/strategies.md tells what walks take");

enum walk_event_kind {
    WALK_SILENCE,
    WALK_HOP,
    WALK_END, /* the probe came to the end of its way */
};

struct walk_event {
    enum walk_event_kind kind;
    uint8_t distance; /* of that end */
    struct address responder;
};

/* What the walks of a sender use: what all walks have learnt, what these add to it, and their rule. */
struct walk_knowledge {
    struct walk_commons *commons;
    struct value_sums sums;
    struct spending spending;
    unsigned min_ttl, max_ttl;
    unsigned gap;         /* silent hops after which every walk ends; of the fixed rule, or 0 */
    unsigned known_links; /* known links after which a walk ends, by the fixed rule; 0: the rule is learnt */
    double chance;        /* the probability that a walk goes on although that does not pay */
    uint64_t random;
};

/* walk_begin() starts a walk of `path` at `ttl`, which is moved into the range. Returns the TTL. */
unsigned walk_begin(struct walk_knowledge *knowledge, struct walk *walk, uint32_t path, unsigned ttl);

/* walk_look_again() starts a walk that probes the hop before TTL `at` of a path again: before `node`, which answered there,
 * or, where that is 0, before the path's end. Returns the TTL. The caller sets what was known of the path's end. */
unsigned walk_look_again(struct walk_knowledge *knowledge, struct walk *walk, uint32_t path, uint32_t node,
                         unsigned at);

/* walk_go_on() takes the outcome of the probe on its way. Returns the next TTL, or 0 if the walk has ended. */
unsigned walk_go_on(struct walk_knowledge *knowledge, struct walk *walk, const struct walk_event *event);

/* walk_prefetch() prefetches the memory that walk_go_on() will touch, if the next hop on the way is most likely `node`. */
void walk_prefetch(const struct walk_knowledge *knowledge, const struct walk *walk, uint32_t node);

/* walk_hear() learns that a hop exists from an answer that no walk waits for. */
void walk_hear(struct walk_knowledge *knowledge, struct address responder);
