// SPDX-License-Identifier: GPL-2.0-or-later
/* The adaptive strategy in worlds that are functions: what it finds, and what it spends where it is fooled. */
#include <criterion/criterion.h>
#include <errno.h>

#include "base/clock.h"
#include "mix.h"
#include "strategy/adaptive.h"
#include "support/replay.h"
#include "support/saved_state.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    MAX_TTL = 32,
};

static struct replay_hop hop(uint64_t number, unsigned ttl)
{
    return (struct replay_hop){.responder = address_of_ipv4(0x60000000 | (uint32_t)number),
                               .answers = true,
                               .distance = (uint8_t)ttl};
}

/* A tree: trunk, a router for 1024 targets, for 128, for 16, each at its TTLs; targets themselves are silent. */
static struct replay_hop meet_tree(const void *context, uint64_t target, struct address address, unsigned ttl)
{
    unsigned length = 8 + (unsigned)(mix64(target / 16) % 3);
    uint64_t behind = ttl < 4   ? 0
                      : ttl < 6 ? target / 1024 + 1
                      : ttl < 8 ? target / 128 + 1
                                : target / 16 + 1;

    (void)context;
    (void)address;
    if (ttl > length)
        return (struct replay_hop){.answers = false};
    return hop((uint64_t)ttl << 20 | behind, ttl);
}

/* The same, with targets that answer. */
static struct replay_hop meet_inhabited_tree(const void *context, uint64_t target, struct address address,
                                             unsigned ttl)
{
    struct replay_hop met = meet_tree(context, target, address, ttl);
    unsigned distance = ttl;

    if (met.answers)
        return met;
    while (!meet_tree(context, target, address, distance - 1).answers)
        distance--;
    return (struct replay_hop){address, .answers = true, .is_target = true, .distance = (uint8_t)distance};
}

static struct replay_hop meet_somebody_new(const void *context, uint64_t target, struct address address,
                                           unsigned ttl)
{
    (void)context;
    (void)address;
    return hop(target << 8 | ttl, ttl);
}

static struct replay_hop meet_nobody(const void *context, uint64_t target, struct address address,
                                     unsigned ttl)
{
    (void)context;
    (void)target;
    (void)address;
    (void)ttl;
    return (struct replay_hop){.answers = false};
}

/* Behind TTL 4 two routers send packets back and forth, for good. */
static struct replay_hop meet_loop(const void *context, uint64_t target, struct address address, unsigned ttl)
{
    (void)context;
    (void)address;
    return hop(ttl <= 4 ? ttl : (target / 8) << 8 | ttl % 2, ttl);
}

/* Of each path every third hop is new to all. */
static struct replay_hop meet_silence_between(const void *context, uint64_t target, struct address address,
                                              unsigned ttl)
{
    return ttl % 3 == 0 ? meet_somebody_new(context, target, address, ttl)
                        : meet_nobody(context, target, address, ttl);
}

/* To one of sixteen targets all near hops are new, while whoever is far is known soon. */
static struct replay_hop meet_a_wide_beginning(const void *context, uint64_t target, struct address address,
                                               unsigned ttl)
{
    if (ttl > 10)
        return meet_nobody(context, target, address, ttl);
    return hop((ttl <= 5 && target % 16 == 0 ? target : target / 2048) << 8 | ttl, ttl);
}

/* The tree, but a router in four of those for 128 targets is silent. */
static struct replay_hop meet_tree_with_holes(const void *context, uint64_t target, struct address address,
                                              unsigned ttl)
{
    return ttl == 7 && target / 128 % 4 == 0 ? meet_nobody(context, target, address, ttl)
                                             : meet_tree(context, target, address, ttl);
}

/* The tree, but every second path ends at the third hop. */
static struct replay_hop meet_tree_half_cut(const void *context, uint64_t target, struct address address,
                                            unsigned ttl)
{
    return ttl > 3 && target % 2 ? meet_nobody(context, target, address, ttl)
                                 : meet_tree(context, target, address, ttl);
}

/* The tree without its seventh hops: a hole before each of those behind. */
static struct replay_hop meet_tree_without_sevenths(const void *context, uint64_t target,
                                                    struct address address, unsigned ttl)
{
    return ttl == 7 ? meet_nobody(context, target, address, ttl) : meet_tree(context, target, address, ttl);
}

static struct replay_config survey_of(const struct targets *targets,
                                      struct replay_hop (*meet)(const void *, uint64_t, struct address,
                                                                unsigned))
{
    return (struct replay_config){
        .ops = &strategy_adaptive,
        .targets = targets,
        .world.meet = meet,
        .max_ttl = MAX_TTL,
        .slices = 1,
        .seed = 1,
        .rate = 2000,
        .rtt_s = 0.1,
        .most = UINT64_MAX,
    };
}

static struct replay_outcome run(const struct replay_config *config)
{
    struct replay_outcome outcome = {0};

    cr_assert_eq(replay_count_all(config, &outcome), 0);
    cr_assert_eq(replay_run(config, &outcome), 0);
    cr_assert(outcome.ended);
    return outcome;
}

static void expect_found(const struct replay_outcome *outcome, double share)
{
    cr_expect_geq((double)outcome->interfaces, share * (double)outcome->all_interfaces,
                  "%lu of %lu interfaces", outcome->interfaces, outcome->all_interfaces);
    cr_expect_geq((double)outcome->links, share * (double)outcome->all_links, "%lu of %lu links",
                  outcome->links, outcome->all_links);
}

static void expect_spent(const struct replay_outcome *outcome, double most)
{
    cr_expect_leq((double)outcome->probes, most * (double)outcome->targets, "%f probes a target",
                  (double)outcome->probes / (double)outcome->targets);
}

Test(adaptive, finds_a_tree_with_few_probes, .timeout = 60)
{
    struct targets *targets = some_targets("8.0.0.0/10");
    struct replay_config config = survey_of(targets, meet_tree);
    struct replay_outcome outcome = run(&config);

    expect_found(&outcome, 0.98);
    expect_spent(&outcome, 3.5);
    config.world.meet = meet_inhabited_tree;
    outcome = run(&config);
    expect_found(&outcome, 0.98);
    expect_spent(&outcome, 4);
    targets_destroy(targets);
}

Test(adaptive, finds_a_small_tree_by_the_fixed_rule, .timeout = 60)
{
    struct targets *targets = some_targets("8.0.0.0/13");
    struct replay_config config = survey_of(targets, meet_tree);
    struct replay_outcome outcome = run(&config);

    expect_found(&outcome, 0.99);
    expect_spent(&outcome, 9);
    targets_destroy(targets);
}

/* Senders learn together: several find what one does, with its probes. */
Test(adaptive, finds_as_much_in_slices, .timeout = 60)
{
    static const unsigned slices[] = {2, 3, 8};
    struct targets *targets = some_targets("8.0.0.0/10");
    struct replay_config config = survey_of(targets, meet_tree);
    struct replay_outcome one = run(&config);

    for (size_t i = 0; i < COUNT(slices); i++) {
        config.slices = slices[i];
        struct replay_outcome several = run(&config);

        expect_found(&several, 0.98);
        cr_expect_leq((double)several.probes, 1.05 * (double)one.probes, "%u senders: %lu probes, one: %lu",
                      slices[i], several.probes, one.probes);
    }
    targets_destroy(targets);
}

/* Routers that begin to answer only when all walks are over are found, because holes are probed again. */
Test(adaptive, probes_holes_again, .timeout = 60)
{
    struct targets *targets = some_targets("8.0.0.0/10");
    struct replay_config config = survey_of(targets, meet_tree_with_holes);
    struct replay_outcome silent = run(&config);

    config.later = (struct replay_world){.meet = meet_tree};
    config.changes_at = silent.probes - 260; /* the holes: 256 routers behind silent ones */
    struct replay_outcome later = run(&config);
    cr_expect_eq(silent.links, silent.all_links);
    expect_found(&later, 0.98);
    cr_expect_gt(later.all_links, silent.all_links + 250);
    cr_expect_leq(later.probes, silent.probes + 500);
    targets_destroy(targets);
}

Test(adaptive, loss_costs_little, .timeout = 60)
{
    struct targets *targets = some_targets("8.0.0.0/10");
    struct replay_config config = survey_of(targets, meet_tree);
    struct replay_outcome outcome;

    config.loss = 0.05;
    outcome = run(&config);
    expect_found(&outcome, 0.95);
    expect_spent(&outcome, 4.5);
    targets_destroy(targets);
}

/* A tenth of the probes, but for the first thousand, and for those that wait in the end. */
Test(adaptive, near_hops_are_spared, .timeout = 60)
{
    struct targets *targets = some_targets("8.0.0.0/9");
    struct replay_config config = survey_of(targets, meet_a_wide_beginning);

    config.rate = 20000;
    config.most = 2 * targets_count(targets);
    struct replay_outcome outcome = {0};
    cr_assert_eq(replay_run(&config, &outcome), 0);
    cr_expect_leq((double)outcome.near, 0.1 * (double)outcome.probes + 1000, "%lu of %lu", outcome.near,
                  outcome.probes);
    targets_destroy(targets);
}

static const struct {
    struct replay_hop (*meet)(const void *, uint64_t, struct address, unsigned);
    double forged;
} hostile[] = {
    {meet_somebody_new, 0}, {meet_nobody, 0}, {meet_loop, 0},   {meet_silence_between, 0},
    {meet_tree, 1},         {meet_nobody, 1}, {meet_loop, 0.5},
};

/* At most budget x 1.1 probes a target, whatever the world is like, by the learnt rule and by the fixed one. */
static void expect_within_budget(const char *prefix)
{
    static const double budgets[] = {1, 2.5, 5, 12};
    struct targets *targets = some_targets(prefix);

    for (size_t i = 0; i < COUNT(hostile); i++)
        for (size_t k = 0; k < COUNT(budgets); k++) {
            struct replay_config config = survey_of(targets, hostile[i].meet);
            struct adaptive_options options = *(const struct adaptive_options *)strategy_adaptive.defaults;

            options.budget = budgets[k];
            config.options = &options;
            config.forged = hostile[i].forged;
            config.most = 40 * targets_count(targets);
            struct replay_outcome outcome = run(&config);
            cr_expect_leq((double)outcome.probes, budgets[k] * 1.1 * (double)outcome.targets,
                          "world %zu, budget %f: %f probes a target", i, budgets[k],
                          (double)outcome.probes / (double)outcome.targets);
        }
    targets_destroy(targets);
}

Test(adaptive, hostile_worlds_are_within_the_budget, .timeout = 120)
{
    expect_within_budget("8.0.0.0/12");
}

Test(adaptive, hostile_worlds_are_within_the_budget_of_the_fixed_rule, .timeout = 120)
{
    expect_within_budget("8.0.0.0/14");
    expect_within_budget("1.1.1.1");
}

Test(adaptive, ends_with_nothing_to_do)
{
    struct targets *targets = some_targets("1.1.1.1");
    const struct strategy_config config = {
        .targets = targets, .min_ttl = 1, .max_ttl = 8, .flows = 1, .slice = 1, .slices = 2};
    struct strategy *strategy;
    struct probe probe;

    cr_assert_eq(strategy_adaptive.open(&strategy, &config), 0);
    cr_expect(strategy->ops->done(strategy));
    cr_expect_eq(strategy->ops->next(strategy, 0, &probe, 1), 0);
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

/* Saved anywhere, also while holes are probed again in the end, another one sends the same probes from there on. */
Test(adaptive, goes_on_where_it_was_saved, .timeout = 60)
{
    static const char *const prefixes[] = {"8.0.0.0/14", "8.0.0.0/12"};
    static const uint64_t places[] = {1, 63, 250, 2000};

    for (size_t i = 0; i < COUNT(prefixes); i++) {
        struct targets *targets = some_targets(prefixes[i]);
        struct replay_config config = survey_of(targets, meet_inhabited_tree);

        config.loss = 0.02;
        config.slices = 2;
        struct replay_outcome straight = run(&config);
        for (size_t k = 0; k < 2 * COUNT(places); k++) {
            config.pause_at = k < COUNT(places) ? places[k] : straight.probes - places[k - COUNT(places)];
            struct replay_outcome paused = run(&config);
            cr_expect_eq(paused.probes, straight.probes);
            cr_expect_eq(paused.digest, straight.digest, "saved after %lu", places[k]);
        }
        targets_destroy(targets);
    }
}

/* The first of so many senders. */
static struct strategy *open_first(const struct targets *targets, unsigned max_ttl, unsigned slices)
{
    const struct strategy_config config = {
        .targets = targets, .min_ttl = 1, .max_ttl = max_ttl, .flows = 1, .slices = slices};
    struct strategy *strategy;

    cr_assert_eq(strategy_adaptive.open(&strategy, &config), 0);
    return strategy;
}

static struct strategy *open_one(const struct targets *targets, unsigned max_ttl)
{
    return open_first(targets, max_ttl, 1);
}

/* Answers at once whatever the strategy sends, until the first hole is probed again, or all is over. Returns the time. */
static uint64_t walk_all_paths(struct strategy *strategy,
                               struct replay_hop (*meet)(const void *, uint64_t, struct address, unsigned))
{
    const struct adaptive *self = (const struct adaptive *)strategy;
    uint64_t now_ns = NS_PER_S;
    struct probe probe;

    for (; self->holes.asked == 0 && !strategy->ops->done(strategy); now_ns += NS_PER_MS) {
        uint64_t target;

        if (!strategy->ops->next(strategy, now_ns, &probe, 1))
            continue;
        cr_assert(targets_find(self->config.targets, probe.target_address, &target));
        struct replay_hop met = meet(NULL, target, probe.target_address, probe.ttl);
        const struct answer answer = {.target = target,
                                      .responder = met.responder,
                                      .ttl = probe.ttl,
                                      .quoted_ttl = 1,
                                      .icmp_type = 11,
                                      .arrived_ns = now_ns};
        if (met.answers)
            strategy->ops->reply(strategy, &answer);
    }
    return now_ns;
}

/* Where the first hops are the last that answer, those behind may have used up their errors. Neighbours do not begin there. */
Test(adaptive, paths_that_end_at_the_first_hops_teach_nothing, .timeout = 60)
{
    struct targets *targets = some_targets("8.0.0.0/12");
    struct strategy *strategy = open_one(targets, MAX_TTL);
    const struct walk_commons *commons = ((const struct adaptive *)strategy)->commons;

    walk_all_paths(strategy, meet_tree_half_cut);
    for (uint64_t target = 0; target < targets_count(targets); target++) {
        if (target % 2)
            cr_expect_eq(walk_commons_end(commons, target), 0, "target %lu", target);
        else
            cr_expect_gt(walk_commons_end(commons, target), 3, "target %lu", target);
    }
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

static uint64_t holes_asked(const struct strategy *strategy)
{
    return ((const struct adaptive *)strategy)->holes.asked;
}

/* Returns how many holes are probed if as many probes as possible may leave at that time. */
static uint64_t probe_holes(struct strategy *strategy, uint64_t now_ns)
{
    uint64_t before = holes_asked(strategy);
    struct probe probes[1000];

    strategy->ops->next(strategy, now_ns, probes, 1000);
    return holes_asked(strategy) - before;
}

/* Some routers are before many holes, and would answer for few of them at once. */
Test(adaptive, near_holes_are_probed_at_a_pace, .timeout = 60)
{
    for (unsigned slices = 1; slices <= 2; slices++) {
        struct targets *targets = some_targets("8.0.0.0/9");
        struct strategy *strategy = open_first(targets, MAX_TTL, slices);
        uint64_t now_ns = walk_all_paths(strategy, meet_tree_without_sevenths) + NS_PER_S;

        cr_assert_gt(holes_asked(strategy), 0);
        cr_expect_eq(probe_holes(strategy, now_ns), 100 / slices + 1,
                     "those of a hundredth of a second, and one");
        cr_expect_eq(probe_holes(strategy, now_ns + NS_PER_MS), 10 / slices);
        strategy->ops->close(strategy);
        targets_destroy(targets);
    }
}

/* After the machine was started anew, its clock shows less than the time at which the next hole may be probed. */
Test(adaptive, holes_do_not_wait_for_an_earlier_clock, .timeout = 60)
{
    struct targets *targets = some_targets("8.0.0.0/9");
    struct strategy *first = open_one(targets, MAX_TTL), *second = open_one(targets, MAX_TTL);
    uint64_t now_ns = walk_all_paths(first, meet_tree_without_sevenths) + NS_PER_S;
    struct saved_state state;

    probe_holes(first, now_ns);
    cr_assert_eq(saved_state_take(&state, first), 0);
    cr_assert_eq(saved_state_load(&state, second), 0);
    cr_expect_gt(probe_holes(second, NS_PER_MS), 0);
    saved_state_free(&state);
    first->ops->close(first);
    second->ops->close(second);
    targets_destroy(targets);
}

/* What was saved long ago has nobody waiting any more: the probes under way are sent again. */
Test(adaptive, what_nobody_heard_is_asked_again)
{
    struct targets *targets = some_targets("8.0.0.0/16");
    struct strategy *first = open_one(targets, MAX_TTL), *second = open_one(targets, MAX_TTL);
    struct probe before[200], after[200];
    struct saved_state state;

    size_t sent = first->ops->next(first, 1000, before, 200);
    cr_assert_eq(sent, 128, "as many as begin at once");
    cr_assert_eq(saved_state_take(&state, first), 0);
    cr_assert_eq(saved_state_load(&state, second), 0);
    cr_assert_eq(second->ops->next(second, 3600 * 1000000000ULL, after, 200), sent);
    for (size_t i = 0; i < sent; i++)
        cr_assert(address_equal(after[i].target_address, before[i].target_address) &&
                  after[i].ttl == before[i].ttl);
    saved_state_free(&state);
    first->ops->close(first);
    second->ops->close(second);
    targets_destroy(targets);
}

Test(adaptive, refuses_the_state_of_another)
{
    struct targets *targets = some_targets("8.0.0.0/16");
    struct strategy *saver = open_one(targets, MAX_TTL), *other = open_one(targets, MAX_TTL - 1);
    struct probe probes[100], again[100];
    struct saved_state state;

    saver->ops->next(saver, 1000, probes, 100);
    cr_assert_eq(saved_state_take(&state, saver), 0);
    cr_expect_eq(saved_state_load(&state, other), -ESTALE);
    for (size_t cut = 1; cut < state.size; cut += cut < 3000 ? 100 : state.size / 50)
        cr_expect_lt(saved_state_load(&(struct saved_state){state.bytes, cut}, saver), 0, "%zu bytes", cut);
    cr_assert_eq(saver->ops->next(saver, 1001, again, 100), 28, "it is as it was");
    saved_state_free(&state);
    saver->ops->close(saver);
    other->ops->close(other);
    targets_destroy(targets);
}

static void expect_sent_again(enum unsent_why why, size_t times)
{
    struct targets *targets = some_targets("1.1.1.1");
    struct strategy *strategy = open_one(targets, MAX_TTL);
    struct probe probe, again;

    cr_assert_eq(strategy->ops->next(strategy, 0, &probe, 1), 1);
    for (size_t i = 0; i < times; i++) {
        strategy_unsent(strategy, &probe, why);
        cr_assert_eq(strategy->ops->next(strategy, 1, &again, 1), 1);
        cr_expect_eq(again.ttl, probe.ttl);
    }
    strategy_unsent(strategy, &probe, why == UNSENT_LINK_DOWN ? UNSENT_BLOCKED : why);
    cr_expect_eq(strategy->ops->next(strategy, 1, &again, 1), 0);
    cr_expect_eq(strategy->ops->done(strategy), why != UNSENT_DROPPED);
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

Test(adaptive, minds_probes_that_were_not_sent)
{
    expect_sent_again(UNSENT_BLOCKED, 0);
    expect_sent_again(UNSENT_NO_WAY, 0);
    expect_sent_again(UNSENT_DROPPED, 1);
    expect_sent_again(UNSENT_LINK_DOWN, 5);
}

/* Others' targets, TTLs that were not asked for: heard, and nothing follows from them. An answer that an earlier run
 * of the survey has recorded is one all the same. */
Test(adaptive, answers_that_nobody_waits_for_move_nothing)
{
    struct targets *targets = some_targets("8.0.0.0/23");
    struct strategy *strategy = open_one(targets, MAX_TTL);
    struct probe probes[2];
    uint64_t target;

    cr_assert_eq(strategy->ops->next(strategy, 0, probes, 2), 2);
    cr_assert(targets_find(targets, probes[0].target_address, &target));
    const struct answer right = {.target = target,
                                 .ttl = probes[0].ttl,
                                 .quoted_ttl = 1,
                                 .icmp_type = 11,
                                 .responder = address_of_ipv4(7)};
    struct answer wrong[] = {right, right, right}, again = right;
    wrong[0].target = 2;
    wrong[1].ttl++;
    wrong[2].flow = 1;
    again.flags = RECORD_DUPLICATE;
    for (size_t i = 0; i < COUNT(wrong); i++)
        strategy->ops->reply(strategy, &wrong[i]);
    cr_expect_eq(strategy->ops->next(strategy, 1, probes, 2), 0);
    strategy->ops->reply(strategy, &again);
    cr_expect_eq(strategy->ops->next(strategy, 1, probes, 2), 1);
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

/* Patience is 0.6 s. Who has not looked for answers for a while has heard nothing of what arrived in time. */
Test(adaptive, silence_is_judged_by_what_was_heard)
{
    struct targets *targets = some_targets("8.0.0.0/23");
    struct strategy *strategy = open_one(targets, MAX_TTL);
    struct probe probes[2], again;
    struct answer answer = {.quoted_ttl = 1, .icmp_type = 11, .responder = address_of_ipv4(7)};

    cr_assert_eq(strategy->ops->next(strategy, NS_PER_S, probes, 2), 2);
    cr_expect_eq(strategy->ops->next(strategy, NS_PER_S + 700 * NS_PER_MS, &again, 1), 0);
    cr_assert(targets_find(targets, probes[0].target_address, &answer.target));
    answer.ttl = probes[0].ttl;
    answer.arrived_ns = NS_PER_S + 500 * NS_PER_MS;
    strategy->ops->reply(strategy, &answer);
    cr_assert_eq(strategy->ops->next(strategy, NS_PER_S + 700 * NS_PER_MS, &again, 1), 1);
    cr_expect(address_equal(again.target_address, probes[0].target_address), "it was answered in time");
    answer.arrived_ns = NS_PER_S + 600 * NS_PER_MS;
    strategy->ops->reply(strategy,
                         &answer); /* nobody waits for it, and the other one's would be here by now */
    cr_assert_eq(strategy->ops->next(strategy, NS_PER_S + 700 * NS_PER_MS, &again, 1), 1);
    cr_expect(address_equal(again.target_address, probes[1].target_address));
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

/* Where nobody answers at all, it is given up all the same. */
Test(adaptive, silence_ends_where_nothing_is_heard)
{
    struct targets *targets = some_targets("8.0.0.1");
    struct strategy *strategy = open_one(targets, MAX_TTL);
    struct probe probe;

    cr_assert_eq(strategy->ops->next(strategy, NS_PER_S, &probe, 1), 1);
    uint64_t due = strategy->ops->next_due(strategy, NS_PER_S);
    cr_expect_eq(due, NS_PER_S + 900 * NS_PER_MS);
    cr_expect_eq(strategy->ops->next(strategy, due - 1, &probe, 1), 0);
    cr_expect_eq(strategy->ops->next(strategy, due, &probe, 1), 1);
    strategy->ops->close(strategy);
    targets_destroy(targets);
}

/* Also where it goes on so soon that answers might still come: nobody hears them. */
Test(adaptive, retry_sends_all_that_waits_again)
{
    struct targets *targets = some_targets("8.0.0.0/16");
    struct strategy *strategy = open_one(targets, MAX_TTL);
    struct probe before[200], after[200];
    size_t sent = strategy->ops->next(strategy, 1000, before, 200);

    strategy_retry(strategy);
    cr_expect_eq(strategy->ops->next(strategy, 1001, after, 200), sent);
    for (size_t i = 0; i < sent; i++) {
        cr_expect(address_equal(after[i].target_address, before[i].target_address));
        cr_expect_eq(after[i].ttl, before[i].ttl);
    }
    strategy->ops->close(strategy);
    targets_destroy(targets);
}
