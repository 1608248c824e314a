// SPDX-License-Identifier: GPL-2.0-or-later
/* The responder in worlds that it reads from cells: it answers as sim_hop() says in userspace. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "reply_parse.h"
#include "responder_fixture.h"
#include "world_text.h"

enum { FLOWS = 16 };

/* Of a frame without tags. */
static uint64_t flow_of_frame(const struct frame *frame)
{
    const uint8_t *ip = frame->bytes + ETHERNET_HEADER;

    return sim_flow_hash(load_be32(ip + 12), load_be32(ip + 16), ip[9], load_be16(ip + 20),
                         load_be16(ip + 22));
}

static bool compare_one(const struct sim_responder *responder, const struct sim_topology *world,
                        uint32_t target, uint8_t ttl, uint16_t flow)
{
    struct frame in, out;
    struct reply_view view;
    struct sim_hop hop;

    frame_make_probe(&in, 0, target, ttl, flow);
    sim_hop(world, target, flow_of_frame(&in), 0, ttl, &hop);
    uint32_t verdict = responder_run(responder, &in, &out);
    cr_assert_eq(verdict, hop.answers ? XDP_TX : XDP_DROP, "target %08x TTL %u flow %u", target, ttl, flow);
    if (!hop.answers)
        return false;
    cr_assert_eq(reply_parse_ethernet(out.bytes, out.bytes + out.length, &view), REPLY_ERROR);
    cr_assert_eq(load_be32(view.ip + 12), hop.address, "target %08x TTL %u flow %u", target, ttl, flow);
    cr_assert_eq(view.ip[8], hop.reply_ttl);
    cr_assert_eq(view.icmp[0], hop.kind == SIM_HOP_TARGET ? 3 : 11);
    return true;
}

/* Returns how many probes were answered. */
static unsigned compare_all(struct sim_topology *world)
{
    struct sim_responder *responder = responder_load(world);
    struct prefix_list targets = {.count = 0};
    unsigned answered = 0;

    cr_assert_eq(sim_topology_add_targets(world, &targets), 0);
    cr_assert_eq(prefix_list_add(&targets, (struct prefix){IPV4(0x08080808), 32}), 0);
    for (size_t i = 0; i < targets.count; i++)
        for (uint8_t ttl = 1; ttl <= PROBE_MAX_TTL; ttl++)
            for (uint16_t flow = 0; flow < FLOWS; flow++)
                answered += compare_one(responder, world, address_ipv4(targets.prefixes[i].base), ttl, flow);
    prefix_list_free(&targets);
    sim_responder_destroy(responder);
    sim_topology_free(world);
    return answered;
}

Test(responder_worlds, routes_are_those_of_the_file)
{
    struct sim_topology world = world_text_make("routes", ROUTES_TEXT);

    /* Two targets that do not answer, with two and three hops; the third answers to its end. */
    unsigned answered = compare_all(&world);
    cr_expect_geq(answered, FLOWS * (2 + 3 + 63));
    cr_expect_lt(answered, FLOWS * (2 + 3 + 64));
}

Test(responder_worlds, walks_are_those_of_the_graph)
{
    struct sim_topology world = world_text_make("edges", EDGES_TEXT);

    cr_expect_eq(compare_all(&world), FLOWS * 2 * PROBE_MAX_TTL);
}

Test(responder_worlds, the_longest_walk_is_answered)
{
    char text[4096];
    size_t length = 0;

    for (unsigned i = 0; i < SIM_EDGES_MAX_DEPTH; i++)
        length += (size_t)sprintf(text + length, "10.0.0.%u 10.0.0.%u\n", i, i + 1);
    struct sim_topology world = world_text_make("edges", text);
    cr_expect_eq(compare_all(&world), FLOWS * PROBE_MAX_TTL);
}

Test(responder_worlds, a_world_of_many_targets_is_answered)
{
    enum { TARGETS = 20000 };
    char *text = malloc(TARGETS * 48UL);
    size_t length = 0;

    for (unsigned i = 0; i < TARGETS; i++)
        length += (size_t)sprintf(text + length, "10.0.%u.%u 10.1.%u.%u\n", i >> 8, i & 255, i >> 8, i & 255);
    struct sim_topology world = world_text_make("routes", text);
    struct sim_responder *responder = responder_load(&world);
    for (uint32_t i = 0; i < TARGETS; i++)
        cr_assert(compare_one(responder, &world, 0x0a000000 + i, 1, 0));
    sim_responder_destroy(responder);
    sim_topology_free(&world);
    free(text);
}
