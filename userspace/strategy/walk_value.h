// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What going on is worth: for each situation of a walk, the discoveries and the probes that going on here
 * brought on average, up to the walk's end. A walk goes on while the discoveries are worth their price.
 *
 *   backward  by how often the hop before a node was asked for, and how many were found there    12 x 4
 *   forward   by how often nothing was found behind a node, the longest silence behind it after
 *             which something was, and the silence so far                                     8 x 6 x 6
 *
 * An interface counts as two discoveries, a link as one. Situations that are rare lean on a wider one (their
 * parent), and this on what would hold if nothing were known: docs/strategies.md has the formulas.
 */
#pragma once

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

/* `cases` went on here: they found `gain` and cost `cost`, on average and to their ends. */
struct value_cell {
    double cases, gain, cost;
};

struct walk_value {
    struct value_cell backward[VALUE_ASKED][VALUE_WAYS], asked[VALUE_ASKED];
    struct value_cell forward[VALUE_ENDED][VALUE_GAPS][VALUE_GAPS], silence[VALUE_GAPS][VALUE_GAPS];
    struct value_cell seek[VALUE_SILENCES][VALUE_TTLS], silences[VALUE_SILENCES];
    double slowest; /* the weight of a new case, at least */
    double price;   /* discoveries a probe, below which going on does not pay */
};

/* What a walk may expect. */
struct prospect {
    double gain, cost;
};

/* walk_value_init(): `paths` is how many walks there will be. */
void walk_value_init(struct walk_value *value, uint64_t paths);

/* walk_value_backward() is what asking for the hop before `node` may bring, when it was asked for `asked` times
 * before; walk_value_forward() what asking behind it may, past `gap` silent hops, at most HOP_NODE_DEEPEST. */
struct prospect walk_value_backward(const struct walk_value *value, const struct hop_node *node,
                                    unsigned asked);
struct prospect walk_value_forward(const struct walk_value *value, const struct hop_node *node, unsigned gap);

/* walk_value_seek() is what asking at `ttl` may bring after `gap` silent hops beyond it. */
struct prospect walk_value_seek(const struct walk_value *value, unsigned gap, unsigned ttl);

static inline bool walk_value_pays(const struct walk_value *value, struct prospect prospect)
{
    return prospect.gain > value->price * prospect.cost;
}

/* walk_value_learn_backward() and walk_value_learn_forward() take what came of it: `found` at once, and `then`
 * where the walk goes on. They are called before `node` changes. */
void walk_value_learn_backward(struct walk_value *value, const struct hop_node *node, unsigned asked,
                               double found, struct prospect then);
void walk_value_learn_forward(struct walk_value *value, const struct hop_node *node, unsigned gap,
                              double found, struct prospect then);

void walk_value_learn_seek(struct walk_value *value, unsigned gap, unsigned ttl, double found,
                           struct prospect then);

int walk_value_save(const struct walk_value *value, FILE *out);
int walk_value_load(struct walk_value *value, FILE *in);
