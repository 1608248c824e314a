// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "capture.h"
#include "sim/edge_graph.h"
#include "world_text.h"

Test(edge_graph, every_edge_leads_forward_in_the_order)
{
    struct edge_graph graph;
    uint32_t position[16];

    cr_assert_eq(edge_graph_read(&graph, world_text_path(EDGES_TEXT, strlen(EDGES_TEXT))), 0);
    cr_assert_eq(edge_graph_nodes(&graph), 8);
    cr_expect_eq(graph.edges.count, 8, "the edge that stands there twice is one");
    cr_expect_eq(edge_graph_number(&graph, 0), 0x7f000001);
    cr_expect_eq(graph.order[0], 0);
    for (uint32_t i = 0; i < 8; i++)
        position[graph.order[i]] = i;
    for (uint32_t node = 0; node < 8; node++)
        for (uint32_t i = graph.start[node]; i < graph.start[node + 1]; i++)
            cr_expect_lt(position[node], position[graph.out[i]]);
    edge_graph_free(&graph);
}

Test(edge_graph, successors_of_a_node_are_those_of_the_file)
{
    struct edge_graph graph;

    cr_assert_eq(
        edge_graph_read(&graph, world_text_path("9.9.9.9 1.1.1.1\n9.9.9.9 2.2.2.2\n1.1.1.1 2.2.2.2\n", 48)),
        0);
    cr_assert_eq(edge_graph_degree(&graph, 0), 2);
    cr_expect_eq(graph.out[graph.start[0]], 1);
    cr_expect_eq(graph.out[graph.start[0] + 1], 2);
    cr_assert_eq(edge_graph_degree(&graph, 1), 1);
    cr_expect_eq(graph.out[graph.start[1]], 2);
    cr_expect_eq(edge_graph_degree(&graph, 2), 0);
    edge_graph_free(&graph);
}

static const char *chain(unsigned edges)
{
    static char text[8192];
    size_t length = 0;

    for (unsigned i = 0; i < edges; i++)
        length += (size_t)sprintf(text + length, "10.0.0.%u 10.0.0.%u\n", i, i + 1);
    return text;
}

Test(edge_graph, depth_is_bounded)
{
    struct capture capture = capture_start(STDERR_FILENO);
    struct sim_topology world;

    cr_expect_eq(world_text_resolve("edges", chain(65), &world), -EINVAL);
    cr_expect_not_null(strstr(capture_end(&capture), "10.0.0.65 is more than 64 hops away from 10.0.0.0"));
    cr_assert_eq(world_text_resolve("edges", chain(64), &world), 0);
    struct sim_hop hop = world_text_hop(&world, "10.0.0.64", 1, 64);
    cr_expect_eq(hop.kind, SIM_HOP_TARGET);
    cr_expect_eq(hop.reply_ttl, 1);
    sim_topology_free(&world);
}

Test(edge_graph, what_is_wrong_is_told)
{
    static const struct {
        const char *text, *why;
    } table[] = {
        {"", "has no edge"},
        {"10.0.0.1\n", "line 1: '' is not an address"},
        {"10.0.0.1 b\n", "line 1: 'b' is not an address"},
        {"10.0.0.1 10.0.0.2\n10.0.0.2 10.0.0.3 10.0.0.4\n", "line 2: has more than two addresses"},
        {"10.0.0.1 239.0.0.1\n", "'239.0.0.1' is not an address"},
        {"10.0.0.1 2001:db8::1\n2001:db8::1 10.0.0.2\n", "line 2: leads from one family to the other"},
        {"2001:db8::1 ff02::1\n", "'ff02::1' is not an address"},
        {"10.0.0.1 10.0.0.1\n", "line 1: leads from 10.0.0.1 to itself"},
        {"10.0.0.1 10.0.0.2\n10.0.0.2 10.0.0.1\n", "10.0.0.1 lies on a cycle, or behind one"},
        {"10.0.0.1 10.0.0.2\n10.0.0.2 10.0.0.3\n10.0.0.3 10.0.0.2\n",
         "10.0.0.2 lies on a cycle, or behind one, as seen from 10.0.0.1"},
        {"10.0.0.1 10.0.0.2\n10.0.0.3 10.0.0.2\n",
         "10.0.0.3 is not reached by any edge, and is not 10.0.0.1"},
    };

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct capture capture = capture_start(STDERR_FILENO);
        struct sim_topology world;
        int result = world_text_resolve("edges", table[i].text, &world);
        const char *said = capture_end(&capture);

        cr_expect_eq(result, -EINVAL, "%s", table[i].text);
        cr_expect_not_null(strstr(said, table[i].why), "%s", said);
        cr_expect_eq(strchr(said, '\n'), said + strlen(said) - 1, "one line: %s", said);
    }
}
