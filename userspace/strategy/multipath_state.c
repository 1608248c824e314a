// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state of the multipath strategy: its identity, its position, and the targets under way. These begin again
 * after a load, because the results of half a batch are of no use without the other half, which is lost.
 */
#include <errno.h>
#include <stdlib.h>

#include "strategy/multipath.h"
#include "strategy/state.h"

enum {
    STATE_IDENTITY,
    STATE_POSITION,
    STATE_LENGTHS,
    STATE_LENGTHS_COUNT,
    STATE_AGAIN,
    STATE_ENDED,
    STATE_NUMBERS = STATE_ENDED + SEARCH_ENDS,
};

static uint64_t identity(const struct multipath *self)
{
    const struct multipath_options *options = &self->options;
    const uint64_t numbers[] = {
        self->config.min_ttl,
        self->config.max_ttl,
        self->config.flows,
        options->coverage.kind,
        (uint64_t)(options->coverage.confidence * 1e6),
        options->patience_ns,
        options->gap,
    };

    return slice_paths_identity(&self->targets, &self->order, numbers, sizeof(numbers) / sizeof(numbers[0]));
}

static void describe(const struct multipath *self, uint64_t state[STATE_NUMBERS])
{
    state[STATE_IDENTITY] = identity(self);
    state[STATE_POSITION] = self->position;
    state[STATE_LENGTHS] = self->lengths;
    state[STATE_LENGTHS_COUNT] = self->lengths_count;
    state[STATE_AGAIN] = self->again_count + self->contexts.active;
    for (unsigned i = 0; i < SEARCH_ENDS; i++)
        state[STATE_ENDED + i] = self->ended[i];
}

static int save_under_way(const struct multipath *self, FILE *out)
{
    int error = state_put(out, self->again, self->again_count);

    for (int place = 0; place < CONTEXT_FREE; place++) {
        uint32_t number = self->contexts.lists[place].first;

        for (; !error && number; number = self->contexts.contexts[number].links.next)
            error = state_put(out, &self->contexts.contexts[number].target, 1);
    }
    return error;
}

int multipath_save(const struct strategy *strategy, FILE *out)
{
    const struct multipath *self = (const struct multipath *)strategy;
    uint64_t state[STATE_NUMBERS];
    int error;

    describe(self, state);
    error = state_put(out, state, STATE_NUMBERS);
    return error ? error : save_under_way(self, out);
}

static int load_under_way(struct multipath *self, uint64_t count, FILE *in)
{
    uint64_t *again = malloc((count + 1) * sizeof(*again));
    int error = !again ? -ENOMEM : state_get(in, again, count);

    for (uint64_t i = 0; !error && i < count; i++)
        error = again[i] < self->targets.count ? 0 : -EINVAL;
    if (error) {
        free(again);
        return error;
    }
    free(self->again);
    self->again = again;
    self->again_count = count;
    return 0;
}

int multipath_load(struct strategy *strategy, FILE *in)
{
    struct multipath *self = (struct multipath *)strategy;
    uint64_t state[STATE_NUMBERS];
    int error;

    if (state_get(in, state, STATE_NUMBERS))
        return -EINVAL;
    if (state[STATE_IDENTITY] != identity(self))
        return -ESTALE;
    if (state[STATE_POSITION] > self->targets.count || state[STATE_AGAIN] > state[STATE_POSITION])
        return -EINVAL;
    error = load_under_way(self, state[STATE_AGAIN], in);
    if (error)
        return error;
    self->position = state[STATE_POSITION];
    self->lengths = state[STATE_LENGTHS];
    self->lengths_count = state[STATE_LENGTHS_COUNT];
    for (unsigned i = 0; i < SEARCH_ENDS; i++)
        self->ended[i] = state[STATE_ENDED + i];
    return 0;
}
