// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "sim/node_number.h"
#include "world_text.h"

enum { FLOWS = 2000 };

/* The walk of a flow as text: "10.0.0.1 10.0.1.1 … 127.1.1.6!". */
static const char *walk(const struct sim_topology *world, const char *target, uint64_t flow)
{
    static char text[512];
    char address[ADDRESS_TEXT_SIZE];

    text[0] = '\0';
    for (uint8_t ttl = 1; ttl <= 64; ttl++) {
        struct sim_hop hop = world_text_hop(world, target, flow, ttl);

        if (hop.kind == SIM_HOP_NOTHING)
            return text;
        cr_assert(hop.answers);
        cr_assert_eq(hop.distance, ttl);
        address_format(sim_number_address(world, hop.address, FAMILY_IPV4), address);
        strcat(strcat(text, ttl > 1 ? " " : ""), address);
        if (hop.kind == SIM_HOP_TARGET)
            return strcat(text, "!");
    }
    return text;
}

Test(edges, the_source_leads_to_both_families)
{
    struct sim_topology world = world_text_make("edges", "127.0.0.1 2001:db8::1\n127.0.0.1 10.0.0.1\n"
                                                         "2001:db8::1 2001:db8::2\n10.0.0.1 10.0.0.2\n");

    cr_expect_str_eq(walk(&world, "2001:db8::2", 1), "2001:db8::1 2001:db8::2!");
    cr_expect_str_eq(walk(&world, "10.0.0.2", 1), "10.0.0.1 10.0.0.2!");
    sim_topology_free(&world);
}

Test(edges, flows_take_every_way_and_no_other)
{
    static const char *const ways[] = {
        "10.0.0.1 10.0.1.1 10.0.3.1 127.1.1.6!",
        "10.0.0.1 10.0.2.1 10.0.2.2 10.0.3.1 127.1.1.6!",
    };
    struct sim_topology world = world_text_make("edges", EDGES_TEXT);
    unsigned taken[2] = {0};

    for (uint64_t flow = 0; flow < FLOWS; flow++) {
        const char *way = walk(&world, "127.1.1.6", mix64(flow));

        for (int i = 0; i < 2; i++)
            taken[i] += strcmp(way, ways[i]) == 0;
    }
    cr_expect_eq(taken[0] + taken[1], FLOWS);
    cr_expect_gt(taken[0], FLOWS * 2 / 5);
    cr_expect_gt(taken[1], FLOWS * 2 / 5);
    sim_topology_free(&world);
}

Test(edges, each_end_is_reached_by_what_leads_to_it)
{
    struct sim_topology world = world_text_make("edges", EDGES_TEXT);

    for (uint64_t flow = 0; flow < FLOWS; flow++)
        cr_assert_str_eq(walk(&world, "127.1.1.7", mix64(flow)), "10.0.0.1 10.0.2.1 10.0.2.2 127.1.1.7!");
    sim_topology_free(&world);
}

Test(edges, nothing_else_is_a_target)
{
    static const char *const others[] = {"10.0.3.1", "127.0.0.1", "8.8.8.8"};
    struct sim_topology world = world_text_make("edges", EDGES_TEXT);

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_expect_str_eq(walk(&world, others[i], 1), "");
    sim_topology_free(&world);
}

Test(edges, a_target_answers_all_probes_that_come_so_far)
{
    struct sim_topology world = world_text_make("edges", "1.1.1.1 2.2.2.2\n2.2.2.2 3.3.3.3\n");

    for (unsigned ttl = 2; ttl <= 255; ttl++) {
        struct sim_hop hop = world_text_hop(&world, "3.3.3.3", 1, (uint8_t)ttl);

        cr_expect_eq(hop.kind, SIM_HOP_TARGET);
        cr_expect_eq(hop.distance, 2);
        cr_expect_eq(hop.reply_ttl, 63);
    }
    sim_topology_free(&world);
}

/* Ten levels of two: all 1,024 ways are taken alike, as far as 20,000 flows can tell. */
Test(edges, nodes_choose_independently)
{
    static unsigned taken[1024];
    char text[4096];
    size_t length = (size_t)sprintf(text, "9.9.9.9 10.0.0.0\n");
    double sum = 0;

    for (unsigned level = 0; level < 10; level++)
        for (unsigned edge = 0; edge < 4; edge++)
            length += (size_t)sprintf(text + length, "10.0.%u.%u 10.0.%u.%u\n", level, level ? edge / 2 : 0,
                                      level + 1, edge % 2);
    for (unsigned i = 0; i < 2; i++)
        length += (size_t)sprintf(text + length, "10.0.10.%u 8.8.8.8\n", i);

    struct sim_topology world = world_text_make("edges", text);
    for (uint64_t flow = 0; flow < 20000; flow++) {
        unsigned way = 0;

        for (uint8_t ttl = 2; ttl <= 11; ttl++)
            way = way << 1 | (world_text_hop(&world, "8.8.8.8", mix64(flow), ttl).address & 1);
        taken[way]++;
    }
    for (unsigned i = 0; i < 1024; i++)
        sum += (taken[i] - 20000.0 / 1024) * (taken[i] - 20000.0 / 1024) / (20000.0 / 1024);
    cr_expect_lt(sum, 1168, "chi-squared, 1,023 degrees of freedom, 0.999: %f", sum);
    sim_topology_free(&world);
}

Test(edges, seeds_make_different_choices)
{
    struct sim_topology world = world_text_make("edges", EDGES_TEXT), other = world;
    unsigned differ = 0;

    other.flow_key = mix64(2);
    for (uint64_t flow = 0; flow < FLOWS; flow++)
        differ += world_text_hop(&world, "127.1.1.6", mix64(flow), 2).address !=
                  world_text_hop(&other, "127.1.1.6", mix64(flow), 2).address;
    cr_expect_gt(differ, FLOWS / 3);
    cr_expect_lt(differ, FLOWS * 2 / 3);
    sim_topology_free(&world);
}
