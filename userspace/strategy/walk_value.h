// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What going on is worth: for each situation of a walk, the discoveries and the probes that going on here
 * brought on average, up to the walk's end. A walk goes on while the discoveries are worth their price.
 *
 *   walks --learn--> sums, a sender's own --fold, now and then--> means, of all senders --> what pays
 *
 *   backward  by how often the hop before a node was asked for, and how many were found there    12 x 4
 *   forward   by how often nothing was found behind a node, the longest silence behind it after
 *             which something was, and the silence so far                                     8 x 6 x 6
 *
 * An interface counts as two discoveries, a link as one. Situations that are rare lean on a wider one (their
 * parent), and this on what would hold if nothing were known: docs/strategies.md has the formulas.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "strategy/hop_nodes.h"

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

/* Where the cells of each kind begin; behind those of a kind the wider ones that they lean on. */
enum {
    VALUE_BACKWARD = 0,
    VALUE_BACKWARD_WIDE = VALUE_BACKWARD + VALUE_ASKED * VALUE_WAYS,
    VALUE_FORWARD = VALUE_BACKWARD_WIDE + VALUE_ASKED,
    VALUE_FORWARD_WIDE = VALUE_FORWARD + VALUE_ENDED * VALUE_GAPS * VALUE_GAPS,
    VALUE_SEEK = VALUE_FORWARD_WIDE + VALUE_GAPS * VALUE_GAPS,
    VALUE_SEEK_WIDE = VALUE_SEEK + VALUE_SILENCES * VALUE_TTLS,
    VALUE_CELLS = VALUE_SEEK_WIDE + VALUE_SILENCES,
};

/* `cases` went on here: they found `gain` and cost `cost`, on average and to their ends. Read by all senders while
 * one of them writes: a mean that is half an old one is as good as either. */
struct value_cell {
    _Atomic double cases, gain, cost;
};

struct walk_value {
    struct value_cell cells[VALUE_CELLS];
    _Atomic double price; /* discoveries a probe, below which going on does not pay */
    double slowest;       /* the weight of a new case, at least */
};

/* What one sender has learnt since it was last folded: sums of `cases`. */
struct value_sum {
    double cases, gain, cost;
};

struct value_sums {
    struct value_sum sums[VALUE_CELLS];
    uint16_t touched[VALUE_CELLS]; /* those that are not 0 */
    unsigned count;                /* of these */
};

/* What a walk may expect. */
struct prospect {
    double gain, cost;
};

/* walk_value_init(): `paths` is how many walks there will be. */
void walk_value_init(struct walk_value *value, uint64_t paths);

/* walk_value_backward() is what asking for the hop before `node` may bring, when it was asked for `asked` times
 * before; walk_value_forward() what asking behind it may, past `gap` silent hops, at most HOP_NODE_DEEPEST. */
struct prospect walk_value_backward(const struct walk_value *value, struct hop_node node, unsigned asked);
struct prospect walk_value_forward(const struct walk_value *value, struct hop_node node, unsigned gap);

/* walk_value_seek() is what asking at `ttl` may bring after `gap` silent hops beyond it. */
struct prospect walk_value_seek(const struct walk_value *value, unsigned gap, unsigned ttl);

static inline bool walk_value_pays(const struct walk_value *value, struct prospect prospect)
{
    return prospect.gain > atomic_load_explicit(&value->price, memory_order_relaxed) * prospect.cost;
}

/* value_learn_backward() and so on take what came of it: `found` at once, and `then` where the walk goes on. `node`
 * is as it was before. */
void value_learn_backward(struct value_sums *sums, struct hop_node node, unsigned asked, double found,
                          struct prospect then);
void value_learn_forward(struct value_sums *sums, struct hop_node node, unsigned gap, double found,
                         struct prospect then);
void value_learn_seek(struct value_sums *sums, unsigned gap, unsigned ttl, double found,
                      struct prospect then);

/* walk_value_fold() moves sums into the means; one sender at a time. */
void walk_value_fold(struct walk_value *value, struct value_sums *sums);

/* Both are state_put() and state_get() of all of it; load() into new ones. */
int walk_value_save(const struct walk_value *value, FILE *out);
int walk_value_load(struct walk_value *value, FILE *in);
int value_sums_save(const struct value_sums *sums, FILE *out);
int value_sums_load(struct value_sums *sums, FILE *in);
