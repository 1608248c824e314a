// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The multipath detection algorithm against known graphs: how often it misses something, with the confidence
 * interval of that, and what it costs. In virtual time; each run has balancers with another seed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../tests/support/mda_world.h"
#include "bench.h"
#include "graphs.h"

enum {
    RUNS = 1000,
    QUICK_RUNS = 300, /* fewer could not distinguish a failure rate of 5 % from one of 9 % */
};

static const struct {
    const char *name;
    enum mda_bound bound;
    double loss;
} settings[] = {
    {"graph", MDA_BOUND_GRAPH, 0},
    {"graph", MDA_BOUND_GRAPH, 0.05},
    {"vertex", MDA_BOUND_NODE, 0},
};

struct tally {
    unsigned runs, failures, wrong, incomplete;
    uint64_t probes;
};

static void trace(struct mda_world *world, enum mda_bound bound, struct tally *tally)
{
    struct mda_config config = mda_world_config(world);
    struct mda_verdict verdict;
    struct mda *mda;

    config.bound = bound;
    mda = mda_create(&config);
    bench_require(mda && mda_world_run(world, mda) != UINT64_MAX && !mda_error(mda), "trace to its end");
    verdict = mda_world_judge(world, mda);
    tally->runs++;
    tally->failures += !mda_verdict_is_whole(&verdict);
    tally->wrong += verdict.false_vertices || verdict.false_edges;
    tally->incomplete += !mda_complete(mda);
    tally->probes += mda_probes(mda);
    mda_strategy(mda)->ops->close(mda_strategy(mda));
}

static unsigned count_branching(const struct mda_world *world)
{
    unsigned count = 0;

    for (uint32_t node = 0; node < edge_graph_nodes(&world->graph); node++)
        count += edge_graph_degree(&world->graph, node) > 1;
    return count;
}

static void report(const char *name, struct mda_world *world, unsigned runs)
{
    for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
        struct tally tally = {0};
        double low, high;

        world->loss = settings[i].loss;
        for (unsigned run = 0; run < runs; run++) {
            world->seed = run + 1;
            trace(world, settings[i].bound, &tally);
        }
        bench_interval(tally.failures, tally.runs, &low, &high);
        printf("%-38s %9u %-6s %3.0f %% %6.2f %% %6.2f – %5.2f %% %6u %10u %7.0f\n", name,
               count_branching(world), settings[i].name, settings[i].loss * 100,
               100.0 * tally.failures / runs, 100 * low, 100 * high, tally.wrong, tally.incomplete,
               (double)tally.probes / runs);
    }
}

static void report_file(const char *path, const char *name, unsigned runs)
{
    struct mda_world world = {.seed = 1};

    bench_require(edge_graph_read(&world.graph, path) == 0 &&
                      edge_graph_nodes(&world.graph) <= WORLD_MAX_NODES,
                  "read a graph");
    report(name, &world, runs);
    edge_graph_free(&world.graph);
}

/* A balancer of `width`, between two routers. */
static void report_diamond(unsigned width, unsigned runs)
{
    char path[] = "/tmp/bench_mda.XXXXXX", name[32];
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    bench_require(file, "write a graph");
    fprintf(file, "127.0.0.1 10.0.0.1\n");
    for (unsigned i = 1; i <= width; i++)
        fprintf(file, "10.0.0.1 10.1.0.%u\n10.1.0.%u 10.2.0.1\n", i, i);
    fprintf(file, "10.2.0.1 8.8.8.8\n");
    fclose(file);
    snprintf(name, sizeof(name), "diamond of %u", width);
    report_file(path, name, runs);
    unlink(path);
}

int main(int argc, char **argv)
{
    unsigned runs = argc == 2 && strcmp(argv[1], "quick") == 0 ? QUICK_RUNS : RUNS;
    static const unsigned widths[] = {2, 5, 16};

    bench_start(argc, argv);
    printf("%u runs each\n%-38s %9s %-6s %5s %8s %15s %6s %10s %7s\n", runs, "95 % confidence", "branching",
           "of", "loss", "failures", "95 % interval", "wrong", "incomplete", "probes");
    for (size_t i = 0; i < sizeof(widths) / sizeof(widths[0]); i++)
        report_diamond(widths[i], runs);
    bench_graphs(report_file, runs);
    return 0;
}
