// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of the adaptive strategy; opening and closing it. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "strategy/adaptive.h"

enum {
    /* With fewer paths than this, the survey is over before learning pays: then the rule is fixed. */
    LEARN_FROM = 3000,
    /* Walks that are active at once in the beginning. With fewer, a list of millions is slow for many round-trip times,
     * because at most as many walks are active as have ended. With more, that share of all walks begins before
     * anything is learnt. */
    START_SHARE = 500,
    START_LEAST = 128,
    /* Walks active at once; others wait for their turn. 2^21 allow 2 million probes per second if each is given up after a
     * second. */
    WALKS_MOST = 1 << 21,
};

const struct adaptive_options adaptive_defaults = {
    .epsilon = 0.08,
    .chance = 0.01,
    .patience_ns = 600 * NS_PER_MS,
    .gap = 3,
    .links = 2,
};

/* Probes that a path may cost on average by the fixed rule, and by the learnt rule. */
static const double FIXED_BUDGET = 10, LEARNT_BUDGET = 5;

#define FIELD(parser, name) OPTION_FIELD(parser, struct adaptive_options, name)

const struct option_spec adaptive_option_specs[] = {
    {"budget", 0, "N", FIELD(option_decimal, budget), .min = 1, .max = PROBE_MAX_TTL,
     .help = "probes per target (default 5, small sets 10)"},
    {"epsilon", 0, "SHARE", FIELD(option_decimal, epsilon), .max = 1,
     .help = "lower finds more (default 0.08)"},
    {"chance", 0, "SHARE", FIELD(option_decimal, chance), .max = 1,
     .help = "higher adapts sooner (default 0.01)"},
    {"patience", 0, "TIME", FIELD(option_seconds, patience_ns), .max = 60,
     .help = "longer waits for slow hops (default 0.6)"},
    {"start", 0, "N", FIELD(option_number, start), .help = "targets at once at first (1/500, at least 128)"},
    {"gap", 0, "N", FIELD(option_number, gap), .min = 1, .max = PROBE_MAX_TTL,
     .help = "silent hops that end a path (default 3)"},
    {"links", 0, "N", FIELD(option_number, links), .min = 1, .max = PROBE_MAX_TTL,
     .help = "known links that end it (default 2)"},
    {0},
};

/* Many paths have the learnt rule, few have the fixed one. */
static void choose_rule(struct adaptive *self)
{
    const struct adaptive_options *options = &self->options;
    struct walk_knowledge *knowledge = &self->knowledge;
    bool learns = slice_paths_common_count(&self->paths) >= LEARN_FROM;
    double budget = options->budget > 0 ? options->budget : learns ? LEARNT_BUDGET : FIXED_BUDGET;

    knowledge->known_links = learns ? 0 : options->links;
    knowledge->gap = options->gap;
    knowledge->chance = options->chance;
    knowledge->random = self->paths.slice;
    knowledge->spending = (struct spending){.budget = budget, .walks = self->paths.count};
    self->holes.rounds = learns ? 0 : ADAPTIVE_ROUNDS;
    if (self->owns_commons)
        self->commons->pool = (struct spending_pool){
            .budget = budget, .epsilon = options->epsilon, .walks = slice_paths_common_count(&self->paths)};
}

/* Returns this sender's share of the walks that are active at once in the beginning. */
static uint64_t choose_start(const struct adaptive *self)
{
    uint64_t share = slice_paths_common_count(&self->paths) / START_SHARE;
    uint64_t start = self->options.start ? self->options.start : share > START_LEAST ? share : START_LEAST;

    return (start + self->paths.slices - 1) / self->paths.slices;
}

static int open_commons(struct adaptive *self, const struct strategy_config *config)
{
    self->owns_commons = !config->first;
    self->commons =
        config->first ? ((struct adaptive *)config->first)->commons : calloc(1, sizeof(*self->commons));
    self->knowledge.commons = self->commons;
    if (!self->commons)
        return -ENOMEM;
    return self->owns_commons ? walk_commons_init(self->commons, slice_paths_common_count(&self->paths),
                                                  siphash_u64(config->key, config->slice))
                              : 0;
}

static int allocate(struct adaptive *self, const struct strategy_config *config)
{
    uint64_t paths = self->paths.count;
    int error = paths > UINT32_MAX ? -EOVERFLOW : open_commons(self, config);

    if (!error)
        error = walk_table_init(&self->walks, paths,
                                paths < 1            ? 1
                                : paths < WALKS_MOST ? (uint32_t)paths
                                                     : WALKS_MOST);
    return error;
}

void adaptive_close(struct strategy *strategy)
{
    struct adaptive *self = (struct adaptive *)strategy;

    walk_table_free(&self->walks);
    if (self->owns_commons && self->commons) {
        walk_commons_free(self->commons);
        free(self->commons);
    }
    free(self);
}

int adaptive_open(struct strategy **out, const struct strategy_config *config)
{
    struct adaptive *self = calloc(1, sizeof(*self));

    if (!self)
        return -ENOMEM;
    self->base.ops = &strategy_adaptive;
    self->config = *config;
    self->options = config->options ? *(const struct adaptive_options *)config->options : adaptive_defaults;
    self->paths = slice_paths_of(config);
    self->knowledge.min_ttl = config->min_ttl;
    self->knowledge.max_ttl = config->max_ttl;
    path_order_init(&self->order, &self->paths, config->key, self->options.by_flow);
    self->end = self->order.count;

    int error = allocate(self, config);
    if (error) {
        adaptive_close(&self->base);
        return error;
    }
    choose_rule(self);
    self->start = choose_start(self);
    *out = &self->base;
    return 0;
}
