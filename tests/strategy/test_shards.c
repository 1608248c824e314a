// SPDX-License-Identifier: GPL-2.0-or-later
/* A survey that is divided, by every strategy: no shard asks for what is another's, and none is left out. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/clock.h"
#include "strategy/strategy.h"
#include "support/some_targets.h"

enum {
    LAST_TTL = 6,
    FLOWS = 2,
    BATCH = 64,
    LONGEST_STEPS = 100000,
};

static const char prefixes[] = "8.0.0.0/15 9.0.0.0/18 11.0.0.0/19 12.0.0.0/21";

static struct targets *targets_of(struct shard shard)
{
    const struct targets_config config = {.granularity = 24, .key = {3, 4}, .shard = shard};
    struct prefix_list list = some_prefixes(prefixes);

    targets_normalize(&list, &config);
    struct targets *targets = targets_create(&list, &config);
    cr_assert_not_null(targets);
    return targets;
}

/* How often each combination was asked for, of all targets. */
struct asked {
    const struct targets *whole;
    unsigned char *counts;
};

static unsigned char *place(const struct asked *asked, const struct probe *probe)
{
    uint64_t target;

    cr_assert(targets_find(asked->whole, probe->target_address, &target));
    return &asked->counts[(target * FLOWS + probe->flow) * LAST_TTL + probe->ttl - 1];
}

/* Nobody answers. */
static void send_all(struct strategy *strategy, const struct asked *asked, struct shard shard)
{
    uint64_t now_ns = NS_PER_S, target;
    struct probe probes[BATCH];

    for (int step = 0; !strategy->ops->done(strategy); step++) {
        size_t count = strategy->ops->next(strategy, now_ns, probes, BATCH);

        cr_assert_lt(step, LONGEST_STEPS);
        for (size_t i = 0; i < count; i++) {
            targets_find(asked->whole, probes[i].target_address, &target);
            cr_assert_eq(target % shard.of, shard.index);
            (*place(asked, &probes[i]))++;
        }
        now_ns += count ? NS_PER_MS : 100 * NS_PER_MS;
    }
}

static void send_shard(const struct strategy_ops *ops, const struct asked *asked, struct shard shard,
                       unsigned senders)
{
    struct targets *targets = targets_of(shard);

    for (unsigned slice = 0; slice < senders; slice++) {
        const struct strategy_config config = {
            .targets = targets,
            .min_ttl = 1,
            .max_ttl = LAST_TTL,
            .flows = FLOWS,
            .key = {7, 8},
            .slice = slice,
            .slices = senders,
            .options = ops->defaults,
        };
        struct strategy *strategy;

        cr_assert_eq(ops->open(&strategy, &config), 0);
        send_all(strategy, asked, shard);
        strategy->ops->close(strategy);
    }
    targets_destroy(targets);
}

/* Strategies that learn choose what to ask for, but leave no path out, or, where they choose flows as well, no
 * target: its first flow is asked. */
static void expect_all(const struct strategy_ops *ops, const struct asked *asked, uint64_t paths)
{
    for (uint64_t path = 0; path < paths; path++) {
        bool may_be_left_out = ops->usual_flows && path % FLOWS;
        unsigned sum = 0;

        for (unsigned ttl = 0; ttl < LAST_TTL; ttl++) {
            unsigned count = asked->counts[path * LAST_TTL + ttl];

            cr_expect_leq(count, 1, "%s", ops->name);
            sum += count;
        }
        cr_expect_geq(sum,
                      may_be_left_out ? 0
                      : ops->reply    ? 1
                                      : LAST_TTL,
                      "%s: path %lu", ops->name, (unsigned long)path);
    }
}

Test(shards, every_strategy_asks_for_all_between_them)
{
    static const struct {
        uint32_t shards;
        unsigned senders;
    } cases[] = {{1, 1}, {3, 1}, {4, 3}};
    const struct strategy_ops *ops;

    for (size_t k = 0; (ops = strategy_at(k)); k++)
        for (size_t c = 0; c < sizeof(cases) / sizeof(cases[0]); c++) {
            struct targets *whole = targets_of((struct shard){0});
            uint64_t paths = targets_count(whole) * FLOWS;
            const struct asked asked = {whole, calloc(paths, LAST_TTL)};

            for (uint32_t i = 0; i < cases[c].shards; i++)
                send_shard(ops, &asked, (struct shard){i, cases[c].shards}, cases[c].senders);
            expect_all(ops, &asked, paths);
            free(asked.counts);
            targets_destroy(whole);
        }
}
