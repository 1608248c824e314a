// SPDX-License-Identifier: GPL-2.0-or-later
/* The state of FlashRoute's rule: the position in the round, all paths with the order of those that
 * continue, and the interfaces that were met. */
#include <errno.h>

#include "strategy/flashroute.h"
#include "strategy/state.h"

enum {
    STATE_IDENTITY,
    STATE_LEFT,
    STATE_KEPT,
    STATE_PLACE,
    STATE_BACKWARD_NEXT,
    STATE_MEASURES,
    STATE_ROUND_BEGAN,
    STATE_NUMBERS,
};

static uint64_t identity(const struct flashroute *self)
{
    const struct flashroute_options *options = &self->options;
    const uint64_t numbers[] = {self->config.min_ttl, self->config.max_ttl, options->split,   options->gap,
                                options->span,        options->round_ns,    options->preprobe};
    struct permutation order;

    slice_paths_order(&self->slice, self->config.key, &order);
    return slice_paths_identity(&self->slice, &order, numbers, sizeof(numbers) / sizeof(numbers[0]));
}

static uint64_t pack(uint32_t order, struct flash_path path)
{
    return (uint64_t)order << 32 | (uint64_t)path.backward << 24 | (uint64_t)path.forward << 16 |
           (uint64_t)path.horizon << 8 | path.split;
}

static struct flash_path unpack(uint64_t number)
{
    return (struct flash_path){(uint8_t)(number >> 24), (uint8_t)(number >> 16), (uint8_t)(number >> 8),
                               (uint8_t)number};
}

static int save_paths(const struct flashroute *self, FILE *out)
{
    int error = 0;

    for (uint64_t i = 0; !error && i < self->slice.count; i++) {
        uint64_t number = pack(self->order[i], self->paths[i]);

        error = state_put(out, &number, 1);
    }
    return error;
}

int flashroute_save(const struct strategy *strategy, FILE *out)
{
    const struct flashroute *self = (const struct flashroute *)strategy;
    const uint64_t state[STATE_NUMBERS] = {
        [STATE_IDENTITY] = identity(self),
        [STATE_LEFT] = self->left,
        [STATE_KEPT] = self->kept,
        [STATE_PLACE] = self->place,
        [STATE_BACKWARD_NEXT] = self->backward_next,
        [STATE_MEASURES] = self->measures,
        [STATE_ROUND_BEGAN] = self->round_began_ns,
    };
    int error = state_put(out, state, STATE_NUMBERS);

    if (!error)
        error = save_paths(self, out);
    return error || !self->slice.count ? error : hop_nodes_save(&self->stops, out);
}

static bool is_sound(const struct flashroute *self, struct flash_path path)
{
    unsigned most = self->config.max_ttl;

    return path.split >= self->config.min_ttl && path.split <= most && path.backward <= most &&
           path.forward <= most + 1 && path.horizon <= most;
}

static int load_paths(struct flashroute *self, FILE *in)
{
    uint64_t number;

    for (uint64_t i = 0; i < self->slice.count; i++) {
        if (state_get(in, &number, 1))
            return -EINVAL;
        self->order[i] = (uint32_t)(number >> 32);
        self->paths[i] = unpack(number);
        if (self->order[i] >= self->slice.count || !is_sound(self, self->paths[i]))
            return -EINVAL;
    }
    return 0;
}

static int load(struct flashroute *self, FILE *in)
{
    uint64_t state[STATE_NUMBERS];

    if (state_get(in, state, STATE_NUMBERS))
        return -EINVAL;
    if (state[STATE_IDENTITY] != identity(self))
        return -ESTALE;
    if (state[STATE_LEFT] > self->slice.count || state[STATE_PLACE] > state[STATE_LEFT] ||
        state[STATE_KEPT] > state[STATE_PLACE])
        return -EINVAL;
    self->left = state[STATE_LEFT];
    self->kept = state[STATE_KEPT];
    self->place = state[STATE_PLACE];
    self->backward_next = state[STATE_BACKWARD_NEXT];
    self->measures = state[STATE_MEASURES];
    self->round_began_ns = state[STATE_ROUND_BEGAN];
    self->resumed = true;
    if (load_paths(self, in))
        return -EINVAL;
    return self->slice.count ? hop_nodes_load(&self->stops, in) : 0;
}

/* Loads into another strategy, which then replaces this one. So after any error this one is unchanged. */
int flashroute_load(struct strategy *strategy, FILE *in)
{
    struct flashroute *self = (struct flashroute *)strategy, kept = *self;
    struct strategy_config config = self->config;
    struct strategy *other;
    int error;

    config.options = &self->options;
    error = strategy_flashroute.open(&other, &config);
    if (error)
        return error;
    error = load((struct flashroute *)other, in);
    if (!error) {
        *self = *(struct flashroute *)other;
        *(struct flashroute *)other = kept;
    }
    strategy_flashroute.close(other);
    return error;
}
