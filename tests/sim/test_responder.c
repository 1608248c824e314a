// SPDX-License-Identifier: GPL-2.0-or-later
/* The responder against a second, plain implementation of what routers reply to surveys, hop by hop. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <string.h>

#include "layout_udp4.h"
#include "reply_parse.h"
#include "reply_reference.h"
#include "responder_fixture.h"
#include "worlds.h"

static void compare_one(const struct sim_responder *responder, const struct sim_topology *world,
                        unsigned tags, uint32_t target, uint8_t ttl)
{
    unsigned link = ETHERNET_HEADER + tags * VLAN_TAG;
    struct frame in, out, expected;

    frame_make_probe(&in, tags, target, ttl, (uint16_t)(target % 7));
    struct sim_hop hop = frame_hop(world, &in, link);
    uint32_t verdict = responder_run(responder, &in, &out);
    if (!hop.answers || hop.firewall) { /* which lets no datagram through */
        cr_assert_eq(verdict, XDP_DROP);
        return;
    }
    expect_error(&in, link, &hop, hop.kind == SIM_HOP_TARGET ? 3 : 11, hop.kind == SIM_HOP_TARGET ? 3 : 0,
                 &expected);
    cr_assert_eq(verdict, XDP_TX);
    cr_assert_eq(out.length, expected.length);
    cr_assert_arr_eq(out.bytes, expected.bytes, expected.length, "target %08x TTL %u tags %u", target, ttl,
                     tags);
}

static void compare_many(const char *realism, unsigned tags, unsigned targets)
{
    struct sim_topology world = make_world(realism, 11 + tags);

    world.habits.ip_ids = SIM_IP_ID_ZERO; /* others follow from the time */
    struct sim_responder *responder = responder_load(&world);

    for (unsigned i = 0; i < targets; i++)
        for (uint8_t ttl = 1; ttl <= PROBE_MAX_TTL; ttl++)
            compare_one(responder, &world, tags, some_target(i), ttl);
    cr_expect_eq(responder_count(responder, SIM_RECEIVED), targets * (uint64_t)PROBE_MAX_TTL);
    cr_expect_eq(responder_count(responder, SIM_IGNORED), 0);
    sim_responder_destroy(responder);
}

Test(responder, answers_as_the_ideal_world_does)
{
    compare_many("ideal", 0, 300);
}

Test(responder, answers_and_stays_silent_as_the_realistic_world_does)
{
    compare_many("internet", 0, 300);
}

Test(responder, replies_carry_the_tags_of_the_probe)
{
    compare_many("ideal", 1, 50);
    compare_many("ideal", 2, 50);
}

Test(responder, counts_each_kind_of_answer)
{
    struct sim_topology ideal = make_world("ideal", 1), deaf;
    struct sim_options options = sim_options_default();
    struct sim_responder *responder = responder_load(&ideal);
    struct frame in, out;

    frame_make_probe(&in, 0, some_target(1), 1, 0);
    responder_run(responder, &in, &out);
    frame_make_probe(&in, 0, some_target(1), SIM_MAX_DISTANCE, 0);
    responder_run(responder, &in, &out);
    responder_run(responder, &in, &out);
    cr_expect_eq(responder_count(responder, SIM_TIME_EXCEEDED), 1);
    cr_expect_eq(responder_count(responder, SIM_PORT_UNREACHABLE), 2);
    sim_responder_destroy(responder);

    options.silent_permille = 1000;
    options.answering_permille = 0;
    cr_assert_eq(sim_options_resolve(&options, &deaf), 0);
    responder = responder_load(&deaf);
    cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP);
    cr_expect_eq(responder_count(responder, SIM_SILENT), 1);
    sim_responder_destroy(responder);
}

Test(responder, tells_the_address_of_the_gateway)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct frame in, out;

    for (unsigned tags = 0; tags <= 2; tags++) {
        const uint8_t *arp = out.bytes + ETHERNET_HEADER + tags * VLAN_TAG;

        frame_make_arp(&in, tags, SIM_GATEWAY_ADDRESS);
        cr_assert_eq(responder_run(responder, &in, &out), XDP_TX);
        cr_assert_eq(out.length, in.length);
        cr_expect_arr_eq(out.bytes, HOST_MAC, 6);
        cr_expect_arr_eq(out.bytes + 6, GATEWAY_MAC, 6);
        cr_expect_arr_eq(out.bytes + 12, in.bytes + 12, 2 + tags * VLAN_TAG);
        cr_expect_eq(load_be16(arp + 6), 2);
        cr_expect_arr_eq(arp + 8, GATEWAY_MAC, 6);
        cr_expect_eq(load_be32(arp + 14), SIM_GATEWAY_ADDRESS);
        cr_expect_arr_eq(arp + 18, HOST_MAC, 6);
        cr_expect_eq(load_be32(arp + 24), SIM_HOST_ADDRESS);
    }
    cr_expect_eq(responder_count(responder, SIM_NEIGHBOUR), 3);
    frame_make_arp(&in, 0, SIM_HOST_ADDRESS);
    cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP);
    sim_responder_destroy(responder);
}

/* One byte of a good probe changed, and the checksum of its header made good again where asked. */
struct spoiling {
    const char *what;
    unsigned offset; /* from the start of the frame */
    uint8_t value;
    bool keep_checksum;
    uint32_t length; /* 0: as it is */
};

Test(responder, ignores_what_no_router_would_answer)
{
    static const struct spoiling table[] = {
        {"another Ethernet destination", 5, 9, false, 0},
        {"not IPv4 but IPv6", 12, 0x86, false, 0},
        {"version 6", 14, 0x65, true, 0},
        {"options", 14, 0x46, true, 0},
        {"total length beyond the frame", 17, 200, true, 0},
        {"total length below the UDP length", 17, 30, true, 0},
        {"a later fragment", 21, 1, true, 0},
        {"TTL 0", 22, 0, true, 0},
        {"a wrong header checksum", 24, 0x55, false, 0},
        {"UDP length below a header", 39, 7, false, 0},
        {"UDP length beyond the packet", 39, 250, false, 0},
        {"a frame cut inside UDP", 14, 0x45, true, 41},
        {"a frame cut inside IPv4", 14, 0x45, true, 30},
        {"a bare Ethernet header", 12, 0x08, false, 14},
        {"a tag cut short", 12, 0x81, false, 17},
    };
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        const struct spoiling *s = &table[i];
        struct frame in, out;

        frame_make_probe(&in, 0, 0x08080808, SIM_MAX_DISTANCE, 0);
        in.bytes[s->offset] = s->value;
        if (s->keep_checksum) {
            store_be16(in.bytes + 24, 0);
            store_be16(in.bytes + 24, internet_checksum(in.bytes + 14, 20));
        }
        if (s->length)
            in.length = s->length;
        cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP, "%s", s->what);
        cr_expect_eq(responder_count(responder, SIM_IGNORED), i + 1, "%s", s->what);
    }
    sim_responder_destroy(responder);
}
