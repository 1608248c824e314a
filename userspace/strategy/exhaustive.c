// SPDX-License-Identifier: GPL-2.0-or-later
/* Every target at every TTL and flow, once, in the keyed order of probe_order.h. */
#include <stdlib.h>

#include "strategy/probe_order.h"
#include "strategy/strategy.h"

enum {
    /* Choices whose targets are fetched ahead together: enough to overlap the cache misses, few enough that
     * the lines are still there when they are read. */
    LOOKAHEAD = 64,
};

struct exhaustive {
    struct strategy base;
    const struct targets *targets;
    struct probe_order order;
    uint64_t position, stride;
};

static struct strategy *exhaustive_create(const struct strategy_config *config)
{
    struct exhaustive *self = calloc(1, sizeof(*self));

    if (!self)
        return NULL;
    self->base.ops = &strategy_exhaustive;
    self->targets = config->targets;
    self->position = config->slice;
    self->stride = config->slices;
    probe_order_init(&self->order, targets_count(config->targets), config->min_ttl, config->max_ttl,
                     config->flows, config->key);
    return &self->base;
}

static void exhaustive_destroy(struct strategy *strategy)
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
        targets_prefetch(self->targets, choices[i].target);
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (struct probe){
            .target_address = targets_address(self->targets, choices[i].target),
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

static bool exhaustive_done(const struct strategy *strategy)
{
    const struct exhaustive *self = (const struct exhaustive *)strategy;

    return self->position >= self->order.permutation.size;
}

const struct strategy_ops strategy_exhaustive = {
    .name = "exhaustive",
    .help = "every target at every TTL, in a keyed random order",
    .create = exhaustive_create,
    .destroy = exhaustive_destroy,
    .next = exhaustive_next,
    .next_due = exhaustive_next_due,
    .done = exhaustive_done,
};
