// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/gentle.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "strategy/spacing.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    MAX_TTL = 12,
    BATCH = 64,
    MOST = 1 << 16,
};

static const struct siphash_key key = {1, 2};

struct departure {
    struct probe probe;
    uint64_t ns;
};

/* What left when, in virtual time. */
struct run {
    struct targets *targets;
    struct spacing spacing;
    struct strategy *strategy;
    uint64_t now_ns, step_ns; /* a step lets up to `batch` probes leave */
    size_t batch, count;
    struct departure *left;
};

static struct strategy *open_gentle(struct run *run, const struct strategy_ops *ops)
{
    const struct strategy_config config = {
        .targets = run->targets, .min_ttl = 1, .max_ttl = MAX_TTL, .flows = 1, .key = key, .slices = 1};
    struct strategy *strategy;

    cr_assert_eq(gentle_open(&strategy, ops, &config, &run->spacing), 0);
    return strategy;
}

static void start_with(struct run *run, const struct strategy_ops *ops, const char *targets,
                       double per_prefix, double per_hop)
{
    *run =
        (struct run){.targets = some_targets(targets), .now_ns = NS_PER_S, .step_ns = NS_PER_MS, .batch = 10};
    run->left = calloc(MOST, sizeof(*run->left));
    cr_assert_not_null(run->left);
    cr_assert_eq(spacing_open(&run->spacing, per_prefix, per_hop, targets_count(run->targets), 1, true), 0);
    run->strategy = open_gentle(run, ops);
}

static void start(struct run *run, const char *targets, double per_prefix, double per_hop)
{
    start_with(run, &strategy_exhaustive, targets, per_prefix, per_hop);
}

static void end(struct run *run)
{
    run->strategy->ops->close(run->strategy);
    spacing_close(&run->spacing);
    targets_destroy(run->targets);
    free(run->left);
}

static void step(struct run *run)
{
    struct probe probes[BATCH];
    size_t count = run->strategy->ops->next(run->strategy, run->now_ns, probes, run->batch);

    cr_assert_leq(run->count + count, MOST);
    for (size_t i = 0; i < count; i++)
        run->left[run->count++] = (struct departure){probes[i], run->now_ns};
    run->now_ns += run->step_ns;
}

static void run_to_the_end(struct run *run)
{
    while (!run->strategy->ops->done(run->strategy)) {
        cr_assert_lt(run->now_ns, 10000 * NS_PER_S, "it comes to an end");
        step(run);
    }
}

static void expect_each_once(const struct run *run)
{
    uint64_t targets = targets_count(run->targets);
    uint8_t *seen = calloc(targets * MAX_TTL, 1);

    cr_assert_eq(run->count, targets * MAX_TTL);
    for (size_t i = 0; i < run->count; i++) {
        uint64_t target;

        cr_assert(targets_find(run->targets, run->left[i].probe.target_address, &target));
        cr_assert_eq(seen[target * MAX_TTL + run->left[i].probe.ttl - 1]++, 0);
    }
    free(seen);
}

typedef bool are_alike(const struct probe *a, const struct probe *b);

static bool same_prefix(const struct probe *a, const struct probe *b)
{
    return a->target_address.low >> 8 == b->target_address.low >> 8;
}

static bool same_near_ttl(const struct probe *a, const struct probe *b)
{
    return a->ttl == b->ttl && a->ttl <= SPACING_HOPS;
}

/* The guarantee, by the plainest way to look at it: from each departure on, for a while. */
static void expect_bound(const struct run *run, are_alike *alike, double rate)
{
    for (size_t i = 0; i < run->count; i++) {
        unsigned count = 0;

        for (size_t k = i; k < run->count && run->left[k].ns < run->left[i].ns + 5 * NS_PER_S / rate; k++) {
            double seconds = (double)(run->left[k].ns - run->left[i].ns + SPACING_SLACK_NS) / NS_PER_S;

            count += alike(&run->left[i].probe, &run->left[k].probe);
            cr_assert_leq(count, rate * seconds + 1 + 1e-6, "from %zu to %zu", i, k);
        }
    }
}

/* 256 prefixes at 10,000 a second and 50 each: 12,800 would be allowed, which random order does not reach. */
Test(gentle, bounds_prefixes_and_loses_nothing)
{
    struct run run;

    start(&run, "8.0.0.0/16", 50, 0);
    run_to_the_end(&run);
    expect_each_once(&run);
    expect_bound(&run, same_prefix, 50);
    cr_expect_gt(gentle_totals(run.strategy).kept, 100);
    end(&run);
}

/* Two addresses in each of 64 /24s. */
Test(gentle, bounds_what_shares_a_prefix)
{
    struct run run;

    start(&run, "8.0.0.1 8.0.0.2 8.0.1.1 8.0.1.2 8.0.2.1 8.0.2.2", 10, 0);
    run_to_the_end(&run);
    expect_each_once(&run);
    expect_bound(&run, same_prefix, 10);
    cr_expect_gt(gentle_totals(run.strategy).held_ns, NS_PER_S);
    end(&run);
}

static size_t count_far(const struct run *run, uint64_t until_ns)
{
    size_t count = 0;

    for (size_t i = 0; i < run->count; i++)
        count += run->left[i].probe.ttl > SPACING_HOPS && run->left[i].ns < until_ns;
    return count;
}

/* Those beyond the near hops go on at full speed: 7 of 12 TTLs of 256 targets are over within 0.2 s, while the
 * near ones take 256 / 100 seconds. */
Test(gentle, bounds_near_hops_and_not_the_others)
{
    struct run run;

    start(&run, "8.0.0.0/16", 0, 100);
    run_to_the_end(&run);
    expect_each_once(&run);
    expect_bound(&run, same_near_ttl, 100);
    cr_expect_eq(count_far(&run, NS_PER_S + 200 * NS_PER_MS), 256 * (MAX_TTL - SPACING_HOPS));
    cr_expect_lt(run.now_ns, NS_PER_S + 2900 * NS_PER_MS, "each near TTL has its share all the time");
    end(&run);
}

/* A bound that does not bind must not send the near probes first. */
Test(gentle, mixes_near_and_far_where_the_bound_is_high)
{
    struct run run;
    size_t far = 0;

    start(&run, "8.0.0.0/16", 0, 100000);
    run.step_ns = 10 * NS_PER_MS;
    run_to_the_end(&run);
    expect_each_once(&run);
    for (size_t i = 0; i < run.count / 2; i++)
        far += run.left[i].probe.ttl > SPACING_HOPS;
    cr_expect_lt(fabs((double)far / (double)(run.count / 2) - 7.0 / 12), 0.02);
    end(&run);
}

/* As after SIGSTOP: the turns that went by are gone. */
Test(gentle, sends_no_burst_after_a_pause)
{
    struct run run;

    start(&run, "8.0.0.0/16", 10, 20);
    for (unsigned i = 0; i < 200; i++)
        step(&run);
    run.now_ns += 20 * NS_PER_S;
    run_to_the_end(&run);
    expect_each_once(&run);
    expect_bound(&run, same_prefix, 10);
    expect_bound(&run, same_near_ttl, 20);
    end(&run);
}

/* What was kept when state was saved comes after it was loaded, and once. */
Test(gentle, goes_on_from_its_state)
{
    struct run run;
    FILE *file = tmpfile();

    start(&run, "8.0.0.0/16", 10, 20);
    for (unsigned i = 0; i < 200; i++)
        step(&run);
    cr_assert(file && strategy_save(run.strategy, file) == 0);
    run.strategy->ops->close(run.strategy);
    run.strategy = open_gentle(&run, &strategy_exhaustive);
    rewind(file);
    cr_assert_eq(strategy_load(run.strategy, file), 0);
    fclose(file);
    run_to_the_end(&run);
    expect_each_once(&run);
    end(&run);
}

/* What is kept would be passed over. */
Test(gentle, refuses_state_of_other_bounds)
{
    const struct strategy_ops *ops = &strategy_exhaustive;
    struct run one, both;
    struct strategy *none;
    FILE *file = tmpfile();

    start(&one, "8.0.0.0/16", 10, 0);
    start(&both, "8.0.0.0/16", 10, 20);
    cr_assert_eq(ops->open(&none, &(struct strategy_config){.targets = one.targets,
                                                            .min_ttl = 1,
                                                            .max_ttl = MAX_TTL,
                                                            .flows = 1,
                                                            .key = key,
                                                            .slices = 1}),
                 0);
    step(&one);
    cr_assert(file && strategy_save(one.strategy, file) == 0);
    rewind(file);
    cr_expect_eq(strategy_load(none, file), -ESTALE);
    rewind(file);
    cr_expect_eq(strategy_load(both.strategy, file), -ESTALE);
    fclose(file);
    ops->close(none);
    end(&one);
    end(&both);
}

/* Links of multipath are walks, which ask again and know who is limited. */
Test(gentle, has_what_was_opened_has)
{
    struct run run;
    struct strategy *walks;

    start_with(&run, &strategy_multipath, "8.0.0.0/18", 10, 0);
    const struct strategy_config config = {
        .targets = run.targets, .min_ttl = 1, .max_ttl = MAX_TTL, .flows = 1, .key = key, .slices = 1};
    cr_assert_eq(strategy_multipath.open(&walks, &config), 0);
    cr_expect_eq(!run.strategy->ops->retry, !walks->ops->retry);
    cr_expect_eq(!run.strategy->ops->limited, !walks->ops->limited);
    cr_expect_eq(!run.strategy->ops->left, !walks->ops->left);
    cr_expect_str_eq(run.strategy->ops->name, walks->ops->name);
    walks->ops->close(walks);
    end(&run);
}

/* Progress needs the sum, and who sleeps until next_due() finds something then. */
Test(gentle, tells_what_is_left_and_when_it_is_due)
{
    struct run run;
    unsigned slept = 0;

    start(&run, "8.0.0.0/18", 1, 0);
    while (!run.strategy->ops->done(run.strategy)) {
        uint64_t due = run.strategy->ops->next_due(run.strategy, run.now_ns);
        size_t before = run.count;

        cr_assert_eq(strategy_left(run.strategy) + run.count, 64 * MAX_TTL);
        if (due > run.now_ns) {
            run.now_ns = due;
            step(&run);
            cr_assert_gt(run.count, before);
            slept++;
        } else
            step(&run);
    }
    cr_expect_geq(slept, MAX_TTL - 1);
    expect_each_once(&run);
    end(&run);
}

/* A probe that waits two seconds is not one that nobody has answered for two seconds: a walk has one probe under
 * way, kept or not, and where nobody ever answers it asks the same whether it is held back or not. */
Test(gentle, keeps_a_learner_from_taking_waiting_for_silence)
{
    struct run held, free_run;

    start_with(&held, &strategy_adaptive, "8.0.0.1", 0.5, 0);
    start_with(&free_run, &strategy_adaptive, "8.0.0.1", 0, 0);
    while (!held.strategy->ops->done(held.strategy)) {
        step(&held);
        cr_assert_leq(gentle_totals(held.strategy).kept, held.count);
    }
    run_to_the_end(&free_run);
    expect_bound(&held, same_prefix, 0.5);
    cr_expect_gt(free_run.count, 3);
    cr_assert_eq(held.count, free_run.count);
    for (size_t i = 0; i < held.count; i++)
        cr_expect_eq(held.left[i].probe.ttl, free_run.left[i].probe.ttl);
    end(&held);
    end(&free_run);
}

enum {
    SENDERS = 3,
    MOST_TARGETS = 1024,
};

/* Each sender has prefixes of its own where no two targets share one, and together they ask each once. */
Test(gentle, senders_keep_to_prefixes_of_their_own)
{
    struct targets *targets = some_targets("8.0.0.0/14");
    static uint8_t asked_by[MOST_TARGETS], times[MOST_TARGETS][MAX_TTL + 1];
    struct spacing spacing;

    cr_assert(spacing_is_owned(targets, SENDERS));
    cr_assert_leq(targets_count(targets), MOST_TARGETS);
    cr_assert_eq(spacing_open(&spacing, 1e6, 0, targets_count(targets), SENDERS, true), 0);
    for (unsigned i = 0; i < SENDERS; i++) {
        const struct strategy_config config = {.targets = targets,
                                               .min_ttl = 1,
                                               .max_ttl = MAX_TTL,
                                               .flows = 1,
                                               .key = key,
                                               .slice = i,
                                               .slices = SENDERS};
        struct strategy *strategy;
        struct probe probes[BATCH];

        cr_assert_eq(gentle_open(&strategy, &strategy_exhaustive, &config, &spacing), 0);
        for (uint64_t now_ns = NS_PER_S; !strategy->ops->done(strategy); now_ns += NS_PER_MS)
            for (size_t k = strategy->ops->next(strategy, now_ns, probes, BATCH); k--;) {
                uint64_t target;

                cr_assert(targets_find(targets, probes[k].target_address, &target));
                cr_assert(!asked_by[target] || asked_by[target] == i + 1);
                asked_by[target] = (uint8_t)(i + 1);
                times[target][probes[k].ttl]++;
            }
        strategy->ops->close(strategy);
    }
    for (uint64_t target = 0; target < targets_count(targets); target++)
        for (unsigned ttl = 1; ttl <= MAX_TTL; ttl++)
            cr_assert_eq(times[target][ttl], 1);
    spacing_close(&spacing);
    targets_destroy(targets);
}

/* Where two targets share a prefix, senders share it, too. */
Test(gentle, targets_of_one_prefix_are_no_ones_own)
{
    struct targets *targets = some_targets("8.0.0.1 8.0.0.2 8.0.1.0/24");

    cr_expect_not(spacing_is_owned(targets, 2));
    cr_expect(spacing_is_owned(targets, 1));
    targets_destroy(targets);
}
