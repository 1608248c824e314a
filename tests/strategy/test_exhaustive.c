// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "strategy/probe_order.h"
#include "strategy/strategy.h"
#include "support/saved_state.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    MIN_TTL = 2,
    MAX_TTL = 12,
    TTLS = MAX_TTL - MIN_TTL + 1,
    FLOWS = 3,
};

static const struct siphash_key key = {1, 2};

/* 300 blocks of /24 and two single addresses. */
static struct targets *make_targets(void)
{
    struct targets *targets = some_targets("8.0.0.0/16 9.1.0.0/19 9.2.0.0/21 9.3.0.0/22 1.1.1.1 1.1.2.2");

    cr_assert_eq(targets_count(targets), 302);
    return targets;
}

static struct strategy *create(const struct targets *targets, unsigned slice, unsigned slices)
{
    const struct strategy_config config = {
        .targets = targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .key = key,
        .slice = slice,
        .slices = slices,
    };
    struct strategy *strategy;

    cr_assert_eq(strategy_exhaustive.open(&strategy, &config), 0);
    cr_assert_eq(strategy->ops, &strategy_exhaustive);
    return strategy;
}

static void destroy(struct strategy *strategy)
{
    strategy->ops->close(strategy);
}

/* Takes all that is left, `step` probes at a time, into `seen` by target, TTL and flow. Returns how many. */
static uint64_t take_all(struct strategy *strategy, const struct targets *targets, size_t step, uint8_t *seen)
{
    struct probe probes[200];
    uint64_t total = 0;
    size_t count;

    while ((count = strategy->ops->next(strategy, 0, probes, step)) > 0) {
        for (size_t i = 0; i < count; i++) {
            uint64_t target;

            cr_assert(targets_find(targets, probes[i].target_address, &target));
            cr_assert_lt(probes[i].flow, FLOWS);
            cr_assert(probes[i].ttl >= MIN_TTL && probes[i].ttl <= MAX_TTL);
            seen[(target * FLOWS + probes[i].flow) * TTLS + probes[i].ttl - MIN_TTL]++;
        }
        total += count;
        /* Fewer than asked for only where no more are left. */
        cr_assert(count == step || strategy->ops->done(strategy));
    }
    return total;
}

static void expect_slices_make_the_whole(const struct targets *targets, unsigned slices, size_t step)
{
    uint64_t size = targets_count(targets) * TTLS * FLOWS, total = 0;
    uint8_t *seen = calloc(size, 1);

    cr_assert_not_null(seen);
    for (unsigned slice = 0; slice < slices; slice++) {
        struct strategy *strategy = create(targets, slice, slices);
        uint64_t taken = take_all(strategy, targets, step, seen);

        cr_expect(taken == size / slices || taken == size / slices + 1, "slice %u of %u", slice, slices);
        cr_expect(strategy->ops->done(strategy));
        total += taken;
        destroy(strategy);
    }
    cr_expect_eq(total, size);
    for (uint64_t i = 0; i < size; i++)
        cr_assert_eq(seen[i], 1, "%u slices, %zu at a time", slices, step);
    free(seen);
}

Test(exhaustive, slices_make_the_whole)
{
    static const unsigned slices[] = {1, 2, 3, 7, 64};
    static const size_t steps[] = {1, 15, 16, 17, 64, 200};
    struct targets *targets = make_targets();

    for (size_t i = 0; i < COUNT(slices); i++)
        for (size_t step = 0; step < COUNT(steps); step++)
            expect_slices_make_the_whole(targets, slices[i], steps[step]);
    targets_destroy(targets);
}

/* The order is that of probe_order, however many are taken at a time. */
Test(exhaustive, keeps_the_order)
{
    struct targets *targets = make_targets();
    struct strategy *strategy = create(targets, 1, 3);
    struct probe_order order;
    uint64_t position = 1;
    struct probe probes[50];
    size_t count;

    probe_order_init(&order, targets_count(targets), MIN_TTL, MAX_TTL, FLOWS, key);
    for (size_t step = 1; (count = strategy->ops->next(strategy, 0, probes, step)) > 0; step = step % 50 + 1)
        for (size_t i = 0; i < count; i++, position += 3) {
            struct probe_choice choice = probe_order_at(&order, position);

            cr_assert(address_equal(probes[i].target_address, targets_address(targets, choice.target)));
            cr_assert_eq(probes[i].ttl, choice.ttl);
            cr_assert_eq(probes[i].flow, choice.flow);
        }
    cr_expect_geq(position, order.permutation.size);
    destroy(strategy);
    targets_destroy(targets);
}

Test(exhaustive, is_done_with_the_last_probe)
{
    struct targets *targets = make_targets();
    struct strategy *strategy = create(targets, 0, 1);
    uint64_t size = targets_count(targets) * TTLS * FLOWS;
    struct probe probe;

    cr_expect_eq(strategy->ops->next(strategy, 0, &probe, 0), 0);
    for (uint64_t i = 0; i < size; i++) {
        cr_assert_not(strategy->ops->done(strategy), "before probe %d", (int)i);
        cr_assert_leq(strategy->ops->next_due(strategy, 1000 + i), 1000 + i);
        cr_assert_eq(strategy->ops->next(strategy, 1000 + i, &probe, 1), 1);
    }
    cr_expect(strategy->ops->done(strategy));
    cr_expect_eq(strategy->ops->next(strategy, 0, &probe, 1), 0);
    destroy(strategy);
    targets_destroy(targets);
}

/* More senders than probes: the last ones have nothing to do, and say so at once. */
Test(exhaustive, an_empty_slice_is_done)
{
    struct targets *targets = some_targets("1.1.1.1");
    const struct strategy_config one_probe = {
        .targets = targets, .min_ttl = 1, .max_ttl = 1, .flows = 1, .slice = 1, .slices = 2};
    struct strategy *strategy;
    struct probe probe;

    cr_assert_eq(strategy_exhaustive.open(&strategy, &one_probe), 0);
    cr_expect(strategy->ops->done(strategy));
    cr_expect_eq(strategy->ops->next(strategy, 0, &probe, 1), 0);
    destroy(strategy);
    targets_destroy(targets);
}

static struct saved_state save(const struct strategy *strategy)
{
    struct saved_state saved;

    cr_assert_eq(saved_state_take(&saved, strategy), 0);
    return saved;
}

/* Loads the first `size` bytes. */
static int load(struct strategy *strategy, const struct saved_state *saved, size_t size)
{
    return saved_state_load(&(struct saved_state){saved->bytes, size}, strategy);
}

/* Takes `count` probes one by one. */
static void take_some(struct strategy *strategy, const struct targets *targets, uint64_t count, uint8_t *seen)
{
    struct probe probe;
    uint64_t target;

    for (uint64_t i = 0; i < count; i++) {
        cr_assert_eq(strategy->ops->next(strategy, 0, &probe, 1), 1);
        cr_assert(targets_find(targets, probe.target_address, &target));
        seen[(target * FLOWS + probe.flow) * TTLS + probe.ttl - MIN_TTL]++;
    }
}

/* Saved anywhere, another one goes on there: together each probe once. */
Test(exhaustive, goes_on_where_it_was_saved)
{
    struct targets *targets = make_targets();
    uint64_t size = targets_count(targets) * TTLS * FLOWS;
    const uint64_t places[] = {0, 1, 63, 64, 1000, size / 3 - 1, size / 3};
    uint8_t *seen = malloc(size);

    for (size_t i = 0; i < COUNT(places); i++) {
        memset(seen, 0, size);
        for (unsigned slice = 0; slice < 3; slice++) {
            struct strategy *first = create(targets, slice, 3), *second = create(targets, slice, 3);

            take_some(first, targets, places[i], seen);
            struct saved_state saved = save(first);
            cr_assert_eq(load(second, &saved, saved.size), 0);
            cr_expect_eq(strategy_left(second), strategy_left(first));
            take_all(second, targets, 64, seen);
            free(saved.bytes);
            destroy(first);
            destroy(second);
        }
        for (uint64_t k = 0; k < size; k++)
            cr_assert_eq(seen[k], 1, "saved after %lu", places[i]);
    }
    free(seen);
    targets_destroy(targets);
}

/* The state of another order is refused, and one that was cut short or damaged; nothing has changed then. */
Test(exhaustive, refuses_the_state_of_another)
{
    static const struct siphash_key other_key = {1, 3};
    struct targets *targets = make_targets();
    const struct strategy_config base = {.targets = targets,
                                         .min_ttl = MIN_TTL,
                                         .max_ttl = MAX_TTL,
                                         .flows = FLOWS,
                                         .key = key,
                                         .slice = 1,
                                         .slices = 3};
    struct targets *others = some_targets("8.0.0.0/16 9.1.0.0/19 9.2.0.0/21 9.3.0.0/22 9.9.0.0/23");
    struct strategy_config configs[7];
    struct strategy *saver = create(targets, 1, 3);
    struct saved_state saved = save(saver);

    for (size_t i = 0; i < COUNT(configs); i++)
        configs[i] = base;
    configs[0].key = other_key;
    configs[1].slice = 2;
    configs[2].slices = 2;
    configs[3].min_ttl++, configs[3].max_ttl++;
    configs[4].flows++;
    configs[5].max_ttl--;
    configs[6].targets = others;
    for (size_t i = 0; i < COUNT(configs); i++) {
        struct strategy *other;

        cr_assert_eq(strategy_exhaustive.open(&other, &configs[i]), 0);
        cr_expect_eq(load(other, &saved, saved.size), -ESTALE, "%zu", i);
        destroy(other);
    }
    for (size_t size = 1; size < saved.size; size++)
        cr_expect_lt(load(saver, &saved, size), 0, "%zu bytes", size);
    saved.bytes[saved.size - 1] ^= 2;
    cr_expect_eq(load(saver, &saved, saved.size), -EINVAL, "a position of another slice");
    cr_expect_eq(strategy_left(saver), (targets_count(targets) * TTLS * FLOWS - 2) / 3 + 1);
    free(saved.bytes);
    destroy(saver);
    targets_destroy(others);
    targets_destroy(targets);
}

Test(exhaustive, is_found_by_its_name)
{
    cr_expect_eq(strategy_find("exhaustive"), &strategy_exhaustive);
    cr_expect_eq(strategy_find("exhaustive,of=options"), &strategy_exhaustive, "as it stands in metadata");
    cr_expect_null(strategy_find("exhaust"));
    cr_expect_null(strategy_find("Exhaustive"));
    cr_expect_null(strategy_find(""));
}

Test(strategy, names_are_those_of_the_table)
{
    struct choice choice;

    for (size_t i = 0; strategy_choices(i, &choice); i++)
        cr_expect_eq(strategy_find(choice.name), strategy_at(i));
    cr_expect_str_eq((strategy_choices(0, &choice), choice.name), strategy_exhaustive.name);
}
