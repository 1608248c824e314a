// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state of the adaptive strategy: what it is of, what was learnt, a byte a path, and the walks under way in the
 * order in which they wait. Walks are numbered anew, which nothing depends on. What all senders have learnt
 * together stands in the state of the first.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/adaptive.h"
#include "strategy/state.h"

static uint64_t bits_of(double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static uint64_t identity(const struct adaptive *self)
{
    const struct adaptive_options *options = &self->options;
    const uint64_t numbers[] = {
        self->knowledge.min_ttl,
        self->knowledge.max_ttl,
        bits_of(options->budget),
        bits_of(options->epsilon),
        bits_of(options->chance),
        options->patience_ns,
        options->gap,
        options->links,
        options->start,
        options->by_flow,
    };

    return slice_paths_identity(&self->paths, &self->order.permutation, numbers,
                                sizeof(numbers) / sizeof(numbers[0]));
}

/* The saved numbers at its head; the walks follow at its end. */
enum {
    STATE_IDENTITY,
    STATE_POSITION,
    STATE_LAST_NS,
    STATE_HEARD_NS,
    STATE_RANDOM,
    STATE_SENT,
    STATE_BEGUN,
    STATE_ENDED,
    STATE_FOUND,
    STATE_TOLD_SENT,
    STATE_TOLD_BEGUN,
    STATE_TOLD_FOUND,
    STATE_EXCUSED,
    STATE_TOLD_EXCUSED,
    STATE_NEAR_SENT,
    STATE_END,
    STATE_YIELD_SENT,
    STATE_YIELD_FOUND,
    STATE_YIELD_LAST_SENT,
    STATE_YIELD_LAST_FOUND,
    STATE_HOLES_ROUNDS,
    STATE_HOLES_NODE,
    STATE_HOLES_PATH,
    STATE_HOLES_ASKED,
    STATE_HOLES_OPEN,
    STATE_HOLES_NEXT_NS,
    STATE_NUMBERS,
};

static void describe(const struct adaptive *self, uint64_t state[STATE_NUMBERS])
{
    const struct spending *spending = &self->knowledge.spending;

    state[STATE_IDENTITY] = identity(self);
    state[STATE_POSITION] = self->position;
    state[STATE_LAST_NS] = self->last_ns;
    state[STATE_HEARD_NS] = self->heard_ns;
    state[STATE_RANDOM] = self->knowledge.random;
    state[STATE_SENT] = spending->sent;
    state[STATE_BEGUN] = spending->begun;
    state[STATE_ENDED] = spending->ended;
    state[STATE_FOUND] = spending->found;
    state[STATE_TOLD_SENT] = spending->told_sent;
    state[STATE_TOLD_BEGUN] = spending->told_begun;
    state[STATE_TOLD_FOUND] = spending->told_found;
    state[STATE_EXCUSED] = spending->excused;
    state[STATE_TOLD_EXCUSED] = spending->told_excused;
    state[STATE_NEAR_SENT] = self->near_sent;
    state[STATE_END] = self->end;
    state[STATE_YIELD_SENT] = self->yield.sent;
    state[STATE_YIELD_FOUND] = self->yield.found;
    state[STATE_YIELD_LAST_SENT] = self->yield.last_sent;
    state[STATE_YIELD_LAST_FOUND] = self->yield.last_found;
    state[STATE_HOLES_ROUNDS] = self->holes.rounds;
    state[STATE_HOLES_NODE] = self->holes.node;
    state[STATE_HOLES_PATH] = self->holes.path;
    state[STATE_HOLES_ASKED] = self->holes.asked;
    state[STATE_HOLES_OPEN] = self->holes.open;
    state[STATE_HOLES_NEXT_NS] = self->holes.next_ns;
}

static void adopt(struct adaptive *self, const uint64_t state[STATE_NUMBERS])
{
    struct spending *spending = &self->knowledge.spending;

    self->position = state[STATE_POSITION];
    self->last_ns = state[STATE_LAST_NS];
    self->heard_ns = state[STATE_HEARD_NS];
    self->knowledge.random = state[STATE_RANDOM];
    spending->sent = state[STATE_SENT];
    spending->begun = state[STATE_BEGUN];
    spending->ended = state[STATE_ENDED];
    spending->found = state[STATE_FOUND];
    spending->told_sent = state[STATE_TOLD_SENT];
    spending->told_begun = state[STATE_TOLD_BEGUN];
    spending->told_found = state[STATE_TOLD_FOUND];
    spending->excused = state[STATE_EXCUSED];
    spending->told_excused = state[STATE_TOLD_EXCUSED];
    self->near_sent = state[STATE_NEAR_SENT];
    self->end = state[STATE_END];
    self->yield = (struct flow_yield){
        .sent = state[STATE_YIELD_SENT],
        .found = state[STATE_YIELD_FOUND],
        .last_sent = state[STATE_YIELD_LAST_SENT],
        .last_found = state[STATE_YIELD_LAST_FOUND],
    };
    self->holes = (struct adaptive_holes){
        .rounds = (unsigned)state[STATE_HOLES_ROUNDS],
        .node = (uint32_t)state[STATE_HOLES_NODE],
        .path = state[STATE_HOLES_PATH],
        .asked = state[STATE_HOLES_ASKED],
        .open = state[STATE_HOLES_OPEN],
        .next_ns = state[STATE_HOLES_NEXT_NS],
    };
}

int adaptive_save(const struct strategy *strategy, FILE *out)
{
    const struct adaptive *self = (const struct adaptive *)strategy;
    uint64_t state[STATE_NUMBERS];
    int error;

    describe(self, state);
    error = state_put(out, state, STATE_NUMBERS);
    if (!error && self->owns_commons)
        error = walk_commons_save(self->commons, out);
    if (!error)
        error = value_sums_save(&self->knowledge.sums, out);
    return error ? error : walk_table_save(&self->walks, out);
}

static bool is_sound(const struct adaptive *self, const struct walk *walk)
{
    const struct walk_knowledge *knowledge = &self->knowledge;
    uint32_t nodes = self->commons->nodes.count;

    return walk->path < self->paths.count && walk->near <= nodes && walk->far <= nodes &&
           walk->before_far <= nodes && walk->ttl >= knowledge->min_ttl && walk->ttl <= knowledge->max_ttl &&
           walk->phase <= WALK_AGAIN && walk->lower < walk->upper && walk->upper <= knowledge->max_ttl + 1;
}

static bool are_sound(const struct adaptive *self)
{
    for (enum walk_place place = WALK_READY; place < WALK_FREE; place++)
        for (const struct walk *walk = walk_table_first(&self->walks, place); walk;
             walk = walk_table_after(&self->walks, walk))
            if (!is_sound(self, walk))
                return false;
    return true;
}

static int load(struct adaptive *self, FILE *in)
{
    uint64_t state[STATE_NUMBERS];

    if (state_get(in, state, STATE_NUMBERS))
        return -EINVAL;
    if (state[STATE_IDENTITY] != identity(self))
        return -ESTALE;
    if (state[STATE_END] > self->paths.count || state[STATE_POSITION] > state[STATE_END])
        return -EINVAL;
    adopt(self, state);
    if (self->owns_commons && walk_commons_load(self->commons, in))
        return -EINVAL;
    if (value_sums_load(&self->knowledge.sums, in) || walk_table_load(&self->walks, in))
        return -EINVAL;
    if (self->holes.rounds > ADAPTIVE_ROUNDS || self->holes.open > self->walks.active)
        return -EINVAL;
    self->resumed = true;
    return are_sound(self) ? 0 : -EINVAL;
}

/* But for where the commons lie, which others share. */
static void swap(struct adaptive *self, struct adaptive *other)
{
    struct walk_commons *here = self->commons, *there = other->commons;
    struct adaptive kept = *self;

    *self = *other;
    *other = kept;
    self->commons = self->knowledge.commons = here;
    other->commons = other->knowledge.commons = there;
    if (here == there)
        return;
    struct walk_commons commons = *here;
    *here = *there;
    *there = commons;
}

/* Into another one, which then takes this one's place: whatever is wrong, this one is as it was. */
int adaptive_load(struct strategy *strategy, FILE *in)
{
    struct adaptive *self = (struct adaptive *)strategy;
    struct strategy_config config = self->config;
    struct strategy *other;
    int error;

    config.options = &self->options;
    error = strategy_adaptive.open(&other, &config);
    if (error)
        return error;
    error = load((struct adaptive *)other, in);
    if (!error)
        swap(self, (struct adaptive *)other);
    strategy_adaptive.close(other);
    return error;
}
