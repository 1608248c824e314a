// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/multipath.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "support/flow_world.h"

#define CHAIN                                                                                                \
    "10.0.0.1 10.0.0.2\n10.0.0.2 10.0.0.3\n10.0.0.3 10.0.0.4\n10.0.0.4 10.0.0.5\n10.0.0.5 10.0.0.6\n"
#define DIAMOND                                                                                              \
    "10.0.0.1 10.0.0.2\n10.0.0.2 10.1.0.1\n10.0.0.2 10.1.0.2\n10.1.0.1 10.2.0.1\n10.1.0.2 10.2.0.1\n"        \
    "10.2.0.1 10.2.0.2\n"
/* The lower way is a hop longer. */
#define UNEQUAL                                                                                              \
    "10.0.0.1 10.0.0.2\n10.0.0.2 10.1.0.1\n10.0.0.2 10.1.0.2\n10.1.0.1 10.2.0.1\n10.1.0.2 10.1.0.3\n"        \
    "10.1.0.3 10.2.0.1\n10.2.0.1 10.2.0.2\n"

struct survey {
    struct flow_world world;
    struct flow_world_config config;
    struct multipath_options options;
    struct flow_world_outcome outcome;
    uint64_t ended[SEARCH_ENDS]; /* or other figures */
};

static void prepare(struct survey *survey, const char *edges, unsigned targets)
{
    *survey = (struct survey){
        .config = {.ops = &strategy_multipath, .targets = targets, .flows = 128, .max_ttl = 32},
        .options = *(const struct multipath_options *)strategy_multipath.defaults,
    };
    survey->config.options = &survey->options;
    survey->options.coverage.kind = COVERAGE_PREFIX;
    survey->world.seed = 5;
    flow_world_read(&survey->world, edges);
}

static void run(struct survey *survey)
{
    struct strategy_figure figures[STRATEGY_FIGURES];
    struct strategy *strategy;

    cr_assert_eq(flow_world_run(&survey->world, &survey->config, &survey->outcome, &strategy), 0);
    cr_assert(survey->outcome.ended);
    cr_assert_eq(strategy_figures(strategy, figures), SEARCH_ENDS);
    for (size_t i = 0; i < SEARCH_ENDS; i++)
        survey->ended[i] = figures[i].count;
    strategy->ops->close(strategy);
    edge_graph_free(&survey->world.graph);
}

Test(multipath, six_flows_a_hop_where_nothing_branches)
{
    struct survey survey;

    prepare(&survey, CHAIN, 200);
    run(&survey);
    cr_expect_eq(survey.outcome.missed, 0);
    cr_expect_eq(survey.ended[SEARCH_WHOLE], 200);
    cr_expect_eq(survey.outcome.twice, 0);
    /* 6 x 5 hops, and what flow 0 asks behind the end until that is known of neighbours. */
    cr_expect_lt(survey.outcome.probes, 200 * 36);
}

/* By the bound, and by far: at most 5 % of 1,000, and what chance adds to that. */
Test(multipath, misses_links_as_rarely_as_promised)
{
    static const char *const graphs[] = {DIAMOND, UNEQUAL};

    for (size_t i = 0; i < 2; i++) {
        struct survey survey;

        prepare(&survey, graphs[i], 1000);
        run(&survey);
        cr_expect_lt(survey.outcome.missed, 64, "%zu", i);
        cr_expect_eq(survey.ended[SEARCH_WHOLE], 1000);
    }
}

static uint64_t missed_behind(const char *edges, uint32_t balancer, enum flows_by flows_by,
                              enum coverage_kind coverage, uint64_t *probes)
{
    struct survey survey;

    prepare(&survey, edges, 1000);
    survey.config.flows_by = flows_by;
    survey.options.coverage.kind = coverage;
    flow_world_mark(&survey.world, survey.world.by_address, balancer);
    run(&survey);
    *probes = survey.outcome.probes;
    return survey.outcome.missed;
}

/* By hosts within the bound, by ports one way to each target. That many hosts answer does not make them ways: the
 * probes are those of the same graph by ports. */
Test(multipath, finds_by_hosts_what_is_balanced_by_destination)
{
    static const struct {
        const char *edges;
        enum coverage_kind coverage;
        uint64_t most; /* probes */
    } cases[] = {
        {DIAMOND, COVERAGE_PREFIX, 140000},
        {UNEQUAL, COVERAGE_PREFIX, 180000},
        {DIAMOND, COVERAGE_DIAMOND_MINER, 250000},
    };
    uint64_t probes;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        cr_expect_lt(missed_behind(cases[i].edges, 0x0a000002, FLOWS_BY_HOST, cases[i].coverage, &probes), 64,
                     "%zu", i);
        cr_expect_lt(probes, cases[i].most, "%zu", i);
        cr_expect_eq(missed_behind(cases[i].edges, 0x0a000002, FLOWS_BY_PORT, cases[i].coverage, &probes),
                     1000, "%zu", i);
    }
}

Test(multipath, hosts_find_what_is_balanced_by_flow)
{
    struct survey survey;

    prepare(&survey, UNEQUAL, 1000);
    survey.config.flows_by = FLOWS_BY_HOST;
    run(&survey);
    cr_expect_lt(survey.outcome.missed, 64);
    cr_expect_eq(survey.ended[SEARCH_WHOLE], 1000);
}

Test(multipath, as_diamond_miner_asks_all_ttls)
{
    struct survey survey;

    prepare(&survey, DIAMOND, 200);
    survey.options.coverage.kind = COVERAGE_DIAMOND_MINER;
    run(&survey);
    cr_expect_geq(survey.outcome.probes, 200 * 6 * 32);
    cr_expect_lt(survey.outcome.missed, 20);
}

/* What seems to branch at every hop behind the balancer does not: flows say nothing there. */
Test(multipath, balanced_packets_do_not_eat_the_budget)
{
    struct survey survey;

    prepare(&survey, DIAMOND, 200);
    flow_world_mark(&survey.world, survey.world.by_packet, 0x0a000002);
    run(&survey);
    cr_expect_geq(survey.ended[SEARCH_BY_PACKET], 190, "%lu", survey.ended[SEARCH_BY_PACKET]);
    cr_expect_lt(survey.outcome.probes, 200 * 120);
}

Test(multipath, silence_costs_little)
{
    struct survey survey;

    prepare(&survey, CHAIN, 200);
    memset(survey.world.silent, true, sizeof(survey.world.silent));
    run(&survey);
    cr_expect_eq(survey.ended[SEARCH_SILENT], 200);
    cr_expect_leq(survey.outcome.probes, 200 * 18, "up to two TTLs behind the first guess");
}

Test(multipath, finds_what_stands_behind_silence)
{
    struct survey survey;

    prepare(&survey, DIAMOND, 500);
    flow_world_mark(&survey.world, survey.world.silent, 0x0a000001);
    flow_world_mark(&survey.world, survey.world.silent, 0x0a020001);
    run(&survey);
    cr_expect_lt(survey.outcome.missed, 35);
    cr_expect_eq(survey.ended[SEARCH_WHOLE], 500);
}

Test(multipath, asks_again_who_was_silent_once)
{
    struct survey survey;

    prepare(&survey, DIAMOND, 500);
    survey.world.loss = 0.05;
    run(&survey);
    cr_expect_lt(survey.outcome.missed, 40);
    cr_expect_gt(survey.outcome.twice, 500);
    cr_expect_lt(survey.outcome.twice, 500 * 20);
}

Test(multipath, says_where_flows_are_too_few)
{
    struct survey survey;

    prepare(&survey, DIAMOND, 100);
    survey.config.flows = 7;
    run(&survey);
    cr_expect_geq(survey.ended[SEARCH_OUT_OF_FLOWS], 95);
}

Test(multipath, lives_with_little_memory)
{
    struct survey survey;

    prepare(&survey, DIAMOND, 1000);
    survey.options.memory = 1 << 20;
    run(&survey);
    cr_expect_lt(survey.outcome.missed, 64);
    cr_expect_eq(survey.ended[SEARCH_WHOLE], 1000);
}

/* Targets under way begin anew, the others are not asked again. */
Test(multipath, goes_on_where_it_was_saved)
{
    struct survey survey;

    prepare(&survey, DIAMOND, 1000);
    survey.options.memory = 1 << 20;
    survey.config.pause_at = 20000;
    run(&survey);
    cr_expect_eq(survey.ended[SEARCH_WHOLE], 1000);
    cr_expect_lt(survey.outcome.missed, 64);
    cr_expect_gt(survey.outcome.twice, 0);
    cr_expect_lt(survey.outcome.twice, 250 * 100);
}

/* Links of all targets together: found with a few probes a target, and no flow begins that does not pay. */
Test(multipath, walks_flow_by_flow)
{
    struct survey survey;

    for (int saved = 0; saved < 2; saved++) {
        prepare(&survey, DIAMOND, 2000);
        survey.options.coverage.kind = COVERAGE_LINKS;
        survey.config.flows = 16;
        survey.config.pause_at = saved ? 20000 : 0;
        run(&survey);
        cr_expect_lt(survey.outcome.probes, 2000 * 16 * 4);
        cr_expect_eq(survey.ended[0] + survey.ended[1], 2000 * 16, "flows asked and left out");
        cr_expect_lt(survey.ended[0], 2000 * 16, "some are left out");
    }
}

Test(multipath, reads_what_it_is_to_cover)
{
    static const struct {
        const char *text;
        enum coverage_kind kind;
        double confidence;
    } good[] = {{"links", COVERAGE_LINKS, 0.95},
                {"prefix", COVERAGE_PREFIX, 0.95},
                {"prefix=99", COVERAGE_PREFIX, 0.99},
                {"diamond-miner=90", COVERAGE_DIAMOND_MINER, 0.9}};
    static const char *const bad[] = {
        "", "prefi", "prefixes", "prefix=", "prefix=0", "prefix=100", "prefix=9x", "links=95"};
    struct error_text error;
    struct coverage coverage;

    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        cr_assert_eq(option_coverage(NULL, good[i].text, &coverage, &error), 0);
        cr_expect_eq(coverage.kind, good[i].kind);
        cr_expect_float_eq(coverage.confidence, good[i].confidence, 1e-9);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        cr_expect_lt(option_coverage(NULL, bad[i], &coverage, &error), 0, "%s", bad[i]);
}
