// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/mda_graph.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "reference.h"

enum {
    HOPS = 4,
    FLOWS = 12,
};

static void see(struct mda_graph *graph, unsigned ttl, uint32_t flow, uint32_t address, bool ended)
{
    struct mda_sight sight = {
        .vertex = mda_graph_vertex(graph, ttl, IPV4(address)),
        .state = ended ? MDA_BEYOND : MDA_SEEN,
        .ended = ended,
    };
    struct mda_sight before = mda_graph_sight(graph, ttl - 1, flow);

    if (before.state == MDA_SEEN && !before.ended)
        sight.state = MDA_SEEN;
    mda_graph_set(graph, ttl, flow, sight);
}

static void forget(struct mda_graph *graph, unsigned ttl, uint32_t flow)
{
    mda_graph_set(graph, ttl, flow, (struct mda_sight){.state = MDA_LOST});
}

Test(mda_graph, keeps_vertices_in_order)
{
    static const uint32_t addresses[] = {5, 1, 9, 3, 7, 3};
    struct mda_graph graph;
    struct mda_vertex *five, *silent;

    cr_assert_eq(mda_graph_init(&graph, 1, HOPS, FLOWS), 0);
    for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++)
        mda_graph_vertex(&graph, 1, IPV4(addresses[i]));
    cr_assert_eq(graph.hops[1].count, 5);
    for (uint32_t i = 0; i < 5; i++)
        cr_expect(address_equal(graph.hops[1].vertices[i]->address, IPV4(2 * i + 1)));
    cr_expect(address_equal(graph.hops[1].first->address, IPV4(5)));

    five = mda_graph_vertex(&graph, 1, IPV4(5));
    silent = mda_graph_silent(&graph, five);
    cr_expect_eq(mda_graph_silent(&graph, five), silent);
    cr_expect_neq(mda_graph_silent(&graph, mda_graph_vertex(&graph, 1, IPV4(3))), silent);
    cr_expect_eq(graph.hops[2].vertices[1], silent, "by the order of those before");
    cr_expect_eq(mda_graph_silent(&graph, silent)->silent_run, 2);
    mda_graph_free(&graph);
}

/* A target that answers beyond its place is none there, whatever is learned first. */
Test(mda_graph, has_the_target_where_the_flow_ends)
{
    static const unsigned orders[][3] = {{1, 2, 3}, {1, 3, 2}, {2, 1, 3}, {2, 3, 1}, {3, 1, 2}, {3, 2, 1}};

    for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
        struct mda_graph graph;

        cr_assert_eq(mda_graph_init(&graph, 1, HOPS, FLOWS), 0);
        for (unsigned j = 0; j < 3; j++)
            see(&graph, orders[i][j], 0, orders[i][j] == 1 ? 10 : 99, orders[i][j] > 1);
        cr_expect_eq(mda_graph_sight(&graph, 2, 0).state, MDA_SEEN);
        cr_expect_eq(mda_graph_sight(&graph, 3, 0).state, MDA_BEYOND);
        cr_expect_eq(mda_graph_length(&graph), 2);
        forget(&graph, 1, 0);
        cr_expect_eq(mda_graph_sight(&graph, 2, 0).state, MDA_BEYOND);
        cr_expect_eq(mda_graph_length(&graph), 0);
        mda_graph_free(&graph);
    }
}

/* What the counts and edges of a vertex must be, from the sights alone. */
static void expect_consistent(const struct mda_graph *graph, const struct mda_vertex *vertex)
{
    uint32_t after[MDA_SIGHT_STATES] = {0}, flows = 0, ended = 0, edges = 0;

    for (uint32_t flow = 0; flow < FLOWS; flow++) {
        struct mda_sight here = mda_graph_sight(graph, vertex->ttl, flow);
        struct mda_sight next = mda_graph_sight(graph, vertex->ttl + 1U, flow);

        if (here.state != MDA_SEEN || here.vertex != vertex)
            continue;
        flows++;
        ended += here.ended;
        after[next.state]++;
        cr_assert(next.state != MDA_SEEN || mda_vertex_leads_to(vertex, next.vertex));
        cr_assert(!next.ended || (next.state == MDA_SEEN) == !here.ended);
    }
    cr_assert_eq(vertex->flow_count, flows);
    cr_assert_eq(vertex->ended, ended);
    for (int state = 0; state < MDA_SIGHT_STATES; state++)
        cr_assert_eq(vertex->after[state], after[state], "state %d", state);
    for (uint32_t i = 0; i < vertex->edge_count; i++)
        edges += vertex->edges[i].seen;
    cr_assert_eq(edges, after[MDA_SEEN]);
}

Test(mda_graph, counts_what_the_sights_say)
{
    uint64_t random = 1;
    struct mda_graph graph;

    cr_assert_eq(mda_graph_init(&graph, 1, HOPS, FLOWS), 0);
    for (unsigned step = 0; step < 5000; step++) {
        unsigned ttl = 1 + (unsigned)(reference_random(&random) % HOPS);
        uint32_t flow = (uint32_t)(reference_random(&random) % FLOWS);

        switch (reference_random(&random) % 4) {
        case 0:
            forget(&graph, ttl, flow);
            break;
        case 1:
            mda_graph_set(&graph, ttl, flow, (struct mda_sight){.state = MDA_WAITING});
            break;
        default:
            see(&graph, ttl, flow, 1 + (uint32_t)(reference_random(&random) % 3),
                reference_random(&random) % 4 == 0);
        }
        for (unsigned hop = 1; hop <= HOPS; hop++)
            for (uint32_t i = 0; i < graph.hops[hop].count; i++)
                expect_consistent(&graph, graph.hops[hop].vertices[i]);
    }
    cr_expect_not(graph.failed);
    mda_graph_free(&graph);
}

Test(mda_graph, completes_edges_where_there_is_one_way)
{
    struct mda_graph graph;
    struct mda_vertex *other;

    cr_assert_eq(mda_graph_init(&graph, 1, HOPS, FLOWS), 0);
    see(&graph, 1, 0, 10, false);
    see(&graph, 2, 0, 20, false);
    see(&graph, 3, 0, 30, false);
    other = mda_graph_vertex(&graph, 2, IPV4(21)); /* that another packet of flow 0 met */
    other->answers = 1;
    mda_graph_add_edge(&graph, mda_graph_vertex(&graph, 1, IPV4(10)), other);
    mda_graph_complete_edges(&graph);
    cr_expect_eq(other->edge_count, 0, "flows tell who leads where");
    graph.hops[2].mixed = true;
    cr_expect(mda_graph_certain(&graph, 2));
    mda_graph_complete_edges(&graph);
    cr_expect_eq(other->edge_count, 1);
    cr_expect(mda_vertex_leads_to(other, mda_graph_vertex(&graph, 3, IPV4(30))));
    see(&graph, 3, 1, 31, false);
    cr_expect_not(mda_graph_certain(&graph, 2));
    mda_graph_free(&graph);
}
