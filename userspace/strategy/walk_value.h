// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The value of going on: for each situation of a walk, the mean number of discoveries and of probes from here to
 * the walk's end, where it went on. A walk goes on while the discoveries are worth their price.
 *
 *   walks --learn--> sums, a sender's own --fold, now and then--> means, of all senders --> what pays
 *
 *   backward  by what is known of the hop before a node, how often that hop was probed, and how
 *             many were found there                                                        4 x 12 x 4
 *   forward   by how often nothing was found behind a node, the longest silence behind it after
 *             which something was found, and the silence so far                                8 x 6 x 6
 *
 * An interface counts as two discoveries, a link as one. The means of rare situations are mixed with those of a
 * wider situation (their parent), and these with the expectation without any knowledge: docs/strategies.md has the
 * formulas.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "strategy/hop_nodes.h"

/* The hop from which a walk goes backward. */
enum value_start {
    VALUE_FROM_LINKED, /* an interface before which a hop has answered */
    VALUE_FROM_LONE,   /* an interface before which no hop has answered yet */
    VALUE_FROM_SILENT, /* a silent hop */
    VALUE_FROM_LIMITED, /* an interface before which a limited hop has answered: few of its answers show another link */
    VALUE_STARTS,
};

/* A silent hop that is probed again: the one before an interface before which no hop has answered, or before an end. */
enum value_hole {
    VALUE_BEFORE_LONE,
    VALUE_BEFORE_END,
    VALUE_HOLES,
};

enum {
    VALUE_ASKED = 12,
    VALUE_WAYS = 4,
    VALUE_ENDED = 8,
    VALUE_GAPS = HOP_NODE_DEEPEST + 1,
    VALUE_SILENCES = 8,
    VALUE_TTLS = 16,
    VALUE_OF_INTERFACE = 2,
    VALUE_OF_LINK = 1,
};

/* The first cell of each kind. After the cells of a kind come the wider ones with which they are mixed. */
enum {
    VALUE_BACKWARD = 0,
    VALUE_BACKWARD_WIDE = VALUE_BACKWARD + VALUE_STARTS * VALUE_ASKED * VALUE_WAYS,
    VALUE_FORWARD = VALUE_BACKWARD_WIDE + VALUE_STARTS * VALUE_ASKED,
    VALUE_FORWARD_WIDE = VALUE_FORWARD + VALUE_ENDED * VALUE_GAPS * VALUE_GAPS,
    VALUE_SEEK = VALUE_FORWARD_WIDE + VALUE_GAPS * VALUE_GAPS,
    VALUE_SEEK_WIDE = VALUE_SEEK + VALUE_SILENCES * VALUE_TTLS,
    VALUE_AGAIN = VALUE_SEEK_WIDE + VALUE_SILENCES,
    VALUE_AGAIN_WIDE = VALUE_AGAIN + VALUE_HOLES * VALUE_TTLS,
    VALUE_CELLS = VALUE_AGAIN_WIDE + VALUE_HOLES,
};

/* In `cases` cases a walk went on here. On average it found `gain` and took `cost` probes until its end. All
 * senders read a cell while one writes it: a mixture of an old and a new mean is as good as either. */
struct value_cell {
    _Atomic double cases, gain, cost;
};

struct walk_value {
    struct value_cell cells[VALUE_CELLS];
    _Atomic double price;      /* discoveries per probe that are the minimum for going on */
    _Atomic double base_price; /* what it would be if no budget was overdrawn */
    double slowest;            /* the least weight of a new case */
};

/* What one sender has learnt since its sums were last folded: sums over `cases`. */
struct value_sum {
    double cases, gain, cost;
};

struct value_sums {
    struct value_sum sums[VALUE_CELLS];
    uint16_t touched[VALUE_CELLS]; /* indexes of the sums that are not 0 */
    unsigned count;                /* number of these */
};

/* The expected discoveries and probes of a walk. */
struct prospect {
    double gain, cost;
};

/* walk_value_init() takes the number of walks that there will be, `paths`. */
void walk_value_init(struct walk_value *value, uint64_t paths);

/* walk_value_backward() returns the prospect of probing the hop before `node`, after `asked` earlier probes for
 * it. walk_value_forward() returns that of probing behind `node`, past `gap` silent hops, at most
 * HOP_NODE_DEEPEST. */
struct prospect walk_value_backward(const struct walk_value *value, enum value_start start,
                                    struct hop_node node, unsigned asked);
struct prospect walk_value_forward(const struct walk_value *value, struct hop_node node, unsigned gap);

/* walk_value_seek() returns the prospect of probing at `ttl` after `gap` silent hops beyond it. */
struct prospect walk_value_seek(const struct walk_value *value, unsigned gap, unsigned ttl);

/* walk_value_again() returns the prospect of probing a silent hop at `ttl` again. walk_value_pays_again() returns true if
 * that is worth the base price: after all walks, nothing else is left to spend a budget on. */
struct prospect walk_value_again(const struct walk_value *value, enum value_hole hole, unsigned ttl);
bool walk_value_pays_again(const struct walk_value *value, enum value_hole hole, unsigned ttl);

static inline bool walk_value_pays(const struct walk_value *value, struct prospect prospect)
{
    return prospect.gain > atomic_load_explicit(&value->price, memory_order_relaxed) * prospect.cost;
}

/* value_learn_backward() and the others add a result: `found` discoveries at once, and the prospect `then`
 * where the walk goes on. `start` and `node` must be as they were before the probe. */
void value_learn_backward(struct value_sums *sums, enum value_start start, struct hop_node node,
                          unsigned asked, double found, struct prospect then);
void value_learn_forward(struct value_sums *sums, struct hop_node node, unsigned gap, double found,
                         struct prospect then);
void value_learn_seek(struct value_sums *sums, unsigned gap, unsigned ttl, double found,
                      struct prospect then);
void value_learn_again(struct value_sums *sums, enum value_hole hole, unsigned ttl, double found,
                       struct prospect then);

/* walk_value_fold() moves sums into the means. Only one sender may call it at a time. */
void walk_value_fold(struct walk_value *value, struct value_sums *sums);

/* All save or load everything by state_put() and state_get(); load() needs new structs. */
int walk_value_save(const struct walk_value *value, FILE *out);
int walk_value_load(struct walk_value *value, FILE *in);
int value_sums_save(const struct value_sums *sums, FILE *out);
int value_sums_load(struct value_sums *sums, FILE *in);
