// SPDX-License-Identifier: GPL-2.0-or-later
/* The responder against plain reference replies, for what ordinary programs send. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <string.h>

#include "probe.h"
#include "reply_parse.h"
#include "reply_reference.h"
#include "worlds.h"

enum {
    ICMP = 1,
    TCP = 6,
    UDP = 17,
    SCTP = 132,
    FIN = 0x01,
    SYN = 0x02,
    RST = 0x04,
    PSH = 0x08,
    ACK = 0x10,
    TARGETS = 60,
    MTU_DATA = 1500 - 20 - 8,
};

static struct packet echo_request(uint32_t target, uint8_t ttl, unsigned data)
{
    struct packet packet = {.target = target, .ttl = ttl, .protocol = ICMP, .header_length = 8, .data = data};

    packet.header[0] = 8;
    store_be16(packet.header + 4, 0xbeef); /* identifier, sequence number */
    store_be16(packet.header + 6, (uint16_t)(ttl * 257));
    return packet;
}

/* Sums the ICMP message in place, as who sends it does. */
static void finish_echo(struct frame *frame, const struct packet *packet)
{
    uint8_t *icmp = frame->bytes + TRANSPORT_AT;

    store_be16(icmp + 2, internet_checksum(icmp, packet->header_length + packet->data));
}

static struct packet tcp_segment(uint32_t target, uint8_t ttl, const struct segment *segment, unsigned data)
{
    struct packet packet = {.target = target, .ttl = ttl, .protocol = TCP, .header_length = 20, .data = data};

    store_be16(packet.header, segment->from);
    store_be16(packet.header + 2, segment->to);
    store_be32(packet.header + 4, segment->sequence);
    store_be32(packet.header + 8, segment->acknowledged);
    packet.header[12] = 5 << 4;
    packet.header[13] = segment->flags;
    return packet;
}

static struct packet datagram(uint32_t target, uint8_t ttl, uint16_t port, unsigned data)
{
    struct packet packet = {.target = target, .ttl = ttl, .protocol = UDP, .header_length = 8, .data = data};

    store_be16(packet.header, 53211);
    store_be16(packet.header + 2, port);
    store_be16(packet.header + 4, (uint16_t)(8 + data));
    store_be16(packet.header + 6, 0x1357);
    return packet;
}

static void assert_frame(const struct frame *out, const struct frame *expected, const struct packet *packet)
{
    cr_assert_eq(out->length, expected->length, "protocol %u TTL %u: %u bytes, not %u", packet->protocol,
                 packet->ttl, out->length, expected->length);
    cr_assert_arr_eq(out->bytes, expected->bytes, expected->length, "target %08x protocol %u TTL %u",
                     packet->target, packet->protocol, packet->ttl);
}

/* Runs the packet; true where a target answers it, which is for the caller to judge. */
static bool judge_router(const struct sim_responder *responder, const struct sim_topology *world,
                         const struct packet *packet, struct frame *in, struct frame *out)
{
    struct frame expected;
    struct sim_hop hop;

    frame_make_packet(in, packet);
    if (packet->protocol == ICMP)
        finish_echo(in, packet);
    hop = frame_hop(world, in, IP_AT);
    uint32_t verdict = responder_run(responder, in, out);
    bool passes = packet->protocol == ICMP ? hop.firewall != SIM_FIREWALL_PORTS : !hop.firewall;
    cr_assert_eq(verdict, hop.answers && passes ? XDP_TX : XDP_DROP, "TTL %u", packet->ttl);
    if (hop.answers && hop.kind == SIM_HOP_ROUTER) {
        expect_error(in, IP_AT, &hop, 11, 0, &expected);
        assert_frame(out, &expected, packet);
    }
    return hop.answers && passes && hop.kind == SIM_HOP_TARGET;
}

static struct packet packet_of(uint8_t protocol, uint32_t target, uint8_t ttl)
{
    const struct segment syn = {.from = 40000, .to = 7, .sequence = 0xfffffff0U + ttl, .flags = SYN};

    if (protocol == ICMP)
        return echo_request(target, ttl, target % MTU_DATA);
    if (protocol == TCP)
        return tcp_segment(target, ttl, &syn, 0);
    if (protocol == UDP)
        return datagram(target, ttl, (uint16_t)target, target % MTU_DATA);
    return (struct packet){.target = target, .ttl = ttl, .protocol = protocol, .header_length = 8};
}

static void expect_target(const struct frame *in, const struct sim_hop *hop, struct frame *out)
{
    const uint8_t *ip = in->bytes + IP_AT, *tcp = ip + 20;
    struct segment reset = {
        .from = 7, .to = 40000, .acknowledged = load_be32(tcp + 4) + 1, .flags = RST | ACK};

    if (ip[9] == ICMP)
        expect_echo_reply(in, IP_AT, hop, out);
    else if (ip[9] == TCP)
        expect_segment(in, IP_AT, hop, &reset, out);
    else
        expect_error(in, IP_AT, hop, 3, ip[9] == UDP ? 3 : 2, out);
}

/* A router on the way to `target`, or the target itself: both are asked. */
static uint32_t somebody(const struct sim_topology *world, uint64_t i)
{
    uint32_t target = some_target(i);

    return i % 2 ? hop_at(world, target, (uint8_t)(1 + i % 5)).address : target;
}

static void compare_protocol(const char *realism, uint8_t protocol)
{
    struct sim_topology world = make_world(realism, protocol);

    world.habits.ip_ids = SIM_IP_ID_ZERO; /* others follow from the time */
    struct sim_responder *responder = responder_load(&world);

    for (unsigned i = 0; i < TARGETS * (uint64_t)PROBE_MAX_TTL; i++) {
        struct packet packet =
            packet_of(protocol, somebody(&world, i / PROBE_MAX_TTL), (uint8_t)(1 + i % PROBE_MAX_TTL));
        struct frame in, out, expected;

        if (!judge_router(responder, &world, &packet, &in, &out))
            continue;
        struct sim_hop hop = frame_hop(&world, &in, IP_AT);
        expect_target(&in, &hop, &expected);
        assert_frame(&out, &expected, &packet);
    }
    cr_expect_eq(responder_count(responder, SIM_IGNORED), 0);
    sim_responder_destroy(responder);
}

Test(responder_protocols, replies_are_those_of_the_reference)
{
    static const uint8_t protocols[] = {ICMP, TCP, UDP, SCTP};

    for (size_t i = 0; i < sizeof(protocols); i++) {
        compare_protocol("ideal", protocols[i]);
        compare_protocol("internet", protocols[i]);
    }
}

Test(responder_protocols, echo_replies_bring_back_any_size)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (unsigned data = 0; data <= MTU_DATA; data += data < 64 ? 1 : 88) {
        struct packet packet = echo_request(0x08080808, 64, data);
        struct frame in, out, expected;

        packet.tos = (uint8_t)(data << 2);
        cr_assert(judge_router(responder, &world, &packet, &in, &out));
        struct sim_hop hop = frame_hop(&world, &in, IP_AT);
        expect_echo_reply(&in, IP_AT, &hop, &expected);
        assert_frame(&out, &expected, &packet);
    }
    cr_expect_gt(responder_count(responder, SIM_ECHO_REPLY), 0);
    sim_responder_destroy(responder);
}

Test(responder_protocols, the_gateway_answers_at_the_first_hop)
{
    struct sim_topology world = make_world("internet", 1);
    struct sim_responder *responder = responder_load(&world);

    for (uint8_t ttl = 1; ttl <= PROBE_MAX_TTL; ttl++) {
        struct packet packet = echo_request(SIM_GATEWAY_ADDRESS, ttl, 56);
        struct frame in, out;

        cr_assert(judge_router(responder, &world, &packet, &in, &out));
        cr_expect_eq(load_be32(out.bytes + IP_AT + 12), SIM_GATEWAY_ADDRESS);
        cr_expect_eq(out.bytes[IP_AT + 8], 255);
    }
    sim_responder_destroy(responder);
}

/* Runs a segment to a target that answers and returns whether it did, with what in `out`. */
static bool run_segment(const struct sim_responder *responder, const struct segment *segment, unsigned data,
                        struct frame *in, struct frame *out)
{
    struct packet packet = tcp_segment(0x08080808, 64, segment, data);

    frame_make_packet(in, &packet);
    return responder_run(responder, in, out) == XDP_TX;
}

static uint32_t reply_sequence(const struct frame *out)
{
    return load_be32(out->bytes + TRANSPORT_AT + 4);
}

static void assert_segment(const struct sim_topology *world, const struct frame *in, const struct frame *out,
                           const struct segment *expected, const char *what)
{
    struct sim_hop hop = frame_hop(world, in, IP_AT);
    struct frame frame;

    expect_segment(in, IP_AT, &hop, expected, &frame);
    cr_assert_eq(out->length, frame.length, "%s", what);
    cr_assert_arr_eq(out->bytes, frame.bytes, frame.length, "%s", what);
}

/* RFC 9293, sections 3.5.2 and 3.10.7.1: what a closed port says, and an open one to strangers. */
static const struct refused {
    const char *what;
    struct segment in;
    unsigned data;
    struct segment reply; /* ports are the other way round */
} refused[] = {
    {"SYN", {7, 0, 1, 2, SYN}, 0, {0, 8, 2, 1, RST | ACK}},
    {"SYN with data", {7, 0, 1, 2, SYN}, 10, {0, 18, 2, 1, RST | ACK}},
    {"SYN at the end of the sequence space", {0xffffffff, 0, 1, 2, SYN}, 0, {0, 0, 2, 1, RST | ACK}},
    {"ACK", {7, 99, 1, 2, ACK}, 0, {99, 0, 2, 1, RST}},
    {"SYN and ACK", {7, 99, 1, 2, SYN | ACK}, 0, {99, 0, 2, 1, RST}},
    {"data", {7, 99, 1, 2, ACK | PSH}, 100, {99, 0, 2, 1, RST}},
    {"FIN", {7, 99, 1, 2, FIN}, 0, {0, 8, 2, 1, RST | ACK}},
    {"FIN and ACK", {7, 99, 1, 2, FIN | ACK}, 0, {99, 0, 2, 1, RST}},
    {"no flag", {7, 0, 1, 2, 0}, 3, {0, 10, 2, 1, RST | ACK}},
    {"SYN and FIN to an open port", {7, 0, 1, 80, SYN | FIN}, 0, {0, 9, 80, 1, RST | ACK}},
    {"ACK of another's connection", {7, 99, 1, 80, ACK}, 0, {99, 0, 80, 1, RST}},
};

Test(responder_protocols, closed_ports_reset)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        const struct refused *r = &refused[i];
        struct frame in, out;

        cr_assert(run_segment(responder, &r->in, r->data, &in, &out), "%s", r->what);
        assert_segment(&world, &in, &out, &r->reply, r->what);
    }
    cr_expect_eq(responder_count(responder, SIM_TCP_REPLY), sizeof(refused) / sizeof(refused[0]));
    sim_responder_destroy(responder);
}

Test(responder_protocols, nothing_answers_a_reset)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct frame in, out;

    cr_expect_not(run_segment(responder, &(struct segment){1, 2, 3, 7, RST}, 0, &in, &out));
    cr_expect_not(run_segment(responder, &(struct segment){1, 2, 3, 443, RST | ACK}, 0, &in, &out));
    cr_expect_eq(responder_count(responder, SIM_SILENT), 2);
    sim_responder_destroy(responder);
}

static void compare_handshake(const struct sim_topology *world, const struct sim_responder *responder,
                              uint16_t from, uint16_t to)
{
    struct segment segment = {.sequence = 1000, .from = from, .to = to, .flags = SYN};
    struct frame in, out;

    cr_assert(run_segment(responder, &segment, 0, &in, &out));
    uint32_t initial = reply_sequence(&out);
    assert_segment(world, &in, &out, &(struct segment){initial, 1001, to, from, SYN | ACK}, "handshake");
    cr_assert(run_segment(responder, &segment, 0, &in, &out));
    cr_expect_eq(reply_sequence(&out), initial, "a SYN sent again opens the same connection");

    segment = (struct segment){1001, initial + 1, from, to, ACK};
    cr_expect_not(run_segment(responder, &segment, 0, &in, &out));
    cr_assert(run_segment(responder, &segment, 5, &in, &out));
    assert_segment(world, &in, &out, &(struct segment){initial + 1, 0, to, from, RST}, "data");
}

Test(responder_protocols, open_ports_accept_and_then_say_nothing)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct frame in, out;

    compare_handshake(&world, responder, 40000, 80);
    compare_handshake(&world, responder, 40001, 443);
    cr_assert(run_segment(responder, &(struct segment){1, 0, 40000, 80, SYN}, 0, &in, &out));
    uint32_t one = reply_sequence(&out);
    cr_assert(run_segment(responder, &(struct segment){1, 0, 40001, 80, SYN}, 0, &in, &out));
    cr_expect_neq(reply_sequence(&out), one);
    sim_responder_destroy(responder);
}

/* What comes through the firewalls in front of targets. */
static const struct passing {
    const char *what;
    uint8_t protocol;
    struct segment segment;
    bool through[3]; /* by enum sim_firewall */
} passings[] = {
    {"Echo Request", ICMP, {0}, {true, true, false}},
    {"datagram", UDP, {0}, {true, false, false}},
    {"another protocol", SCTP, {0}, {true, false, false}},
    {"SYN to a closed port", TCP, {1, 0, 40000, 22, SYN}, {true, false, false}},
    {"SYN to port 80", TCP, {1, 0, 40000, 80, SYN}, {true, true, true}},
    {"SYN to port 443", TCP, {1, 0, 40000, 443, SYN}, {true, true, true}},
    {"ACK of no connection", TCP, {1, 99, 40000, 80, ACK}, {true, false, false}},
    {"SYN and ACK", TCP, {1, 99, 40000, 80, SYN | ACK}, {true, false, false}},
};

static uint32_t target_behind(const struct sim_topology *world, uint8_t firewall)
{
    uint64_t i = 0;

    while (hop_at(world, some_target(i), 64).firewall != firewall)
        i++;
    return some_target(i);
}

Test(responder_protocols, firewalls_let_connections_to_open_ports_through)
{
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    options.firewall_permille = 500;
    struct sim_topology world = make_world_of(options);
    struct sim_responder *responder = responder_load(&world);

    for (uint8_t firewall = SIM_FIREWALL_NONE; firewall <= SIM_FIREWALL_PORTS; firewall++)
        for (size_t i = 0; i < sizeof(passings) / sizeof(passings[0]); i++) {
            const struct passing *p = &passings[i];
            uint32_t target = target_behind(&world, firewall);
            struct packet packet = p->protocol == TCP ? tcp_segment(target, 64, &p->segment, 0)
                                                      : packet_of(p->protocol, target, 64);
            struct frame in, out;

            frame_make_packet(&in, &packet);
            cr_expect_eq(responder_run(responder, &in, &out) == XDP_TX, p->through[firewall],
                         "%s, firewall %u", p->what, firewall);
        }
    sim_responder_destroy(responder);
}

Test(responder_protocols, firewalls_know_the_connections_that_came_through)
{
    struct sim_options options = sim_options_default();

    options.realism = "ideal";
    options.firewall_permille = 1000;
    struct sim_topology world = make_world_of(options);
    struct sim_responder *responder = responder_load(&world);

    compare_handshake(&world, responder, 40000, 80);
    sim_responder_destroy(responder);
}

/* One byte of a good packet to a target changed, its IPv4 checksum made good again. */
static const struct spoiling {
    const char *what;
    uint8_t protocol;
    unsigned offset; /* from the IPv4 header */
    uint8_t value;
} spoilings[] = {
    {"an Echo Reply", ICMP, 20, 0},
    {"a Timestamp request", ICMP, 20, 13},
    {"a code of Echo Request", ICMP, 21, 1},
    {"a first fragment of an Echo Request", ICMP, 6, 0x20},
    {"a first fragment of a segment", TCP, 6, 0x20},
    {"a first fragment of a datagram", UDP, 6, 0x20},
    {"a TCP header shorter than one", TCP, 32, 4 << 4},
    {"a TCP header longer than the packet", TCP, 32, 6 << 4},
    {"a packet with half a TCP header", TCP, 3, 39},
};

Test(responder_protocols, targets_ignore_what_hosts_ignore)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (size_t i = 0; i < sizeof(spoilings) / sizeof(spoilings[0]); i++) {
        const struct spoiling *s = &spoilings[i];
        struct packet packet = packet_of(s->protocol, 0x08080808, 64);
        struct frame in, out;
        uint8_t *ip = in.bytes + IP_AT;

        frame_make_packet(&in, &packet);
        ip[s->offset] = s->value;
        store_be16(ip + 10, 0);
        store_be16(ip + 10, internet_checksum(ip, 20));
        cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP, "%s", s->what);
        cr_expect_eq(responder_count(responder, SIM_IGNORED), i + 1, "%s", s->what);
    }
    sim_responder_destroy(responder);
}

Test(responder_protocols, routers_send_no_error_about_an_error)
{
    static const uint8_t errors[] = {3, 4, 5, 11, 12};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct packet packet = echo_request(0x08080808, 1, 28);
    struct frame in, out;

    for (size_t i = 0; i < sizeof(errors); i++) {
        packet.header[0] = errors[i];
        frame_make_packet(&in, &packet);
        cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP, "type %u", errors[i]);
    }
    packet.header[0] = 13; /* Timestamp: a question, and so are others */
    frame_make_packet(&in, &packet);
    cr_expect_eq(responder_run(responder, &in, &out), XDP_TX);
    sim_responder_destroy(responder);
}
