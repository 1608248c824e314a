// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/walk_value.h"

#include <errno.h>
#include <math.h>

#include "strategy/state.h"

/* The weight of the initial expectation, in cases. Lower, and a few unlucky walks rule out a kind of
 * situation for good. Higher, and thousands of targets pass before anything is learnt. */
static const double BELIEF = 32;

/* The share of silent hops that answer when they are probed again, while nothing is known. Lower, and none is ever
 * probed again at a high price. Higher, and hundreds are probed in vain where routers are silent for good. */
static const double BELIEVED_AGAIN = 0.03;

enum {
    /* A mean forgets what is older than a hundredth of the survey, because knowledge does not hold longer:
     * near the end there is less to find in the same situation. With fewer cases a mean is only noise;
     * with more, its cases are too old. */
    MEMORY_SHARE = 100,
    MEMORY_LEAST = 250,
    MEMORY_MOST = 1000,
};

void walk_value_init(struct walk_value *value, uint64_t paths)
{
    double memory = (double)paths / MEMORY_SHARE;

    *value = (struct walk_value){.price = 0.05, .base_price = 0.05}; /* until the first price is known */
    value->slowest = 1 / fmin(fmax(memory, MEMORY_LEAST), MEMORY_MOST);
}

static double get(const _Atomic double *number)
{
    return atomic_load_explicit(number, memory_order_relaxed);
}

static void set(_Atomic double *number, double value)
{
    atomic_store_explicit(number, value, memory_order_relaxed);
}

/* Returns the index of the first bound that `count` does not exceed. */
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

static unsigned silences_bucket(unsigned gap)
{
    return gap < VALUE_SILENCES ? gap : VALUE_SILENCES - 1;
}

static unsigned ttl_bucket(unsigned ttl)
{
    return ttl / 2 < VALUE_TTLS ? ttl / 2 : VALUE_TTLS - 1;
}

/* The indexes of a situation's cell and of the wider one. */
struct situation {
    unsigned cell, wide;
};

static struct situation backward_of(enum value_start start, struct hop_node node, unsigned asked)
{
    unsigned i = start * (unsigned)VALUE_ASKED + asked_bucket(asked);

    return (struct situation){VALUE_BACKWARD + i * VALUE_WAYS + ways_bucket(node.ways),
                              VALUE_BACKWARD_WIDE + i};
}

static struct situation forward_of(struct hop_node node, unsigned gap)
{
    unsigned wide = node.depth * (unsigned)VALUE_GAPS + gap;

    return (struct situation){VALUE_FORWARD + ended_bucket(node.ended) * VALUE_GAPS * VALUE_GAPS + wide,
                              VALUE_FORWARD_WIDE + wide};
}

static struct situation seek_of(unsigned gap, unsigned ttl)
{
    unsigned i = silences_bucket(gap);

    return (struct situation){VALUE_SEEK + i * VALUE_TTLS + ttl_bucket(ttl), VALUE_SEEK_WIDE + i};
}

static struct situation again_of(enum value_hole hole, unsigned ttl)
{
    return (struct situation){VALUE_AGAIN + hole * (unsigned)VALUE_TTLS + ttl_bucket(ttl),
                              VALUE_AGAIN_WIDE + hole};
}

/* Returns the prospect of a situation, where `believed` discoveries per probe are expected without any
 * cases. */
static struct prospect expect(const struct walk_value *value, struct situation situation, double believed)
{
    const struct value_cell *cell = &value->cells[situation.cell], *wide = &value->cells[situation.wide];
    double cases = get(&cell->cases), wide_cases = get(&wide->cases);
    double gain = (get(&wide->gain) * wide_cases + believed * BELIEF) / (wide_cases + BELIEF);
    double cost = (get(&wide->cost) * wide_cases + BELIEF) / (wide_cases + BELIEF);

    return (struct prospect){(get(&cell->gain) * cases + gain * BELIEF) / (cases + BELIEF),
                             (get(&cell->cost) * cases + cost * BELIEF) / (cases + BELIEF)};
}

struct prospect walk_value_backward(const struct walk_value *value, enum value_start start,
                                    struct hop_node node, unsigned asked)
{
    return expect(value, backward_of(start, node, asked), 1 / (asked + 1.0));
}

/* Half as much for each silent hop beyond the longest silence behind which something was found. */
static double believe_forward(struct hop_node node, unsigned gap)
{
    static const double halves[] = {1, 0.5, 0.25, 0.125, 1 / 16.0, 1 / 32.0};
    unsigned deeper = node.depth == 0 ? gap : gap + 1 > node.depth ? gap + 1 - node.depth : 0;
    double share = (node.beyond + 0.5) / (node.beyond + node.ended + 1);

    return VALUE_OF_INTERFACE * share * halves[deeper];
}

struct prospect walk_value_forward(const struct walk_value *value, struct hop_node node, unsigned gap)
{
    return expect(value, forward_of(node, gap), believe_forward(node, gap));
}

struct prospect walk_value_seek(const struct walk_value *value, unsigned gap, unsigned ttl)
{
    return expect(value, seek_of(gap, ttl), 1);
}

struct prospect walk_value_again(const struct walk_value *value, enum value_hole hole, unsigned ttl)
{
    return expect(value, again_of(hole, ttl), BELIEVED_AGAIN);
}

bool walk_value_pays_again(const struct walk_value *value, enum value_hole hole, unsigned ttl)
{
    struct prospect prospect = walk_value_again(value, hole, ttl);

    return prospect.gain > get(&value->base_price) * prospect.cost;
}

static void add(struct value_sums *sums, unsigned number, double gain, double cost)
{
    struct value_sum *sum = &sums->sums[number];

    if (sum->cases == 0)
        sums->touched[sums->count++] = (uint16_t)number;
    sum->cases++;
    sum->gain += gain;
    sum->cost += cost;
}

static void learn(struct value_sums *sums, struct situation situation, double found, struct prospect then)
{
    add(sums, situation.cell, found + then.gain, 1 + then.cost);
    add(sums, situation.wide, found + then.gain, 1 + then.cost);
}

void value_learn_backward(struct value_sums *sums, enum value_start start, struct hop_node node,
                          unsigned asked, double found, struct prospect then)
{
    learn(sums, backward_of(start, node, asked), found, then);
}

void value_learn_forward(struct value_sums *sums, struct hop_node node, unsigned gap, double found,
                         struct prospect then)
{
    learn(sums, forward_of(node, gap), found, then);
}

void value_learn_seek(struct value_sums *sums, unsigned gap, unsigned ttl, double found, struct prospect then)
{
    learn(sums, seek_of(gap, ttl), found, then);
}

void value_learn_again(struct value_sums *sums, enum value_hole hole, unsigned ttl, double found,
                       struct prospect then)
{
    learn(sums, again_of(hole, ttl), found, then);
}

/* Folds as if the cases had come one by one, each with the weight 1/n, but at least `slowest`. */
static void fold(struct value_cell *cell, const struct value_sum *sum, double slowest)
{
    double cases = get(&cell->cases) + sum->cases;
    double weight = fmax(sum->cases / cases, 1 - pow(1 - slowest, sum->cases));

    set(&cell->gain, get(&cell->gain) + weight * (sum->gain / sum->cases - get(&cell->gain)));
    set(&cell->cost, get(&cell->cost) + weight * (sum->cost / sum->cases - get(&cell->cost)));
    set(&cell->cases, cases);
}

void walk_value_fold(struct walk_value *value, struct value_sums *sums)
{
    for (unsigned i = 0; i < sums->count; i++) {
        struct value_sum *sum = &sums->sums[sums->touched[i]];

        fold(&value->cells[sums->touched[i]], sum, value->slowest);
        *sum = (struct value_sum){0};
    }
    sums->count = 0;
}

static int save_cell(const struct value_cell *cell, FILE *out)
{
    const double numbers[] = {get(&cell->cases), get(&cell->gain), get(&cell->cost)};

    return state_put_reals(out, numbers, 3);
}

static int load_cell(struct value_cell *cell, FILE *in)
{
    double numbers[3];

    if (state_get_reals(in, numbers, 3))
        return -EINVAL;
    set(&cell->cases, numbers[0]);
    set(&cell->gain, numbers[1]);
    set(&cell->cost, numbers[2]);
    return 0;
}

int walk_value_save(const struct walk_value *value, FILE *out)
{
    const double prices[] = {get(&value->price), get(&value->base_price)};
    int error = state_put_reals(out, prices, 2);

    for (unsigned i = 0; !error && i < VALUE_CELLS; i++)
        error = save_cell(&value->cells[i], out);
    return error;
}

int walk_value_load(struct walk_value *value, FILE *in)
{
    double prices[2];
    int error = state_get_reals(in, prices, 2);

    for (unsigned i = 0; !error && i < VALUE_CELLS; i++)
        error = load_cell(&value->cells[i], in);
    if (!error) {
        set(&value->price, prices[0]);
        set(&value->base_price, prices[1]);
    }
    return error;
}

int value_sums_save(const struct value_sums *sums, FILE *out)
{
    int error = 0;

    for (unsigned i = 0; !error && i < VALUE_CELLS; i++) {
        const double numbers[] = {sums->sums[i].cases, sums->sums[i].gain, sums->sums[i].cost};

        error = state_put_reals(out, numbers, 3);
    }
    return error;
}

/* The order in which they are folded may change then, but not the result. */
int value_sums_load(struct value_sums *sums, FILE *in)
{
    double numbers[3];

    *sums = (struct value_sums){0};
    for (unsigned i = 0; i < VALUE_CELLS; i++) {
        if (state_get_reals(in, numbers, 3))
            return -EINVAL;
        sums->sums[i] = (struct value_sum){numbers[0], numbers[1], numbers[2]};
        if (numbers[0] > 0)
            sums->touched[sums->count++] = (uint16_t)i;
    }
    return 0;
}
