// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/steps.h"

#include <errno.h>

#include "base/u64_set.h"

static int visit_route(const struct sim_cells *cells, const union sim_cell *route, sim_step_visitor *visit,
                       void *context)
{
    struct sim_hop hop, before;
    int error = 0;

    for (uint8_t ttl = 1; ttl <= route->route.length + 1 && !error; ttl++) {
        hop = (struct sim_hop){.kind = SIM_HOP_NOTHING};
        sim_route_hop(cells, route, ttl, &hop);
        hop.distance = 0; /* which flows come here is known */
        error = visit(context, ttl > 1 ? &before : NULL, &hop);
        before = hop;
    }
    return error;
}

/* With a single route, all flows have its steps, which are known without a visit. */
static int visit_routes(const struct sim_cells *cells, uint32_t entry, sim_step_visitor *visit, void *context)
{
    uint32_t count = sim_cell(cells, entry)->route.alternatives;
    int error = 0;

    for (uint32_t i = 0; count > 1 && i < count && !error; i++)
        error = visit_route(cells, sim_cell(cells, entry + i), visit, context);
    return error;
}

static struct sim_hop node_hop(uint32_t node, uint32_t address)
{
    return (struct sim_hop){
        .kind = node ? SIM_HOP_ROUTER : SIM_HOP_TARGET, .address = address, .answers = true};
}

/* Visits the edges of the node with this `key`, and adds the nodes to which they lead. */
static int visit_node(const struct sim_cells *cells, uint64_t key, struct u64_set *nodes,
                      sim_step_visitor *visit, void *context)
{
    const union sim_cell *node = sim_cell(cells, (uint32_t)(key >> 32));
    uint32_t address = (uint32_t)key;
    struct sim_hop from = node_hop((uint32_t)(key >> 32), address);

    for (uint32_t i = 0; i < node->node.edge_count; i++) {
        const union sim_cell *edge = sim_cell(cells, node->node.edges + i);
        struct sim_hop to = node_hop(edge->edge.node, edge->edge.address);
        int error = visit(context, address ? &from : NULL, &to);

        if (!error && edge->edge.node &&
            u64_set_add(nodes, (uint64_t)edge->edge.node << 32 | edge->edge.address) < 0)
            error = -ENOMEM;
        if (error)
            return error;
    }
    return 0;
}

static int visit_edges(const struct sim_cells *cells, uint32_t entry, sim_step_visitor *visit, void *context)
{
    struct u64_set nodes = {0}; /* cell << 32 | address; address 0 for the source, which is not a hop */
    int error = u64_set_add(&nodes, (uint64_t)entry << 32);

    error = error < 0 ? error : 0;
    for (size_t i = 0; i < nodes.count && !error; i++)
        error = visit_node(cells, nodes.keys[i], &nodes, visit, context);
    u64_set_free(&nodes);
    return error;
}

/* The first round of a loop has all its steps. */
static int visit_path(const struct sim_synthetic *synthetic, const struct sim_synthetic_path *path,
                      sim_step_visitor *visit, void *context)
{
    unsigned last = path->loops ? path->trunk + 3U : path->distance;
    struct sim_hop hop, before;
    int error = 0;

    for (uint8_t ttl = 1; ttl <= last && !error; ttl++) {
        hop = (struct sim_hop){.kind = SIM_HOP_NOTHING};
        sim_synthetic_path_hop(synthetic, path, ttl, &hop);
        hop.distance = 0; /* the choice of each flow is known */
        error = visit(context, ttl > 1 ? &before : NULL, &hop);
        before = hop;
    }
    return error;
}

/* For balancers that choose by flow or packet; one that chooses by destination has one path to each. */
static int visit_synthetic(const struct sim_synthetic *synthetic, uint32_t target, sim_step_visitor *visit,
                           void *context)
{
    struct sim_synthetic_path path;
    struct sim_hop place;
    int error = 0;

    if (!sim_is_unicast(target) || target == SIM_GATEWAY_ADDRESS ||
        sim_synthetic_place_hop(synthetic, target, 1, &place))
        return 0;
    sim_synthetic_route(synthetic, target, &path);
    if (path.balancer.by != SIM_BALANCE_FLOWS && path.balancer.by != SIM_BALANCE_PACKETS)
        return 0;
    for (uint8_t way = 0; way < path.balancer.width && !error; way++) {
        sim_synthetic_take(synthetic, way, &path);
        error = visit_path(synthetic, &path, visit, context);
    }
    return error;
}

static struct sim_hop lane_hop(uint8_t distance, uint32_t address)
{
    return (struct sim_hop){
        .kind = SIM_HOP_ROUTER, .address = address, .distance = distance, .answers = true};
}

/* Visits the steps from the first router of a diamond over each of its two wires to the last. */
static int visit_lanes(const struct sim_linux *s, sim_step_visitor *visit, void *context)
{
    struct sim_hop first = lane_hop(1, SIM_GATEWAY_ADDRESS);
    struct sim_hop last = lane_hop(3, sim_linux_far(sim_linux_wire(s, 3)));
    int error = 0;

    for (uint32_t wire = 1; wire <= 2 && !error; wire++) {
        struct sim_hop lane = lane_hop(2, sim_linux_far(wire));

        error = visit(context, &first, &lane);
        if (!error)
            error = visit(context, &lane, &last);
    }
    return error;
}

int sim_steps_visit(const struct sim_topology *topology, uint32_t target, sim_step_visitor *visit,
                    void *context)
{
    uint32_t entry = topology->cells.cells ? sim_entry(&topology->cells, target) : 0;

    if (topology->kind == SIM_SYNTHETIC)
        return visit_synthetic(&topology->synthetic, target, visit, context);
    if (topology->kind == SIM_LINUX && topology->linux_routers.diamond && sim_linux_is_target(target))
        return visit_lanes(&topology->linux_routers, visit, context);
    if (!entry)
        return 0;
    if (topology->kind == SIM_ROUTES)
        return visit_routes(&topology->cells, entry, visit, context);
    return visit_edges(&topology->cells, entry, visit, context);
}
