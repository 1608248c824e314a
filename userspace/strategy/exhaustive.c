// SPDX-License-Identifier: GPL-2.0-or-later
/* Every target at every TTL and flow, once, in the keyed order of probe_order.h. */
#include <stdlib.h>

#include "strategy/probe_order.h"
#include "strategy/strategy.h"

enum {
    /* Choices whose targets are fetched ahead together: enough to overlap the cache misses, few enough that
     * the lines are still there when they are read. */
    LOOKAHEAD = 16,
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

static size_t next_group(struct exhaustive *self, struct probe *out, size_t n)
{
    struct probe_choice choices[LOOKAHEAD];
    size_t count = 0;

    while (count < n && count < LOOKAHEAD && self->position < self->order.permutation.size) {
        choices[count] = probe_order_at(&self->order, self->position);
        targets_prefetch(self->targets, choices[count].target);
        self->position += self->stride;
        count++;
    }
    for (size_t i = 0; i < count; i++)
        out[i] = (struct probe){
            .target = targets_address(self->targets, choices[i].target),
            .flow = choices[i].flow,
            .ttl = choices[i].ttl,
        };
    return count;
}

static size_t exhaustive_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct exhaustive *self = (struct exhaustive *)strategy;
    size_t count = 0, more;

    (void)now_ns;
    while ((more = next_group(self, out + count, n - count)) > 0)
        count += more;
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
