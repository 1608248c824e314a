// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Sends every probe once: every target at every TTL and flow, in the keyed order of probe_order.h.
 *
 * The strategy hears no answers, so a slice need not keep to targets of its own: it is every `slices`-th position
 * of the order. That divides the probes of each target among all senders, and the state of a slice is one
 * position. If it must keep to its own targets, it has an order of its own, over every `slices`-th target.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/probe_order.h"
#include "strategy/state.h"
#include "strategy/strategy.h"

enum {
    /* Choices whose targets are prefetched together: enough to overlap the cache misses, few enough that the
     * lines are still in the cache when they are read. */
    LOOKAHEAD = 64,
    /* Probes that identify an order: with another seed, list or range of TTLs the first probes differ. */
    IDENTIFYING = 64,
};

struct exhaustive {
    struct strategy base;
    const struct targets *targets;
    struct probe_order order;
    uint64_t position, first, stride; /* in the order */
    uint64_t slice, slices;           /* as configured */
    uint64_t target, step;            /* the slice's first target, and the step from one to the next */
};

static uint64_t targets_of(const struct strategy_config *config)
{
    uint64_t count = targets_count(config->targets);

    return config->own_targets ? (count + config->slices - 1 - config->slice) / config->slices : count;
}

static int exhaustive_open(struct strategy **out, const struct strategy_config *config)
{
    struct exhaustive *self = calloc(1, sizeof(*self));
    struct siphash_key key = config->key;

    if (!self)
        return -ENOMEM;
    self->base.ops = &strategy_exhaustive;
    self->targets = config->targets;
    self->slice = config->slice;
    self->slices = config->slices;
    self->position = self->first = config->own_targets ? 0 : config->slice;
    self->stride = config->own_targets ? 1 : config->slices;
    self->target = config->own_targets ? config->slice : 0;
    self->step = config->own_targets ? config->slices : 1;
    /* If the orders of all slices were equal, probes of neighbouring targets would leave together. */
    key.k0 ^= config->own_targets ? config->slice : 0;
    probe_order_init(&self->order, targets_of(config), config->min_ttl, config->max_ttl, config->flows, key);
    *out = &self->base;
    return 0;
}

static void exhaustive_close(struct strategy *strategy)
{
    free(strategy);
}

static uint64_t positions_left(const struct exhaustive *self)
{
    uint64_t size = self->order.permutation.size;

    return self->position < size ? (size - self->position - 1) / self->stride + 1 : 0;
}

static void next_group(struct exhaustive *self, struct probe *out, size_t n)
{
    uint64_t elements[LOOKAHEAD];
    struct probe_choice choices[LOOKAHEAD];

    permutation_range(&self->order.permutation, self->position, self->stride, elements, n);
    self->position += n * self->stride;
    for (size_t i = 0; i < n; i++) {
        choices[i] = probe_order_choice(&self->order, elements[i]);
        choices[i].target = self->target + choices[i].target * self->step;
        targets_prefetch(self->targets, choices[i].target);
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (struct probe){
            .target_address = targets_flow_address(self->targets, choices[i].target, choices[i].flow),
            .flow = choices[i].flow,
            .ttl = choices[i].ttl,
        };
}

static size_t exhaustive_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct exhaustive *self = (struct exhaustive *)strategy;
    uint64_t left = positions_left(self);
    size_t count = left < n ? left : n;

    (void)now_ns;
    for (size_t done = 0; done < count; done += LOOKAHEAD)
        next_group(self, out + done, count - done < LOOKAHEAD ? count - done : LOOKAHEAD);
    return count;
}

static uint64_t exhaustive_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    (void)strategy;
    return now_ns;
}

static uint64_t exhaustive_left(const struct strategy *strategy)
{
    return positions_left((const struct exhaustive *)strategy);
}

static bool exhaustive_done(const struct strategy *strategy)
{
    const struct exhaustive *self = (const struct exhaustive *)strategy;

    return self->position >= self->order.permutation.size;
}

/* Returns a hash of the first probes of the whole order. */
static uint64_t identity(const struct exhaustive *self)
{
    uint64_t size = self->order.permutation.size;
    struct siphash_state state = siphash_start((struct siphash_key){0});

    for (uint64_t i = 0; i < IDENTIFYING && i < size; i++) {
        struct probe_choice choice = probe_order_at(&self->order, i);

        struct address address = targets_flow_address(self->targets, choice.target, choice.flow);

        siphash_absorb(&state, address.high);
        siphash_absorb(&state, address.low);
        siphash_absorb(&state, choice.target);
        siphash_absorb(&state, (uint64_t)choice.flow << 8 | choice.ttl);
    }
    return siphash_finish(state, 0, 0);
}

/* The saved state: all numbers but the last identify the order. */
enum {
    STATE_SIZE,
    STATE_IDENTITY,
    STATE_SLICE,
    STATE_SLICES,
    STATE_POSITION,
    STATE_NUMBERS,
};

static void describe(const struct exhaustive *self, uint64_t state[STATE_NUMBERS])
{
    state[STATE_SIZE] = self->order.permutation.size;
    state[STATE_IDENTITY] = identity(self);
    state[STATE_SLICE] = self->slice;
    state[STATE_SLICES] = self->slices;
    state[STATE_POSITION] = self->position;
}

static int exhaustive_save(const struct strategy *strategy, FILE *out)
{
    uint64_t state[STATE_NUMBERS];

    describe((const struct exhaustive *)strategy, state);
    return state_put(out, state, STATE_NUMBERS);
}

/* Positions of the slice, including the first one past the end. */
static bool is_position(const struct exhaustive *self, uint64_t position)
{
    return position < self->order.permutation.size + self->stride && position % self->stride == self->first;
}

static int exhaustive_load(struct strategy *strategy, FILE *in)
{
    struct exhaustive *self = (struct exhaustive *)strategy;
    uint64_t state[STATE_NUMBERS], own[STATE_NUMBERS];

    if (state_get(in, state, STATE_NUMBERS))
        return -EINVAL;
    describe(self, own);
    if (memcmp(state, own, STATE_POSITION * sizeof(state[0])) != 0)
        return -ESTALE;
    if (!is_position(self, state[STATE_POSITION]))
        return -EINVAL;
    self->position = state[STATE_POSITION];
    return 0;
}

const struct strategy_ops strategy_exhaustive = {
    .name = "exhaustive",
    .help = "every target at every TTL, in a keyed random order",
    .open = exhaustive_open,
    .close = exhaustive_close,
    .next = exhaustive_next,
    .next_due = exhaustive_next_due,
    .left = exhaustive_left,
    .state_version = 1,
    .save = exhaustive_save,
    .load = exhaustive_load,
    .done = exhaustive_done,
};
