// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdlib.h>

#include "addresses.h"
#include "base/address_text.h"
#include "base/clock.h"
#include "base/options.h"
#include "reference.h"
#include "sim/world_text.h"
#include "support/mda_world.h"
#include "support/some_answer.h"
#include "table.h"

/* Source, one router, a balancer of `width`, one router, target. */
static const char *diamond(unsigned width)
{
    static char text[8192];
    size_t length = (size_t)sprintf(text, "127.0.0.1 10.0.0.1\n");

    for (unsigned i = 0; i < width; i++)
        length += (size_t)sprintf(text + length, "10.0.0.1 10.1.0.%u\n10.1.0.%u 10.2.0.1\n", i + 1, i + 1);
    sprintf(text + length, "10.2.0.1 8.8.8.8\n");
    return text;
}

static const char CHAIN[] = "127.0.0.1 10.0.0.1\n10.0.0.1 10.0.0.2\n10.0.0.2 10.0.0.3\n10.0.0.3 8.8.8.8\n";

/* A balancer behind each way of another. */
static const char NESTED[] = "127.0.0.1 10.0.0.1\n"
                             "10.0.0.1 10.1.0.1\n10.0.0.1 10.1.0.2\n"
                             "10.1.0.1 10.2.0.1\n10.1.0.1 10.2.0.2\n10.1.0.1 10.2.0.3\n"
                             "10.1.0.2 10.2.0.4\n10.1.0.2 10.2.0.5\n"
                             "10.2.0.1 10.3.0.1\n10.2.0.2 10.3.0.1\n10.2.0.3 10.3.0.1\n"
                             "10.2.0.4 10.3.0.2\n10.2.0.5 10.3.0.2\n"
                             "10.3.0.1 8.8.8.8\n10.3.0.2 8.8.8.8\n";

/* Each of three leads to each of three others. */
static const char MESHED[] = "127.0.0.1 10.0.0.1\n"
                             "10.0.0.1 10.1.0.1\n10.0.0.1 10.1.0.2\n10.0.0.1 10.1.0.3\n"
                             "10.1.0.1 10.2.0.1\n10.1.0.1 10.2.0.2\n10.1.0.1 10.2.0.3\n"
                             "10.1.0.2 10.2.0.1\n10.1.0.2 10.2.0.2\n10.1.0.2 10.2.0.3\n"
                             "10.1.0.3 10.2.0.1\n10.1.0.3 10.2.0.2\n10.1.0.3 10.2.0.3\n"
                             "10.2.0.1 10.3.0.1\n10.2.0.2 10.3.0.1\n10.2.0.3 10.3.0.1\n"
                             "10.3.0.1 8.8.8.8\n";

/* Ways of two and four hops, which merge and go on two hops further; one leads straight to the target. */
static const char UNEQUAL[] = "127.0.0.1 10.0.0.1\n"
                              "10.0.0.1 10.1.0.1\n10.0.0.1 10.2.0.1\n10.0.0.1 10.3.0.1\n"
                              "10.2.0.1 10.2.0.2\n10.2.0.2 10.2.0.3\n10.2.0.3 10.4.0.1\n"
                              "10.1.0.1 10.4.0.1\n10.4.0.1 10.5.0.1\n10.5.0.1 8.8.8.8\n"
                              "10.3.0.1 8.8.8.8\n";

static struct mda_world make_world(const char *text, uint64_t seed)
{
    struct mda_world world = {.seed = seed};

    cr_assert_eq(edge_graph_read(&world.graph, world_text_path(text, strlen(text))), 0);
    cr_assert_leq(edge_graph_nodes(&world.graph), WORLD_MAX_NODES);
    return world;
}

static void set_habit(struct mda_world *world, const char *text, enum world_habit habit)
{
    struct address address;

    cr_assert(address_parse(text, &address));
    mda_world_set(world, address_ipv4(address), habit);
}

static struct mda *trace_with(struct mda_world *world, const struct mda_config *config)
{
    struct mda *mda = mda_create(config);

    cr_assert_not_null(mda);
    cr_assert_neq(mda_world_run(world, mda), UINT64_MAX, "seed %d: it never ends", (int)world->seed);
    cr_assert_eq(mda_error(mda), 0);
    return mda;
}

static struct mda *trace(struct mda_world *world)
{
    struct mda_config config = mda_world_config(world);

    return trace_with(world, &config);
}

static void destroy(struct mda *mda)
{
    mda_strategy(mda)->ops->close(mda_strategy(mda));
}

/* The vertex of an address at a hop; NULL where there is none. */
static const struct mda_vertex *at(const struct mda *mda, unsigned ttl, const char *text)
{
    const struct mda_hop *hop = &mda_graph(mda)->hops[ttl];
    struct address address;

    cr_assert(address_parse(text, &address));
    for (uint32_t i = 0; i < hop->count; i++)
        if (address_equal(hop->vertices[i]->address, address) && mda_vertex_is_there(hop->vertices[i]))
            return hop->vertices[i];
    return NULL;
}

/* At 1e-7 nothing is missed in a test's number of runs. */
static struct mda *trace_surely(struct mda_world *world)
{
    struct mda_config config = mda_world_config(world);

    config.confidence = 1 - 1e-7;
    return trace_with(world, &config);
}

static void expect_whole(const char *name, const struct mda_world *world, const struct mda *mda)
{
    struct mda_verdict verdict = mda_world_judge(world, mda);

    cr_expect(mda_verdict_is_whole(&verdict), "%s, seed %d: %u of %u vertices, %u of %u edges", name,
              (int)world->seed, verdict.found_vertices, verdict.vertices, verdict.found_edges, verdict.edges);
    cr_expect_eq(verdict.false_vertices, 0, "%s: %u", name, verdict.false_vertices);
    cr_expect_eq(verdict.false_edges, 0, "%s: %u", name, verdict.false_edges);
}

static const struct {
    const char *name, *text;
    unsigned width; /* or a diamond of it */
} shapes[] = {
    {"chain", CHAIN, 0},   {"2", NULL, 2},        {"3", NULL, 3},
    {"5", NULL, 5},        {"10", NULL, 10},      {"28", NULL, 28},
    {"nested", NESTED, 0}, {"meshed", MESHED, 0}, {"unequal", UNEQUAL, 0},
};

static struct mda_world make_shape(size_t i, uint64_t seed)
{
    return make_world(shapes[i].text ? shapes[i].text : diamond(shapes[i].width), seed);
}

Test(mda, finds_every_shape)
{
    for (size_t i = 0; i < COUNT(shapes); i++)
        for (uint64_t seed = 1; seed <= 10; seed++) {
            struct mda_world world = make_shape(i, seed);
            struct mda *mda = trace_surely(&world);

            expect_whole(shapes[i].name, &world, mda);
            cr_expect(mda_reached(mda) && mda_complete(mda), "%s", shapes[i].name);
            destroy(mda);
            edge_graph_free(&world.graph);
        }
}

Test(mda, finds_every_shape_despite_losses)
{
    for (size_t i = 0; i < COUNT(shapes); i++)
        for (uint64_t seed = 1; seed <= 10; seed++) {
            struct mda_world world = make_shape(i, seed);

            world.loss = 0.15;
            struct mda *mda = trace_surely(&world);
            expect_whole(shapes[i].name, &world, mda);
            cr_expect(mda_reached(mda) && mda_complete(mda), "%s", shapes[i].name);
            destroy(mda);
            edge_graph_free(&world.graph);
        }
}

static unsigned silent_at(const struct mda *mda, unsigned ttl)
{
    const struct mda_hop *hop = &mda_graph(mda)->hops[ttl];
    unsigned count = 0;

    for (uint32_t i = 0; i < hop->count; i++)
        count += hop->vertices[i]->silent && mda_vertex_is_there(hop->vertices[i]);
    return count;
}

/* A way around a router that does not answer. */
Test(mda, goes_on_behind_silence)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct mda_world world = make_world(CHAIN, seed);

        set_habit(&world, "10.0.0.2", WORLD_SILENT);
        struct mda *mda = trace_surely(&world);
        expect_whole("silent", &world, mda);
        cr_expect_eq(silent_at(mda, 2), 1);
        cr_expect_eq(mda_hop_width(&mda_graph(mda)->hops[2]), 1);
        cr_expect(mda_reached(mda) && mda_complete(mda));
        destroy(mda);
        edge_graph_free(&world.graph);
    }
}

/* Silent ones among others: two of five of a diamond, and one whole way of the unequal ones. */
Test(mda, tells_silence_from_loss)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct mda_world world = make_world(diamond(5), seed);

        world.loss = seed % 2 * 0.1;
        set_habit(&world, "10.1.0.2", WORLD_SILENT);
        set_habit(&world, "10.1.0.4", WORLD_SILENT);
        struct mda *mda = trace_surely(&world);
        expect_whole("some silent", &world, mda);
        cr_expect_eq(silent_at(mda, 2), 1, "seed %d: two behind one vertex look like one", (int)seed);
        for (unsigned ttl = 1; ttl <= 4; ttl++)
            cr_expect(ttl == 2 || silent_at(mda, ttl) == 0);
        destroy(mda);
        edge_graph_free(&world.graph);
    }
}

/* Behind each way of the balancer a silent router: two of them, each with its next hop. */
Test(mda, keeps_silent_vertices_apart_by_the_one_before)
{
    struct mda_world world = make_world("127.0.0.1 10.0.0.1\n10.0.0.1 10.1.0.1\n10.0.0.1 10.1.0.2\n"
                                        "10.1.0.1 10.2.0.1\n10.1.0.2 10.2.0.2\n"
                                        "10.2.0.1 10.3.0.1\n10.2.0.2 10.3.0.2\n"
                                        "10.3.0.1 8.8.8.8\n10.3.0.2 8.8.8.8\n",
                                        1);

    set_habit(&world, "10.2.0.1", WORLD_SILENT);
    set_habit(&world, "10.2.0.2", WORLD_SILENT);
    struct mda *mda = trace_surely(&world);
    expect_whole("silent pair", &world, mda);
    cr_expect_eq(silent_at(mda, 3), 2);
    for (uint32_t i = 0; i < mda_graph(mda)->hops[3].count; i++) {
        const struct mda_vertex *silent = mda_graph(mda)->hops[3].vertices[i];

        cr_assert_eq(silent->edge_count, 1);
        cr_expect_eq(silent->edges[0].to->address.low - silent->parent->address.low, 0x20000);
    }
    destroy(mda);
    edge_graph_free(&world.graph);
}

Test(mda, ends_after_a_gap)
{
    struct mda_world world = make_world(CHAIN, 1);
    struct mda_config config = mda_world_config(&world);

    config.gap_limit = 3;
    config.max_ttl = 20;
    set_habit(&world, "10.0.0.3", WORLD_SILENT);
    set_habit(&world, "8.8.8.8", WORLD_SILENT);
    struct mda *mda = trace_with(&world, &config);
    cr_expect_not(mda_reached(mda));
    cr_expect(mda_complete(mda));
    cr_expect_eq(mda_graph_length(mda_graph(mda)), 5);
    cr_expect_lt(mda_probes(mda), 7 * 6 + 10);
    destroy(mda);
    edge_graph_free(&world.graph);
}

/* The way ends at a router that says so; the hop after it is that router, refusing. */
Test(mda, ends_where_a_router_refuses)
{
    struct mda_world world = make_world(CHAIN, 1);

    set_habit(&world, "10.0.0.2", WORLD_REFUSES);
    struct mda *mda = trace(&world);
    cr_expect_not(mda_reached(mda));
    cr_expect(mda_complete(mda));
    cr_expect_eq(mda_graph_length(mda_graph(mda)), 3);
    cr_expect_not_null(at(mda, 2, "10.0.0.2"));
    cr_expect_eq(at(mda, 3, "10.0.0.2")->record.icmp_code, 1);
    destroy(mda);
    edge_graph_free(&world.graph);
}

static void expect_per_packet(const struct mda *mda, const char *address, uint64_t seed)
{
    for (unsigned ttl = 1; ttl <= mda_graph_length(mda_graph(mda)); ttl++)
        for (uint32_t i = 0; i < mda_graph(mda)->hops[ttl].count; i++) {
            const struct mda_vertex *vertex = mda_graph(mda)->hops[ttl].vertices[i];
            char text[ADDRESS_TEXT_SIZE];

            address_format(vertex->address, text);
            cr_expect_eq(mda_is_per_packet(mda_graph(mda), vertex), address && strcmp(text, address) == 0,
                         "seed %d: %s", (int)seed, text);
        }
}

Test(mda, tells_balancing_by_packets_from_that_by_flows)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct mda_world world = make_world(diamond(4), seed);

        world.loss = seed % 2 * 0.1;
        struct mda *by_flow = trace_surely(&world);
        expect_per_packet(by_flow, NULL, seed);
        cr_expect_not(mda_graph(by_flow)->hops[2].mixed);
        set_habit(&world, "10.0.0.1", WORLD_PER_PACKET);
        struct mda *by_packet = trace_surely(&world);
        expect_per_packet(by_packet, "10.0.0.1", seed);
        expect_whole("by packet", &world, by_packet);
        cr_expect(mda_graph(by_packet)->hops[2].mixed && !mda_graph(by_packet)->hops[3].mixed);
        cr_expect(mda_graph_certain(mda_graph(by_packet), 2));
        cr_expect(mda_complete(by_packet));
        destroy(by_flow);
        destroy(by_packet);
        edge_graph_free(&world.graph);
    }
}

/* Two hops that flows do not tell apart; behind them a balancer by flows, which is whole. */
Test(mda, marks_only_the_first_balancer_by_packets)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct mda_world world = make_world("127.0.0.1 10.0.0.1\n10.0.0.1 10.1.0.1\n10.0.0.1 10.1.0.2\n"
                                            "10.1.0.1 10.2.0.1\n10.1.0.2 10.2.0.2\n"
                                            "10.2.0.1 10.3.0.1\n10.2.0.2 10.3.0.1\n"
                                            "10.3.0.1 10.4.0.1\n10.3.0.1 10.4.0.2\n"
                                            "10.4.0.1 8.8.8.8\n10.4.0.2 8.8.8.8\n",
                                            seed);

        set_habit(&world, "10.0.0.1", WORLD_PER_PACKET);
        struct mda *mda = trace_surely(&world);
        struct mda_verdict verdict = mda_world_judge(&world, mda);

        expect_per_packet(mda, "10.0.0.1", seed);
        cr_expect_eq(verdict.found_vertices, verdict.vertices);
        cr_expect_eq(verdict.false_vertices, 0);
        cr_expect_not(mda_graph_certain(mda_graph(mda), 2));
        cr_expect(mda_graph_certain(mda_graph(mda), 3) && mda_graph_certain(mda_graph(mda), 4));
        cr_expect(mda_reached(mda));
        destroy(mda);
        edge_graph_free(&world.graph);
    }
}

/* Ten answers per second: it takes long, but nothing is made up. */
Test(mda, makes_nothing_up_where_answers_are_limited)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        struct mda_world world = make_world(diamond(3), seed);

        set_habit(&world, "10.1.0.1", WORLD_LIMITED);
        set_habit(&world, "10.1.0.2", WORLD_LIMITED);
        set_habit(&world, "10.2.0.1", WORLD_LIMITED);
        struct mda *mda = trace_surely(&world);
        struct mda_verdict verdict = mda_world_judge(&world, mda);

        cr_expect_eq(verdict.false_vertices + verdict.false_edges, 0);
        cr_expect(mda_verdict_is_whole(&verdict) || !mda_complete(mda), "seed %d", (int)seed);
        cr_expect(mda_reached(mda));
        destroy(mda);
        edge_graph_free(&world.graph);
    }
}

/* So few flows that the stopping rule cannot be met: all are used, nothing more is asked, and it says so. */
Test(mda, says_what_is_incomplete)
{
    struct mda_world world = make_world(diamond(10), 1);
    struct mda_config config = mda_world_config(&world);

    config.flow = 100;
    config.flows = 12;
    struct mda *mda = trace_with(&world, &config);
    cr_expect_not(mda_complete(mda));
    cr_expect(at(mda, 1, "10.0.0.1")->incomplete);
    destroy(mda);
    edge_graph_free(&world.graph);
}

/* A window of one, and pauses: as many milliseconds pass as probes are sent. */
Test(mda, keeps_window_and_pause)
{
    struct mda_world world = make_world(CHAIN, 1);
    struct mda_config config = mda_world_config(&world);
    struct mda *mda = mda_create(&config);
    uint64_t quick = mda_world_run(&world, mda), slow;

    destroy(mda);
    config.window = 1;
    mda = mda_create(&config);
    slow = mda_world_run(&world, mda);
    cr_expect_gt(slow, 3 * quick);
    cr_expect_lt(slow, mda_probes(mda) * 5 * NS_PER_MS);
    destroy(mda);
    config.window = 64;
    config.pause_ns = 20 * NS_PER_MS;
    config.start_ns = NS_PER_S;
    mda = mda_create(&config);
    slow = mda_world_run(&world, mda);
    cr_expect_geq(slow, NS_PER_S + 20 * NS_PER_MS * (mda_probes(mda) - 1));
    destroy(mda);
    edge_graph_free(&world.graph);
}

/* Answers to nothing that was asked change nothing; those of another flow or hop would be seen. */
Test(mda, ignores_answers_to_nothing)
{
    struct mda_world world = make_world(CHAIN, 1);
    struct mda_config config = mda_world_config(&world);
    struct mda *mda = mda_create(&config);
    struct strategy *strategy = mda_strategy(mda);
    const struct record record = {.responder = IPV4(1), .icmp_type = 11};
    struct answer answer = some_answer(&(struct probe){.ttl = 1}, &record);
    struct probe probe;

    config.flow = 5;
    strategy->ops->reply(strategy, &answer); /* not sent yet */
    cr_assert_eq(strategy->ops->next(strategy, 0, &probe, 1), 1);
    answer.ttl = 0;
    strategy->ops->reply(strategy, &answer);
    answer.ttl = 41;
    strategy->ops->reply(strategy, &answer);
    answer.ttl = 1;
    answer.flow = 65535;
    strategy->ops->reply(strategy, &answer);
    answer.flow = 0;
    answer.query = 1;
    strategy->ops->reply(strategy, &answer);
    answer = some_answer(&probe, &record);
    answer.flags = RECORD_DUPLICATE;
    strategy->ops->reply(strategy, &answer);
    for (unsigned ttl = 0; ttl <= PROBE_MAX_TTL; ttl++)
        cr_expect_eq(mda_graph(mda)->hops[ttl].count, 0);
    answer.flags = 0;
    strategy->ops->reply(strategy, &answer);
    cr_expect_eq(mda_graph(mda)->hops[1].count, 1);
    mda_stop(mda);
    cr_expect(strategy->ops->done(strategy) && !mda_complete(mda));
    cr_expect_eq(strategy->ops->next(strategy, 0, &probe, 1), 0);
    cr_expect_eq(strategy->ops->next_due(strategy, 0), UINT64_MAX);
    destroy(mda);
    edge_graph_free(&world.graph);
}

/* The probability of at least `failures` in `runs`, each of probability `each`. */
static double at_least(unsigned failures, unsigned runs, double each)
{
    double term = pow(1 - each, runs), below = 0;

    for (unsigned i = 0; i < failures; i++) {
        below += term;
        term *= (runs - i) / (i + 1.0) * each / (1 - each);
    }
    return 1 - below;
}

static unsigned count_failures(struct mda_world *world, unsigned runs, const struct mda_config *config)
{
    unsigned failures = 0;

    for (unsigned run = 0; run < runs; run++) {
        world->seed = 1000 + run;
        struct mda *mda = trace_with(world, config);
        struct mda_verdict verdict = mda_world_judge(world, mda);

        failures += !mda_verdict_is_whole(&verdict);
        cr_expect_eq(verdict.false_vertices + verdict.false_edges, 0);
        cr_expect(mda_complete(mda));
        destroy(mda);
    }
    return failures;
}

/* So many failures that a bound of 5 % that holds makes them less probable than 0.1 % are too many. */
Test(mda, keeps_the_bound_of_the_whole_graph)
{
    enum { RUNS = 300 };

    for (size_t i = 0; i < COUNT(shapes); i++) {
        struct mda_world world = make_shape(i, 1);
        struct mda_config config = mda_world_config(&world);
        unsigned failures = count_failures(&world, shapes[i].width == 28 ? 60 : RUNS, &config);

        cr_expect_gt(at_least(failures, RUNS, 0.05), 0.001, "%s: %u of %d", shapes[i].name, failures, RUNS);
        edge_graph_free(&world.graph);
    }
}

/* Ten balancers of two ways in a row: each vertex alone may fail seldom and yet some of them does often. */
Test(mda, keeps_the_bound_however_many_branch)
{
    enum { RUNS = 300, BALANCERS = 10 };
    char text[4096];
    size_t length = (size_t)sprintf(text, "127.0.0.1 10.0.0.0\n");

    for (unsigned i = 0; i < BALANCERS; i++)
        length += (size_t)sprintf(text + length,
                                  "10.%u.0.0 10.%u.1.1\n10.%u.0.0 10.%u.1.2\n"
                                  "10.%u.1.1 10.%u.0.0\n10.%u.1.2 10.%u.0.0\n",
                                  i, i, i, i, i, i + 1, i, i + 1);
    struct mda_world world = make_world(text, 1);
    struct mda_config config = mda_world_config(&world);
    unsigned failures = count_failures(&world, RUNS, &config);

    cr_expect_gt(at_least(failures, RUNS, 0.05), 0.001, "%u of %d", failures, RUNS);
    config.bound = MDA_BOUND_NODE;
    failures = count_failures(&world, RUNS, &config);
    cr_expect_lt(at_least(failures, RUNS, 0.05), 0.001, "each vertex alone: %u of %d", failures, RUNS);
    edge_graph_free(&world.graph);
}

/* The lone balancer of two ways, with the bound of each vertex: half of all flows to the power of five. */
Test(mda, fails_as_often_as_it_should)
{
    enum { RUNS = 4000 };
    struct mda_world world = make_world(diamond(2), 1);
    struct mda_config config = mda_world_config(&world);

    config.bound = MDA_BOUND_NODE;
    unsigned failures = count_failures(&world, RUNS, &config);
    cr_expect_leq(fabs(failures - RUNS / 32.0), 4 * sqrt(RUNS / 32.0), "%u of %d", failures, RUNS);
    edge_graph_free(&world.graph);
}

/* A confidence that is asked for costs what the stopping points say, and no more: on a chain each hop takes
 * n_1 flows, 6 with the bound of each vertex. */
Test(mda, sends_no_more_than_the_rule_asks_for)
{
    struct mda_world world = make_world(CHAIN, 1);
    struct mda_config config = mda_world_config(&world);

    config.bound = MDA_BOUND_NODE;
    struct mda *mda = trace_with(&world, &config);
    cr_expect_geq(mda_probes(mda), 6 * 4);
    cr_expect_leq(mda_probes(mda), 6 * 4 + 4);
    destroy(mda);
    edge_graph_free(&world.graph);
}

Test(mda, finds_the_measured_graphs)
{
    const char *corpus = getenv("HOPWIRE_CORPUS");
    char path[512];
    struct dirent *entry;
    DIR *directory;

    if (!corpus)
        cr_skip("HOPWIRE_CORPUS names no folder of graphs");
    snprintf(path, sizeof(path), "%s/mda", corpus);
    directory = opendir(path);
    if (!directory)
        cr_skip("there are no graphs in HOPWIRE_CORPUS");
    while ((entry = readdir(directory))) {
        struct mda_world world = {.seed = 3};

        if (!strstr(entry->d_name, ".edges"))
            continue;
        snprintf(path, sizeof(path), "%s/mda/%s", corpus, entry->d_name);
        cr_assert_eq(edge_graph_read(&world.graph, path), 0);
        struct mda *mda = trace_surely(&world);
        expect_whole(entry->d_name, &world, mda);
        destroy(mda);
        edge_graph_free(&world.graph);
    }
    closedir(directory);
}

/* Layers of up to five nodes, each leading to some of the next layer or, now and then, one layer further. */
static const char *random_graph(uint64_t *random)
{
    static char text[16384];
    size_t length = (size_t)sprintf(text, "127.0.0.1 10.0.0.0\n");
    unsigned layers = 2 + (unsigned)(reference_random(random) % 6), width = 1;

    for (unsigned layer = 0; layer < layers; layer++) {
        unsigned next = 1 + (unsigned)(reference_random(random) % 5);

        for (unsigned to = 0; to < next; to++)
            length +=
                (size_t)sprintf(text + length, "10.%u.0.%u 10.%u.0.%u\n", layer, to % width, layer + 1, to);
        for (unsigned from = 0; from < width; from++) {
            bool far = layer > 0 && layer + 1 < layers && reference_random(random) % 8 == 0;

            length += (size_t)sprintf(text + length, "10.%u.0.%u ", layer, from);
            length += far ? (size_t)sprintf(text + length, "10.%u.0.0\n", layer + 2)
                          : (size_t)sprintf(text + length, "10.%u.0.%u\n", layer + 1,
                                            (unsigned)(reference_random(random) % next));
        }
        width = next;
    }
    for (unsigned from = 0; from < width; from++)
        length += (size_t)sprintf(text + length, "10.%u.0.%u 8.8.8.8\n", layers, from);
    return text;
}

/* Whatever the network does: it ends, within a bound, and no address is made up. Where packets of one flow go
 * ways of different lengths, where the flow ends cannot be told; there only the end of the search is. */
Test(mda, ends_whatever_the_network_does)
{
    uint64_t random = 5;

    for (unsigned run = 0; run < 300; run++) {
        struct mda_world world = make_world(random_graph(&random), run);
        struct mda_config config = mda_world_config(&world);

        bool by_packet = false;

        for (uint32_t node = 1; node < edge_graph_nodes(&world.graph); node++) {
            if (reference_random(&random) % 4 == 0)
                world.habits[node] = (uint8_t)(1U << reference_random(&random) % 4);
            by_packet |= world.habits[node] == WORLD_PER_PACKET;
        }
        world.loss = run % 3 * 0.2;
        config.window = 1 + (unsigned)(reference_random(&random) % 64);
        struct mda *mda = trace_with(&world, &config);
        struct mda_verdict verdict = mda_world_judge(&world, mda);

        cr_expect(by_packet || verdict.false_vertices + verdict.false_edges == 0, "run %u", run);
        cr_expect_lt(mda_probes(mda), 20000, "run %u: %d probes", run, (int)mda_probes(mda));
        destroy(mda);
        edge_graph_free(&world.graph);
    }
}

/* Where the kernel refuses every probe, it ends without waiting for any. */
Test(mda, what_was_not_sent_is_not_waited_for)
{
    struct mda_world world = make_world(CHAIN, 1);
    struct mda_config config = mda_world_config(&world);
    struct mda *mda = mda_create(&config);
    struct strategy *strategy = mda_strategy(mda);
    struct probe probes[16];

    for (int i = 0; i < 10000 && !strategy->ops->done(strategy); i++)
        for (size_t k = strategy->ops->next(strategy, 0, probes, COUNT(probes)); k--;)
            strategy_unsent(strategy, &probes[k], UNSENT_DROPPED);
    cr_expect(strategy->ops->done(strategy));
    cr_expect_not(mda_answered(mda));
    strategy->ops->close(strategy);
    edge_graph_free(&world.graph);
}
