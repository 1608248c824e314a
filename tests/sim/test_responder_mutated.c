// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames that were damaged at random: what comes back is whole and addressed to who sent it, or it is
 * nothing. */
#include <criterion/criterion.h>
#include <linux/bpf.h>

#include "probe.h"
#include "reference.h"
#include "reply_parse.h"
#include "reply_reference.h"
#include "worlds.h"

enum {
    MUTATED_FRAMES = 30000,
};

/* Where the packet begins behind up to two tags. */
static unsigned link_length(const struct frame *frame)
{
    unsigned length = ETHERNET_HEADER;

    for (int tags = 0; tags < 2; tags++) {
        uint16_t type = load_be16(frame->bytes + length - 2);

        if (type == ETHERTYPE_VLAN_8021Q || type == ETHERTYPE_VLAN_8021AD)
            length += VLAN_TAG;
    }
    return length;
}

static uint16_t tcp_sum(const uint8_t *ip, unsigned length)
{
    uint8_t pseudo[4] = {0, 6};

    store_be16(pseudo + 2, (uint16_t)length);
    return reference_sum(reference_sum(reference_sum(0, pseudo, 4), ip + 12, 8), ip + 20, length);
}

/* The reply to a request with a wrong checksum is as wrong as that. */
static void check_icmp(const uint8_t *request, const uint8_t *icmp, unsigned length,
                       const struct sim_hop *hop)
{
    uint16_t remainder = internet_checksum(icmp, length);

    if (icmp[0] == 0) {
        cr_assert_eq(remainder, internet_checksum(request, length));
        return;
    }
    cr_assert_eq(remainder != 0, hop->bogus == SIM_BOGUS_CHECKSUM);
    cr_assert_eq(internet_checksum(icmp + ICMP_HEADER, IPV4_HEADER), 0);
}

static void check_answer(const struct sim_topology *world, const struct frame *in, const struct frame *out)
{
    unsigned link = link_length(out);
    struct sim_hop hop = frame_hop(world, in, link);
    const uint8_t *ip = out->bytes + link;

    cr_assert_arr_eq(out->bytes, in->bytes + 6, 6);
    cr_assert_arr_eq(out->bytes + 6, GATEWAY_MAC, 6);
    if (load_be16(ip - 2) == ETHERTYPE_ARP)
        return;
    unsigned length = load_be16(ip + 2);
    cr_assert_eq(length, out->length - link);
    cr_assert_eq(internet_checksum(ip, IPV4_HEADER), 0);
    cr_assert_arr_eq(ip + 16, in->bytes + link + 12, 4);
    if (ip[9] == 1)
        check_icmp(in->bytes + link + IPV4_HEADER, ip + IPV4_HEADER, length - IPV4_HEADER, &hop);
    else
        cr_assert_eq(tcp_sum(ip, length - IPV4_HEADER), 0xffff);
}

static void make_frame(struct frame *frame, uint64_t random)
{
    struct packet packet = {
        .target = some_target(random),
        .ttl = (uint8_t)(1 + (random >> 16) % PROBE_MAX_TTL),
        .data = (random >> 24) % 64,
    };

    switch (random >> 60) {
    case 0:
        frame_make_arp(frame, random >> 8 & 3, SIM_GATEWAY_ADDRESS);
        return;
    case 1 ... 4:
        packet.protocol = 1;
        packet.header[0] = 8;
        packet.header_length = 8;
        break;
    case 5 ... 8:
        packet.protocol = 6;
        packet.header[3] = 80;
        packet.header[12] = 5 << 4;
        packet.header[13] = random >> 40 & 0x17;
        packet.header_length = 20;
        break;
    default:
        frame_make_probe(frame, random >> 8 & 3, packet.target, packet.ttl, 0);
        return;
    }
    frame_make_packet(frame, &packet);
}

static void damage(struct frame *frame, uint64_t *state)
{
    for (unsigned changes = reference_random(state) % 4; changes; changes--)
        frame->bytes[reference_random(state) % frame->length] = (uint8_t)reference_random(state);
    if (reference_random(state) % 4 == 0)
        frame->length =
            ETHERNET_HEADER + (uint32_t)reference_random(state) % (frame->length - ETHERNET_HEADER + 1);
}

Test(responder, survives_mutated_frames)
{
    struct sim_options options = sim_options_default();
    struct sim_router_counters counters;
    struct sim_topology world;
    uint64_t state = 1, sum = 0;

    options.answering_permille = 500;
    cr_assert_eq(sim_options_resolve(&options, &world), 0);
    struct sim_responder *responder = responder_load(&world);
    for (unsigned i = 0; i < MUTATED_FRAMES; i++) {
        struct frame in, out;

        make_frame(&in, reference_random(&state));
        damage(&in, &state);
        if (responder_run(responder, &in, &out) == XDP_TX)
            check_answer(&world, &in, &out);
    }
    cr_assert_eq(sim_responder_counters(responder, &counters), 0);
    for (int i = SIM_RECEIVED + 1; i < SIM_LOST_OUT; i++) {
        cr_expect_gt(counters.count[i], 0, "no frame tried counter %d", i);
        sum += counters.count[i];
    }
    cr_expect_eq(counters.count[SIM_RECEIVED], MUTATED_FRAMES);
    cr_expect_eq(sum, MUTATED_FRAMES);
    sim_responder_destroy(responder);
}
