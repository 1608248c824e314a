// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/mda_world.h"

#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "mix.h"
#include "protocol.h"
#include "reply_parse.h"
#include "support/some_answer.h"

enum {
    MAX_STEPS = 2000000,
    MAX_PENDING = 256,
    HOST_UNREACHABLE = 1,
    REFILL_NS = 100000000,
    BUCKET = 6,
};

struct pending {
    uint64_t at_ns;
    struct probe probe;
    bool arrived;
    struct record record;
};

struct run {
    struct mda_world *world;
    uint64_t now_ns;
    struct pending pending[MAX_PENDING];
    unsigned pending_count;
};

uint32_t mda_world_target(const struct mda_world *world)
{
    for (uint32_t node = 0; node < edge_graph_nodes(&world->graph); node++)
        if (edge_graph_degree(&world->graph, node) == 0)
            return edge_graph_number(&world->graph, node);
    return 0;
}

void mda_world_set(struct mda_world *world, uint32_t address, enum world_habit habit)
{
    size_t node;

    if (u64_set_find(&world->graph.numbers, address, &node))
        world->habits[node] |= (uint8_t)habit;
}

struct mda_config mda_world_config(const struct mda_world *world)
{
    return (struct mda_config){
        .owner = 7,
        .target_address = address_of_ipv4(mda_world_target(world)),
        .lane = 1,
        .flows = MDA_FLOWS,
        .size = 60,
        .first_ttl = 1,
        .max_ttl = 40,
        .window = 64,
        .gap_limit = 5,
        .attempts = MDA_ATTEMPTS,
        .confidence = 0.95,
        .patience = {.wait_ns = NS_PER_S},
    };
}

static uint64_t draw(struct mda_world *world)
{
    return mix64(++world->packets * MIX_GOLDEN + mix64(world->seed));
}

static uint32_t next_node(struct mda_world *world, uint32_t node, uint16_t flow, uint64_t packet)
{
    uint32_t degree = edge_graph_degree(&world->graph, node);
    uint64_t number = world->habits[node] & WORLD_PER_PACKET ? packet : flow;
    uint64_t hash = mix64((number << 16 | node) ^ mix64(world->seed));

    return world->graph.out[world->graph.start[node] + (uint32_t)((hash >> 32) * degree >> 32)];
}

static bool is_held_back(struct mda_world *world, uint32_t node, uint64_t now_ns)
{
    uint64_t *full_at = &world->tokens_ns[node]; /* when the bucket will be full again */

    if (!(world->habits[node] & WORLD_LIMITED))
        return false;
    if (*full_at < now_ns)
        *full_at = now_ns;
    if (*full_at + REFILL_NS > now_ns + (uint64_t)BUCKET * REFILL_NS)
        return true;
    *full_at += REFILL_NS;
    return false;
}

/* The answer to a probe, if there is one. */
static bool answer_probe(struct run *run, const struct probe *probe, struct pending *pending)
{
    struct mda_world *world = run->world;
    uint64_t packet = draw(world);
    unsigned depth = 0, node = 0;
    bool refused = false;

    while (depth < probe->ttl && !refused && edge_graph_degree(&world->graph, node)) {
        refused = world->habits[node] & WORLD_REFUSES;
        if (!refused)
            node = next_node(world, node, probe->flow, packet);
        depth += !refused;
    }
    if (world->habits[node] & WORLD_SILENT || is_held_back(world, node, run->now_ns) ||
        (double)(draw(world) >> 11) * 0x1p-53 < world->loss)
        return false;

    bool arrived = edge_graph_degree(&world->graph, node) == 0;
    uint64_t rtt_us = 1000ULL * depth + draw(world) % 300;
    *pending = (struct pending){
        .at_ns = run->now_ns + rtt_us * NS_PER_US,
        .probe = *probe,
        .arrived = arrived,
    };
    pending->record = (struct record){
        .responder = address_of_ipv4(edge_graph_number(&world->graph, node)),
        .target_address = probe->target_address,
        .rtt_us = (uint32_t)rtt_us,
        .flow = probe->flow,
        .probe_ttl = probe->ttl,
        .icmp_type = arrived || refused ? ICMP_DESTINATION_UNREACHABLE : ICMP_TIME_EXCEEDED_TYPE,
        .icmp_code = arrived   ? ICMP_PORT_UNREACHABLE
                     : refused ? HOST_UNREACHABLE
                               : 0,
    };
    return true;
}

/* The time of the next event. */
static uint64_t next_event(const struct run *run, struct strategy *strategy)
{
    uint64_t next = strategy->ops->next_due(strategy, run->now_ns);

    for (unsigned i = 0; i < run->pending_count; i++)
        if (run->pending[i].at_ns < next)
            next = run->pending[i].at_ns;
    return next;
}

static void deliver(struct run *run, struct strategy *strategy)
{
    for (unsigned i = 0; i < run->pending_count;) {
        struct pending pending = run->pending[i];

        if (pending.at_ns > run->now_ns) {
            i++;
            continue;
        }
        run->pending[i] = run->pending[--run->pending_count];

        struct answer answer = some_answer(&pending.probe, &pending.record);
        answer.from_target = answer.solicited = pending.arrived;
        answer.arrived_ns = pending.at_ns;
        strategy->ops->reply(strategy, &answer);
    }
}

static bool is_sound(const struct mda_config *config, const struct probe *probe)
{
    return address_equal(probe->target_address, config->target_address) && probe->owner == config->owner &&
           probe->lane == config->lane && probe->size == config->size && probe->ttl >= config->first_ttl &&
           probe->ttl <= config->max_ttl && probe->flow >= config->flow &&
           probe->flow < config->flow + config->flows;
}

uint64_t mda_world_run(struct mda_world *world, struct mda *mda)
{
    struct run *run = calloc(1, sizeof(*run));
    struct strategy *strategy = mda_strategy(mda);
    struct probe probes[16];
    uint64_t end_ns;

    run->world = world;
    for (unsigned steps = 0; steps < MAX_STEPS && !strategy->ops->done(strategy); steps++) {
        size_t count = strategy->ops->next(strategy, run->now_ns, probes, 1 + draw(world) % 16);
        uint64_t next;

        for (size_t i = 0; i < count; i++) {
            if (!is_sound(mda_config(mda), &probes[i]) || run->pending_count == MAX_PENDING)
                goto end;
            run->pending_count += answer_probe(run, &probes[i], &run->pending[run->pending_count]);
        }
        next = next_event(run, strategy);
        if (next == UINT64_MAX)
            break;
        if (next > run->now_ns)
            run->now_ns = next;
        deliver(run, strategy);
    }
end:
    end_ns = strategy->ops->done(strategy) ? run->now_ns : UINT64_MAX;
    free(run);
    return end_ns;
}

enum {
    PASSES = 1, /* some flow continues through the node */
    ENDS = 2,   /* the node before refused it, and answers */
};

/* Where flows go at each hop and node. */
static uint8_t (*reach(const struct mda_world *world))[WORLD_MAX_NODES]
{
    uint8_t(*at)[WORLD_MAX_NODES] = calloc(PROBE_MAX_TTL + 1, sizeof(*at));

    at[0][0] = PASSES;
    for (unsigned ttl = 0; ttl < PROBE_MAX_TTL; ttl++)
        for (uint32_t node = 0; node < edge_graph_nodes(&world->graph); node++) {
            if (!(at[ttl][node] & PASSES))
                continue;
            if (edge_graph_degree(&world->graph, node) && world->habits[node] & WORLD_REFUSES)
                at[ttl + 1][node] |= ENDS;
            for (uint32_t i = world->graph.start[node]; i < world->graph.start[node + 1]; i++)
                if (!(world->habits[node] & WORLD_REFUSES))
                    at[ttl + 1][world->graph.out[i]] |= PASSES;
        }
    return at;
}

static const struct mda_vertex *find(const struct mda_graph *graph, unsigned ttl, uint32_t address)
{
    for (uint32_t i = 0; i < graph->hops[ttl].count; i++) {
        const struct mda_vertex *vertex = graph->hops[ttl].vertices[i];

        if (!vertex->silent && address_equal(vertex->address, address_of_ipv4(address)) &&
            mda_vertex_is_there(vertex))
            return vertex;
    }
    return NULL;
}

static bool has_edge(const struct mda_vertex *from, uint32_t address)
{
    for (uint32_t i = 0; from && i < from->edge_count; i++)
        if (address_equal(from->edges[i].to->address, address_of_ipv4(address)))
            return true;
    return false;
}

static void judge_node(const struct mda_world *world, const struct mda *mda, unsigned ttl, uint32_t node,
                       uint8_t at, struct mda_verdict *verdict)
{
    uint32_t address = edge_graph_number(&world->graph, node);
    const struct mda_vertex *vertex = find(mda_graph(mda), ttl, address);
    bool refuses = world->habits[node] & WORLD_REFUSES && edge_graph_degree(&world->graph, node);

    verdict->vertices++;
    verdict->found_vertices += vertex != NULL;
    verdict->edges += (at & PASSES) && refuses;
    verdict->found_edges += (at & PASSES) && refuses && has_edge(vertex, address);
    for (uint32_t i = world->graph.start[node]; i < world->graph.start[node + 1]; i++) {
        if (world->habits[world->graph.out[i]] & WORLD_SILENT || refuses || !(at & PASSES))
            continue;
        verdict->edges++;
        verdict->found_edges += has_edge(vertex, edge_graph_number(&world->graph, world->graph.out[i]));
    }
}

/* Counts found nodes and answers, whether true or not. */
static void count_found(const struct mda_hop *hop, struct mda_verdict *verdict)
{
    for (uint32_t i = 0; i < hop->count; i++) {
        const struct mda_vertex *vertex = hop->vertices[i];

        if (vertex->silent || !mda_vertex_is_there(vertex))
            continue;
        verdict->false_vertices++;
        for (uint32_t edge = 0; edge < vertex->edge_count; edge++)
            verdict->false_edges += !vertex->edges[edge].to->silent;
    }
}

struct mda_verdict mda_world_judge(const struct mda_world *world, const struct mda *mda)
{
    uint8_t(*at)[WORLD_MAX_NODES] = reach(world);
    struct mda_verdict verdict = {0};

    for (unsigned ttl = 1; ttl <= mda_config(mda)->max_ttl; ttl++) {
        count_found(&mda_graph(mda)->hops[ttl], &verdict);
        for (uint32_t node = 0; node < edge_graph_nodes(&world->graph); node++)
            if (at[ttl][node] && !(world->habits[node] & WORLD_SILENT))
                judge_node(world, mda, ttl, node, at[ttl][node], &verdict);
    }
    verdict.false_vertices -= verdict.found_vertices;
    verdict.false_edges -= verdict.found_edges;
    free(at);
    return verdict;
}
