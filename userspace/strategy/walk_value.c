// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/walk_value.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "strategy/state.h"

/* What is believed at first weighs as much as this many cases. Less, and a few unlucky walks close a kind of
 * situation for good; more, and thousands of targets pass before anything is learnt. */
static const double BELIEF = 32;

enum {
    /* A mean forgets what is older than a hundredth of the survey, which is as long as knowledge holds: near
     * its end there is less to find in the same situation. Fewer cases are all noise, more too old. */
    MEMORY_SHARE = 100,
    MEMORY_LEAST = 250,
    MEMORY_MOST = 1000,
};

void walk_value_init(struct walk_value *value, uint64_t paths)
{
    double memory = (double)paths / MEMORY_SHARE;

    *value = (struct walk_value){.price = 0.05}; /* until the first is known */
    value->slowest = 1 / fmin(fmax(memory, MEMORY_LEAST), MEMORY_MOST);
}

/* The number of the first bound that `count` does not exceed. */
static unsigned bucket(const uint16_t *bounds, unsigned buckets, unsigned count)
{
    unsigned i = 0;

    while (i < buckets - 1 && count > bounds[i])
        i++;
    return i;
}

static unsigned asked_bucket(unsigned asked)
{
    static const uint16_t bounds[VALUE_ASKED] = {0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 1024};

    return bucket(bounds, VALUE_ASKED, asked);
}

static unsigned ways_bucket(unsigned ways)
{
    static const uint16_t bounds[VALUE_WAYS] = {1, 3, 7};

    return bucket(bounds, VALUE_WAYS, ways);
}

static unsigned ended_bucket(unsigned ended)
{
    static const uint16_t bounds[VALUE_ENDED] = {0, 1, 2, 4, 8, 16, 64};

    return bucket(bounds, VALUE_ENDED, ended);
}

/* What a cell tells where `believed` discoveries a probe are believed without it and its parent. */
static struct prospect expect(const struct value_cell *cell, const struct value_cell *parent, double believed)
{
    double parent_weight = parent->cases + BELIEF, weight = cell->cases + BELIEF;
    double gain = (parent->gain * parent->cases + believed * BELIEF) / parent_weight;
    double cost = (parent->cost * parent->cases + BELIEF) / parent_weight;

    return (struct prospect){(cell->gain * cell->cases + gain * BELIEF) / weight,
                             (cell->cost * cell->cases + cost * BELIEF) / weight};
}

struct prospect walk_value_backward(const struct walk_value *value, const struct hop_node *node,
                                    unsigned asked)
{
    unsigned i = asked_bucket(asked);

    return expect(&value->backward[i][ways_bucket(node->ways)], &value->asked[i], 1 / (asked + 1.0));
}

/* Half as much for each silent hop, beyond the silence that something is known to stand behind. */
static double believe_forward(const struct hop_node *node, unsigned gap)
{
    static const double halves[] = {1, 0.5, 0.25, 0.125, 1 / 16.0, 1 / 32.0};
    unsigned deeper = node->depth == 0 ? gap : gap + 1 > node->depth ? gap + 1 - node->depth : 0;
    double share = (node->beyond + 0.5) / (node->beyond + node->ended + 1);

    return VALUE_OF_INTERFACE * share * halves[deeper];
}

struct prospect walk_value_forward(const struct walk_value *value, const struct hop_node *node, unsigned gap)
{
    const struct value_cell *cell = &value->forward[ended_bucket(node->ended)][node->depth][gap];

    return expect(cell, &value->silence[node->depth][gap], believe_forward(node, gap));
}

static unsigned silences_bucket(unsigned gap)
{
    return gap < VALUE_SILENCES ? gap : VALUE_SILENCES - 1;
}

static unsigned ttl_bucket(unsigned ttl)
{
    return ttl / 2 < VALUE_TTLS ? ttl / 2 : VALUE_TTLS - 1;
}

struct prospect walk_value_seek(const struct walk_value *value, unsigned gap, unsigned ttl)
{
    unsigned i = silences_bucket(gap);

    return expect(&value->seek[i][ttl_bucket(ttl)], &value->silences[i], 1);
}

static void learn(const struct walk_value *value, struct value_cell *cell, double found, struct prospect then)
{
    cell->cases++;

    double weight = fmax(1 / cell->cases, value->slowest);
    cell->gain += weight * (found + then.gain - cell->gain);
    cell->cost += weight * (1 + then.cost - cell->cost);
}

void walk_value_learn_backward(struct walk_value *value, const struct hop_node *node, unsigned asked,
                               double found, struct prospect then)
{
    unsigned i = asked_bucket(asked);

    learn(value, &value->backward[i][ways_bucket(node->ways)], found, then);
    learn(value, &value->asked[i], found, then);
}

void walk_value_learn_forward(struct walk_value *value, const struct hop_node *node, unsigned gap,
                              double found, struct prospect then)
{
    learn(value, &value->forward[ended_bucket(node->ended)][node->depth][gap], found, then);
    learn(value, &value->silence[node->depth][gap], found, then);
}

void walk_value_learn_seek(struct walk_value *value, unsigned gap, unsigned ttl, double found,
                           struct prospect then)
{
    unsigned i = silences_bucket(gap);

    learn(value, &value->seek[i][ttl_bucket(ttl)], found, then);
    learn(value, &value->silences[i], found, then);
}

_Static_assert(sizeof(struct walk_value) % sizeof(uint64_t) == 0 && sizeof(double) == sizeof(uint64_t),
               "made of doubles alone");

enum {
    VALUE_NUMBERS = sizeof(struct walk_value) / sizeof(uint64_t),
};

int walk_value_save(const struct walk_value *value, FILE *out)
{
    uint64_t numbers[VALUE_NUMBERS];

    memcpy(numbers, value, sizeof(numbers));
    return state_put(out, numbers, VALUE_NUMBERS);
}

int walk_value_load(struct walk_value *value, FILE *in)
{
    uint64_t numbers[VALUE_NUMBERS];

    if (state_get(in, numbers, VALUE_NUMBERS))
        return -EINVAL;
    memcpy(value, numbers, sizeof(numbers));
    return 0;
}
