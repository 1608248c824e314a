// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/flow_world.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "base/clock.h"
#include "mix.h"
#include "protocol.h"
#include "support/saved_state.h"
#include "target/prefix_list.h"
#include "target/targets.h"

enum {
    BATCH = 64,
    RTT_NS = 50000000,
    STEP_NS = 1000000, /* between two batches */
    STEPS_MOST = 100000000,
    PORT_UNREACHABLE = 3,
};

#define UNSEEN 0 /* no node: 0 is the source, which no flow meets */

struct flight {
    uint64_t due_ns;
    struct answer answer;
    uint16_t node;
};

struct run {
    const struct flow_world *world;
    const struct flow_world_config *config;
    struct flow_world_outcome *out;
    struct targets *targets;
    struct strategy *strategy;
    struct flight *flights; /* a ring */
    size_t room, first, count;
    uint16_t *met;  /* node by target, flow, TTL */
    uint8_t *asked; /* likewise */
    uint64_t now_ns, packets;
};

void flow_world_read(struct flow_world *world, const char *edges)
{
    char path[] = "/tmp/hopwire-flow-world.XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

    if (!file || fputs(edges, file) < 0 || fclose(file) || edge_graph_read(&world->graph, path))
        abort();
    unlink(path);
}

void flow_world_mark(const struct flow_world *world, bool *marks, uint32_t address)
{
    size_t node;

    if (!u64_set_find(&world->graph.numbers, address, &node))
        abort();
    marks[node] = true;
}

static uint32_t next_node(struct run *run, uint32_t node, uint64_t target, const struct probe *probe)
{
    const struct flow_world *world = run->world;
    uint64_t number = world->by_packet[node]    ? run->packets
                      : world->by_address[node] ? probe->target_address.low
                                                : target << 16 | probe->flow;
    uint64_t hash = mix64(mix64(number * MIX_GOLDEN ^ world->seed) ^ node);

    return world->graph.out[world->graph.start[node] +
                            (uint32_t)((hash >> 32) * edge_graph_degree(&world->graph, node) >> 32)];
}

static size_t place_of(const struct run *run, uint64_t target, unsigned flow, unsigned ttl)
{
    return (target * run->config->flows + flow) * PROBE_MAX_TTL + ttl - 1;
}

static bool is_lost(struct run *run)
{
    return (double)(mix64(run->packets ^ run->world->seed * MIX_GOLDEN) >> 11) * 0x1p-53 < run->world->loss;
}

static void push(struct run *run, const struct answer *answer, uint32_t node)
{
    if (run->count == run->room)
        abort();
    run->flights[(run->first + run->count++) % run->room] =
        (struct flight){run->now_ns + RTT_NS, *answer, (uint16_t)node};
}

static void send(struct run *run, const struct probe *probe)
{
    const struct edge_graph *graph = &run->world->graph;
    uint32_t node = 0, depth = 0;
    uint64_t target;
    bool arrived;

    if (!targets_find_flow(run->targets, probe->target_address, probe->flow, &target) ||
        probe->flow >= run->config->flows || !probe->ttl || probe->ttl > run->config->max_ttl)
        abort(); /* no strategy may ask that */
    run->out->probes++;
    run->packets++;
    run->out->twice += run->asked[place_of(run, target, probe->flow, probe->ttl)]++ > 0;
    for (; depth < probe->ttl && edge_graph_degree(graph, node); depth++)
        node = next_node(run, node, target, probe);
    if (run->world->silent[node] || is_lost(run))
        return;
    arrived = edge_graph_degree(graph, node) == 0;

    const struct answer answer = {
        .target = target,
        .responder = arrived ? probe->target_address : address_of_ipv4(edge_graph_number(graph, node)),
        .flow = probe->flow,
        .ttl = probe->ttl,
        .quoted_ttl = (uint8_t)(probe->ttl - depth + 1),
        .icmp_type = arrived ? ICMP_DESTINATION_UNREACHABLE : ICMP_TIME_EXCEEDED_TYPE,
        .icmp_code = arrived ? PORT_UNREACHABLE : 0,
        .from_target = arrived,
        .solicited = arrived,
    };
    push(run, &answer, node);
}

static void hear_all(struct run *run)
{
    for (; run->count && run->flights[run->first].due_ns <= run->now_ns; run->count--) {
        struct flight *flight = &run->flights[run->first];

        run->first = (run->first + 1) % run->room;
        run->met[place_of(run, flight->answer.target, flight->answer.flow, flight->answer.ttl)] =
            flight->node;
        flight->answer.arrived_ns = run->now_ns;
        run->strategy->ops->reply(run->strategy, &flight->answer);
    }
}

static int open_one(const struct run *run, struct strategy **out)
{
    const struct strategy_config config = {
        .targets = run->targets,
        .min_ttl = 1,
        .max_ttl = run->config->max_ttl,
        .flows = run->config->flows,
        .key = {run->world->seed, 2},
        .slices = 1,
        .options = run->config->options ? run->config->options : run->config->ops->defaults,
    };

    return run->config->ops->open(out, &config);
}

static int save_and_load(struct run *run)
{
    struct strategy *loaded = NULL;
    struct saved_state state;
    int error = saved_state_take(&state, run->strategy);

    if (!error)
        error = open_one(run, &loaded);
    if (!error)
        error = saved_state_load(&state, loaded);
    saved_state_free(&state);
    if (loaded) {
        run->strategy->ops->close(run->strategy);
        run->strategy = loaded;
    }
    return error;
}

static int go(struct run *run)
{
    struct probe probes[BATCH];
    uint64_t pause_at = run->config->pause_at ? run->config->pause_at : UINT64_MAX;
    int error = 0;

    for (uint64_t step = 0; !error && step < STEPS_MOST; step++, run->now_ns += STEP_NS) {
        hear_all(run);
        run->out->ended = run->strategy->ops->done(run->strategy);
        if (run->out->ended)
            break;
        size_t count = run->strategy->ops->next(run->strategy, run->now_ns, probes, BATCH);

        for (size_t i = 0; i < count; i++)
            send(run, &probes[i]);
        if (run->out->probes >= pause_at) {
            pause_at = UINT64_MAX;
            error = save_and_load(run);
        }
    }
    return error;
}

/* Marks at which TTLs flows can meet which nodes. */
static void reach(const struct edge_graph *graph, bool at[PROBE_MAX_TTL + 1][FLOW_WORLD_NODES])
{
    at[0][0] = true;
    for (unsigned ttl = 0; ttl < PROBE_MAX_TTL; ttl++)
        for (uint32_t node = 0; node < edge_graph_nodes(graph); node++)
            for (uint32_t i = graph->start[node]; at[ttl][node] && i < graph->start[node + 1]; i++)
                at[ttl + 1][graph->out[i]] = true;
}

/* Whether some flow passed both, at consecutive TTLs; every flow starts at the source. */
static bool is_found(const struct run *run, uint64_t target, unsigned ttl, uint32_t from, uint32_t to)
{
    for (unsigned flow = 0; flow < run->config->flows; flow++) {
        const uint16_t *met = &run->met[place_of(run, target, flow, ttl)];

        if (met[0] == to && (ttl == 1 || met[-1] == from))
            return true;
    }
    return false;
}

static uint64_t judge_target(const struct run *run, bool at[PROBE_MAX_TTL + 1][FLOW_WORLD_NODES],
                             uint64_t target, uint64_t *all)
{
    const struct flow_world *world = run->world;
    uint64_t found = 0;

    for (unsigned ttl = 1; ttl <= run->config->max_ttl; ttl++)
        for (uint32_t node = 0; node < edge_graph_nodes(&world->graph); node++)
            for (uint32_t i = world->graph.start[node]; at[ttl - 1][node] && i < world->graph.start[node + 1];
                 i++) {
                uint32_t to = world->graph.out[i];

                if (world->silent[to] || (node && world->silent[node]))
                    continue;
                ++*all;
                found += is_found(run, target, ttl, node, to);
            }
    return found;
}

static void judge(const struct run *run)
{
    static bool at[PROBE_MAX_TTL + 1][FLOW_WORLD_NODES];

    memset(at, 0, sizeof(at));
    reach(&run->world->graph, at);
    for (uint64_t target = 0; target < run->config->targets; target++) {
        uint64_t all = 0, found = judge_target(run, at, target, &all);

        run->out->missed += found < all;
        run->out->links += found;
        run->out->all_links += all;
    }
}

/* As many /24s. */
static struct targets *make_targets(unsigned count, enum flows_by flows_by)
{
    const struct targets_config config = {.granularity = 24, .key = {3, 4}, .flows_by = flows_by};
    struct prefix_list list = {0};
    struct error_text error;
    char prefix[32];

    for (unsigned i = 0; i < count; i++) {
        snprintf(prefix, sizeof(prefix), "20.%u.%u.0/24", i >> 8, i & 0xff);
        if (prefix_list_add_text(&list, prefix, "the world", &error))
            abort();
    }
    targets_normalize(&list, &config);
    return targets_create(&list, &config);
}

static int prepare(struct run *run)
{
    const struct flow_world_config *config = run->config;
    size_t cells = (size_t)config->targets * config->flows * PROBE_MAX_TTL;

    run->targets = make_targets(config->targets, config->flows_by);
    run->room = BATCH * (RTT_NS / STEP_NS + 2);
    run->flights = calloc(run->room, sizeof(*run->flights));
    run->met = calloc(cells, sizeof(*run->met));
    run->asked = calloc(cells, sizeof(*run->asked));
    if (!run->targets || targets_count(run->targets) != config->targets)
        abort();
    return run->flights && run->met && run->asked ? open_one(run, &run->strategy) : -ENOMEM;
}

int flow_world_run(const struct flow_world *world, const struct flow_world_config *config,
                   struct flow_world_outcome *out, struct strategy **strategy)
{
    struct run run = {.world = world, .config = config, .out = out, .now_ns = NS_PER_S};
    int error;

    *out = (struct flow_world_outcome){0};
    error = prepare(&run);
    if (!error)
        error = go(&run);
    if (!error)
        judge(&run);
    out->seconds = (double)(run.now_ns - NS_PER_S) / (double)NS_PER_S;
    if (strategy)
        *strategy = run.strategy;
    else if (run.strategy)
        run.strategy->ops->close(run.strategy);
    targets_destroy(run.targets);
    free(run.flights);
    free(run.met);
    free(run.asked);
    return error;
}
