// SPDX-License-Identifier: GPL-2.0-or-later
#include "responder_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

#include <bpf/bpf.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "reference.h"
#include "reply_parse.h"

const uint8_t GATEWAY_MAC[6] = {0x02, 0, 0, 0, 0, 1}, HOST_MAC[6] = {0x02, 0, 0, 0, 0, 2};

uint8_t *frame_start(struct frame *frame, unsigned tags, uint16_t ethertype)
{
    uint8_t *p = frame->bytes + 12;

    memset(frame, 0, sizeof(*frame));
    memcpy(frame->bytes, GATEWAY_MAC, 6);
    memcpy(frame->bytes + 6, HOST_MAC, 6);
    for (unsigned i = 0; i < tags; i++, p += VLAN_TAG) {
        store_be16(p, i + 1 < tags ? ETHERTYPE_VLAN_8021AD : ETHERTYPE_VLAN_8021Q);
        store_be16(p + 2, (uint16_t)(100 + i));
    }
    store_be16(p, ethertype);
    frame->length = ETHERNET_HEADER + tags * VLAN_TAG;
    return p + 2;
}

void frame_make_probe(struct frame *frame, unsigned tags, uint32_t target, uint8_t ttl, uint16_t flow)
{
    const struct probe probe = {.target_address = IPV4(target), .flow = flow, .ttl = ttl};
    struct layout_template template;
    uint8_t *ip = frame_start(frame, tags, ETHERTYPE_IPV4);

    udp4_template_init(&template, (struct siphash_key){1, 2}, address_of_ipv4(SIM_HOST_ADDRESS), UDP4_PORT);
    udp4_prepare(&template, ip);
    frame->length += udp4_craft(&template, &probe, 123456 + ttl, ip);
    if (frame->length < 60) /* as short frames come from a real device */
        frame->length = 60;
}

void frame_make_arp(struct frame *frame, unsigned tags, uint32_t asked)
{
    static const uint8_t request[8] = {0, 1, 8, 0, 6, 4, 0, 1};
    uint8_t *arp = frame_start(frame, tags, 0x0806);

    memset(frame->bytes, 0xff, 6);
    memcpy(arp, request, sizeof(request));
    memcpy(arp + 8, HOST_MAC, 6);
    store_be32(arp + 14, SIM_HOST_ADDRESS);
    store_be32(arp + 24, asked);
    frame->length += 28;
}

void frame_make_packet(struct frame *frame, const struct packet *packet)
{
    uint8_t *ip = frame_start(frame, 0, ETHERTYPE_IPV4), *data = ip + 20 + packet->header_length;

    ip[0] = 0x45;
    ip[1] = packet->tos;
    store_be16(ip + 2, (uint16_t)(20 + packet->header_length + packet->data));
    store_be16(ip + 4, 0x1234);
    store_be16(ip + 6, 0x4000); /* don't fragment */
    ip[8] = packet->ttl;
    ip[9] = packet->protocol;
    store_be32(ip + 12, SIM_HOST_ADDRESS);
    store_be32(ip + 16, packet->target);
    store_be16(ip + 10, (uint16_t)~reference_sum(0, ip, 20));
    memcpy(ip + 20, packet->header, packet->header_length);
    for (unsigned i = 0; i < packet->data; i++)
        data[i] = (uint8_t)(i * 7 + 1);
    frame->length += 20 + packet->header_length + packet->data;
    if (frame->length < 60)
        frame->length = 60;
}

struct sim_hop frame_hop(const struct sim_topology *world, const struct frame *frame, unsigned link)
{
    const uint8_t *ip = frame->bytes + link;
    uint32_t source = load_be32(ip + 12), target = load_be32(ip + 16);
    struct sim_hop hop;

    sim_hop(world, target, sim_flow_hash(source, target, ip[9], load_be16(ip + 20), load_be16(ip + 22)),
            sim_packet_number(load_be16(ip + 4), load_be16(ip + 26)), ip[8], &hop);
    return hop;
}

struct sim_responder *responder_load(const struct sim_topology *world)
{
    struct sim_responder *responder = NULL;

    cr_assert_eq(sim_responder_load(&responder, world, NULL, GATEWAY_MAC), 0);
    return responder;
}

uint32_t responder_run(const struct sim_responder *responder, const struct frame *in, struct frame *out)
{
    LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = in->bytes, .data_size_in = in->length,
                .data_out = out->bytes, .data_size_out = sizeof(out->bytes), .repeat = 1);

    cr_assert_eq(bpf_prog_test_run_opts(sim_responder_program(responder), &run), 0);
    out->length = run.data_size_out;
    return run.retval;
}

uint64_t responder_count(const struct sim_responder *responder, enum sim_counter counter)
{
    struct sim_router_counters counters;

    cr_assert_eq(sim_responder_counters(responder, &counters), 0);
    return counters.count[counter];
}
