// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The multipath strategy against known graphs, many targets each with balancers of its own: how many of them
 * miss a link, with the confidence interval of that, and what it costs, compared with the rule of Diamond-
 * Miner. In virtual time.
 */
#include <stdio.h>
#include <string.h>

#include "../tests/support/flow_world.h"
#include "bench.h"
#include "graphs.h"
#include "strategy/multipath.h"

enum {
    TARGETS = 2000,
    QUICK_TARGETS = 200,
    FLOWS = 256,
    MAX_TTL = 32,
};

static const struct {
    const char *name;
    struct coverage coverage;
    double loss;
} settings[] = {
    {"prefix", {COVERAGE_PREFIX, 0.95}, 0},
    {"prefix", {COVERAGE_PREFIX, 0.95}, 0.05},
    {"diamond-miner", {COVERAGE_DIAMOND_MINER, 0.95}, 0},
};

static void report(const char *name, struct flow_world *world, unsigned targets)
{
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        const struct multipath_options options = {
            .coverage = settings[i].coverage, .patience_ns = 600000000, .memory = 150 << 20, .gap = 3};
        const struct flow_world_config config = {.ops = &strategy_multipath,
                                                 .options = &options,
                                                 .targets = targets,
                                                 .flows = FLOWS,
                                                 .max_ttl = MAX_TTL};
        struct flow_world_outcome outcome;
        struct strategy *strategy;
        double low, high;

        world->loss = settings[i].loss;
        world->seed = i + 1;
        bench_require(flow_world_run(world, &config, &outcome, &strategy) == 0 && outcome.ended,
                      "survey to its end");

        const uint64_t *ended = ((const struct multipath *)strategy)->ended;
        bench_interval((double)outcome.missed, targets, &low, &high);
        printf("%-38s %-14s %3.0f %% %6.2f %% %6.2f – %5.2f %% %9.4f %8.1f %6.0f %6.0f\n", name,
               settings[i].name, settings[i].loss * 100, 100.0 * (double)outcome.missed / targets, 100 * low,
               100 * high, (double)outcome.links / (double)outcome.all_links,
               (double)outcome.probes / targets, (double)ended[SEARCH_OUT_OF_FLOWS],
               (double)ended[SEARCH_BY_PACKET]);
        strategy->ops->close(strategy);
    }
}

static void report_text(const char *name, const char *edges, unsigned targets)
{
    struct flow_world world = {0};

    flow_world_read(&world, edges);
    report(name, &world, targets);
    edge_graph_free(&world.graph);
}

/* Five routers, a balancer of `width`, and five more. */
static void report_diamond(unsigned width, unsigned targets)
{
    char edges[4096], name[32], *p = edges;

    for (unsigned i = 0; i < 5; i++)
        p += sprintf(p, "10.0.0.%u 10.0.0.%u\n", i + 1, i + 2);
    for (unsigned i = 1; i <= width; i++)
        p += sprintf(p, "10.0.0.6 10.1.0.%u\n10.1.0.%u 10.2.0.1\n", i, i);
    for (unsigned i = 0; i < 5; i++)
        p += sprintf(p, "10.2.0.%u 10.2.0.%u\n", i + 1, i + 2);
    snprintf(name, sizeof(name), "diamond of %u", width);
    report_text(name, edges, targets);
}

/* Balancers of two, one behind each way of the other. */
static void report_nested(unsigned targets)
{
    report_text(
        "two in each of two",
        "10.0.0.1 10.0.0.2\n10.0.0.2 10.0.0.3\n10.0.0.3 10.1.0.1\n10.0.0.3 10.1.0.2\n"
        "10.1.0.1 10.2.0.1\n10.1.0.1 10.2.0.2\n10.1.0.2 10.2.0.3\n10.1.0.2 10.2.0.4\n"
        "10.2.0.1 10.3.0.1\n10.2.0.2 10.3.0.1\n10.2.0.3 10.3.0.1\n10.2.0.4 10.3.0.1\n10.3.0.1 10.3.0.2\n",
        targets);
}

static void report_file(const char *path, const char *name, unsigned targets)
{
    struct flow_world world = {0};

    bench_require(edge_graph_read(&world.graph, path) == 0 &&
                      edge_graph_nodes(&world.graph) <= FLOW_WORLD_NODES,
                  "read a graph");
    report(name, &world, targets);
    edge_graph_free(&world.graph);
}

int main(int argc, char **argv)
{
    unsigned targets = argc == 2 && strcmp(argv[1], "quick") == 0 ? QUICK_TARGETS : TARGETS;
    static const unsigned widths[] = {2, 3, 5, 8, 16};

    bench_start(argc, argv);
    printf("%u targets each\n%-38s %-14s %5s %8s %15s %9s %8s %6s %6s\n", targets, "", "coverage", "loss",
           "missed", "95 % interval", "links", "probes", "short", "packet");
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
        report_diamond(widths[i], targets);
    report_nested(targets);
    bench_graphs(report_file, targets);
    return 0;
}
