// SPDX-License-Identifier: GPL-2.0-or-later
/* The responder's half of IPv6 against a second, plain implementation of what is replied, packet by packet. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <string.h>

#include "packet6.h"
#include "probe.h"
#include "protocol.h"
#include "reference.h"
#include "world_text.h"
#include "worlds.h"

enum {
    TARGETS = 200,
    LONGEST = 1500 - 40 - 8, /* bytes of data */
};

/* Some are routers; their /48s and hosts are of every kind. */
static struct address some_target6(uint64_t i)
{
    uint64_t hash = mix64(i + 1);

    if (i % 16 == 0)
        return sim_address6(SIM_ROUTER_BASE | (uint32_t)(hash >> 36));
    return (struct address){0x2000000000000000 | hash >> 4, i % 3 ? mix64(hash) : i % 7};
}

static unsigned some_length(uint64_t *random)
{
    uint64_t drawn = reference_random(random);

    return (unsigned)(drawn % 4 ? drawn >> 8 & 127 : (drawn >> 8) % LONGEST);
}

static void assert_same(const struct frame *out, const struct frame *expected, const struct packet6 *packet)
{
    cr_assert_eq(out->length, expected->length, "protocol %u hop limit %u data %u: %u bytes, not %u",
                 packet->protocol, packet->hop_limit, packet->data, out->length, expected->length);
    cr_assert_arr_eq(out->bytes, expected->bytes, expected->length, "protocol %u hop limit %u data %u",
                     packet->protocol, packet->hop_limit, packet->data);
}

static void judge_probe(const struct sim_responder *responder, const struct sim_topology *world,
                        const struct packet6 *packet)
{
    struct sim_hop hop = frame_hop6(world, packet);
    struct frame in, out, expected;

    frame_make_packet6(&in, packet);
    uint32_t verdict = responder_run(responder, &in, &out);
    if (hop.kind == SIM_HOP_NOTHING || !hop.answers || hop.firewall) { /* which lets no datagram through */
        cr_assert_eq(verdict, XDP_DROP);
        return;
    }
    bool there = hop.kind == SIM_HOP_TARGET;
    expect_error6(&in, packet, &hop, there ? 1 : 3, there ? 4 : 0, 0, &expected);
    cr_assert_eq(verdict, XDP_TX);
    assert_same(&out, &expected, packet);
}

static void judge_many(const char *realism, unsigned tags, unsigned targets)
{
    struct sim_topology world = make_world(realism, 31 + tags);
    struct sim_responder *responder = responder_load(&world);
    uint64_t random = tags;

    for (unsigned i = 0; i < targets; i++)
        for (uint8_t hop_limit = 1; hop_limit <= PROBE_MAX_TTL; hop_limit++) {
            struct packet6 packet =
                packet6_probe(some_target6(i), hop_limit, (uint16_t)(i % 7), some_length(&random));

            packet.tags = tags;
            judge_probe(responder, &world, &packet);
        }
    cr_expect_eq(responder_count(responder, SIM_RECEIVED), targets * (uint64_t)PROBE_MAX_TTL);
    cr_expect_eq(responder_count(responder, SIM_IGNORED), 0);
    sim_responder_destroy(responder);
}

Test(responder6, answers_as_the_ideal_world_does)
{
    judge_many("ideal", 0, TARGETS);
}

Test(responder6, answers_and_stays_silent_as_the_realistic_world_does)
{
    judge_many("internet", 0, TARGETS);
}

Test(responder6, replies_carry_the_tags_of_the_probe)
{
    judge_many("ideal", 1, 30);
    judge_many("ideal", 2, 30);
}

Test(responder6, every_behaviour_is_that_of_the_hop)
{
    struct sim_options options = sim_options_default();
    uint64_t random = 5;

    options.bogus_permille = 500;
    options.middlebox_permille = 500;
    options.tunnel_permille = 900;
    options.alias_permille = 500;
    options.parting_permille = 500;
    options.alike_permille = 500;
    options.rate_limits = 0;
    struct sim_topology world = make_world_of(options);
    struct sim_responder *responder = responder_load(&world);
    for (unsigned i = 0; i < TARGETS; i++)
        for (uint8_t hop_limit = 3; hop_limit <= 24; hop_limit++) {
            struct packet6 packet = packet6_probe(some_target6(i), hop_limit, 0, some_length(&random));

            judge_probe(responder, &world, &packet);
        }
    sim_responder_destroy(responder);
}

/* The nearest target that answers: one whose replies are errors of its own address. */
static struct address plain_target(const struct sim_topology *world)
{
    for (unsigned i = 1;; i++) {
        struct packet6 packet = packet6_probe(some_target6(i), 64, 0, 0);
        struct sim_hop hop = frame_hop6(world, &packet);

        if (i % 16 && hop.kind == SIM_HOP_TARGET && hop.answers)
            return packet.target;
    }
}

static struct packet6 echo_request(struct address target, uint8_t hop_limit, unsigned data)
{
    struct packet6 packet = {.target = target,
                             .hop_limit = hop_limit,
                             .traffic_class = 0xb8,
                             .label = 0xabcde,
                             .protocol = 58,
                             .header_length = 8,
                             .checksum_at = 2,
                             .data = data};

    packet.header[0] = 128;
    store_be32(packet.header + 4, 0xbeef0007);
    return packet;
}

static void extend_packet(struct packet6 *packet, uint8_t kind, unsigned length)
{
    uint8_t *header = packet->extensions + packet->extensions_length;

    memset(header, 0, length);
    header[0] = packet->protocol;
    header[1] = (uint8_t)(kind == 44 ? 0 : length / 8 - 1);
    if (packet->extensions_length) { /* the one before names it */
        uint8_t *before = packet->extensions;

        for (unsigned at = 0; at < packet->extensions_length; at += (before[at + 1] + 1U) * 8)
            header = before + at;
        header[0] = kind;
    } else {
        packet->first_extension = kind;
    }
    packet->extensions_length += length;
}

Test(responder6, echo_replies_bring_back_what_was_sent)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (unsigned variant = 0; variant < 6; variant++) {
        static const unsigned lengths[] = {0, 1, 56, 1232, 1444, 8};
        struct packet6 packet = echo_request(plain_target(&world), 64, lengths[variant]);
        struct frame in, out, expected;

        if (variant == 5) {
            extend_packet(&packet, 0, 8);
            extend_packet(&packet, 60, 24);
        }
        frame_make_packet6(&in, &packet);
        struct sim_hop hop = frame_hop6(&world, &packet);
        uint8_t *icmp = expect_answer6(&in, &packet, &hop, 8 + packet.data, &expected);
        memcpy(icmp, in.bytes + IP6_AT + 40 + packet.extensions_length, 8 + packet.data);
        icmp[0] = 129;
        store_be16(icmp + 2, 0);
        store_be16(icmp + 2, checksum6(icmp - 40, 58, icmp, 8 + packet.data));
        cr_assert_eq(responder_run(responder, &in, &out), XDP_TX, "variant %u", variant);
        assert_same(&out, &expected, &packet);
    }
    cr_expect_eq(responder_count(responder, SIM_ECHO_REPLY), 6);
    sim_responder_destroy(responder);
}

/* By TCP a target says over IPv6 what it says over IPv4 (test_responder_protocols.c); here, that it is heard. */
Test(responder6, segments_are_answered)
{
    static const struct {
        uint16_t port;
        uint8_t flags, answer;
    } table[] = {{80, 2, 0x12}, {443, 2, 0x12}, {81, 2, 0x14}, {80, 0x10, 0x04}, {80, 4, 0}};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct address target = plain_target(&world);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct packet6 packet = {
            .target = target, .hop_limit = 64, .protocol = 6, .header_length = 20, .checksum_at = 16};
        struct frame in, out;

        store_be16(packet.header, 40000);
        store_be16(packet.header + 2, table[i].port);
        store_be32(packet.header + 4, 1000);
        store_be32(packet.header + 8, 7777);
        packet.header[12] = 5 << 4;
        packet.header[13] = table[i].flags;
        frame_make_packet6(&in, &packet);
        const uint8_t *ip = out.bytes + IP6_AT, *tcp = ip + 40;
        cr_assert_eq(responder_run(responder, &in, &out), table[i].answer ? XDP_TX : XDP_DROP, "%zu", i);
        if (!table[i].answer)
            continue;
        cr_expect_eq(out.length, IP6_AT + 40 + 20U);
        cr_expect_arr_eq(ip + 8, in.bytes + IP6_AT + 24, 16);
        cr_expect_arr_eq(ip + 24, in.bytes + IP6_AT + 8, 16);
        cr_expect_eq(load_be16(tcp), table[i].port);
        cr_expect_eq(load_be16(tcp + 2), 40000);
        cr_expect_eq(tcp[13], table[i].answer, "%zu", i);
        if (table[i].answer & 0x10)
            cr_expect_eq(load_be32(tcp + 8), 1001);
        cr_expect_eq(checksum6(ip, 6, tcp, 20), 0, "%zu", i);
    }
    sim_responder_destroy(responder);
}

Test(responder6, who_names_an_unknown_protocol_is_told_where)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (unsigned extensions = 0; extensions < 3; extensions++) {
        struct packet6 packet = packet6_probe(plain_target(&world), 64, 0, 8);
        struct frame in, out, expected;

        packet.protocol = 132;
        packet.checksum_at = 0;
        for (unsigned i = 0; i < extensions; i++)
            extend_packet(&packet, i ? 60 : 0, 16);
        frame_make_packet6(&in, &packet);
        struct sim_hop hop = frame_hop6(&world, &packet);
        expect_error6(&in, &packet, &hop, 4, 1, extensions ? 40 + 16 * (extensions - 1) : 6, &expected);
        cr_assert_eq(responder_run(responder, &in, &out), XDP_TX, "%u", extensions);
        assert_same(&out, &expected, &packet);
    }
    sim_responder_destroy(responder);
}

/* Whatever stands between, balancers see the ports. */
Test(responder6, probes_may_have_extension_headers)
{
    static const uint8_t kinds[] = {0, 43, 60, 44};
    struct sim_topology world = make_world("internet", 3);
    struct sim_responder *responder = responder_load(&world);

    for (unsigned i = 0; i < 2000; i++) {
        struct packet6 packet =
            packet6_probe(some_target6(i), (uint8_t)(1 + i % 20), (uint16_t)(i % 64), i % 99);

        for (unsigned k = 0; k < i % 4; k++)
            extend_packet(&packet, kinds[(i / 4 + k) % 4],
                          kinds[(i / 4 + k) % 4] == 44 ? 8 : 8 + 8 * (k % 2));
        judge_probe(responder, &world, &packet);
    }
    sim_responder_destroy(responder);
}

/* Nodes of files have numbers of their own. Those of IPv4 that have, too, are groups. */
static const char FILE_OF_BOTH[] = "2001:db8::1 2001:db8:1::1 2001:db8:1::2 2001:db8::1\n"
                                   "2001:db8::2 2001:db8:1::1 2001:db8:1::3\n"
                                   "10.0.0.1 224.0.0.5 192.0.2.2 10.0.0.1\n";

static void judge_file(const struct sim_responder *responder, const struct sim_topology *world,
                       const char *target, uint8_t ttl, const char *from)
{
    struct address address, expected;
    struct frame in, out;

    cr_assert(address_parse(target, &address) && address_parse(from, &expected));
    bool ipv4 = address_is_ipv4(address);
    if (ipv4) {
        frame_make_probe(&in, 0, address_ipv4(address), ttl, 0);
    } else {
        struct packet6 packet = packet6_probe(address, ttl, 0, 8);

        frame_make_packet6(&in, &packet);
    }
    cr_assert_eq(responder_run(responder, &in, &out), XDP_TX, "%s at %u", target, ttl);
    const uint8_t *ip = out.bytes + IP6_AT;
    struct address source = ipv4 ? address_of_ipv4(load_be32(ip + 12)) : address_load(ip + 8);
    cr_expect(address_equal(source, expected), "%s at %u", target, ttl);
    cr_expect(address_equal(world_text_address(world, target, ttl), expected), "%s at %u", target, ttl);
}

Test(responder6, nodes_of_files_answer_with_the_addresses_that_were_read)
{
    struct sim_topology world = world_text_make("routes", FILE_OF_BOTH);
    struct sim_responder *responder = responder_load(&world);
    struct packet6 packet = packet6_probe((struct address){0x20010db800000000, 9}, 1, 0, 8);
    struct frame in, out;

    judge_file(responder, &world, "2001:db8::1", 1, "2001:db8:1::1");
    judge_file(responder, &world, "2001:db8::1", 2, "2001:db8:1::2");
    judge_file(responder, &world, "2001:db8::1", 9, "2001:db8::1");
    judge_file(responder, &world, "2001:db8::2", 2, "2001:db8:1::3");
    judge_file(responder, &world, "10.0.0.1", 1, "224.0.0.5");
    judge_file(responder, &world, "10.0.0.1", 3, "10.0.0.1");
    judge_file(responder, &world, "2001:2::1", 9, "2001:2::1");
    frame_make_packet6(&in, &packet);
    cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP, "nothing else is there");
    sim_responder_destroy(responder);
    sim_topology_free(&world);
}

/* Asks for `asked`; from :: who has no address yet. */
static void make_solicitation(struct frame *frame, struct address asked, bool has_address, bool has_option)
{
    struct packet6 packet = {.target = {0xff02ULL << 48, 0x1ff000001},
                             .hop_limit = 255,
                             .protocol = 58,
                             .header_length = 24,
                             .checksum_at = 2,
                             .data = has_option ? 8 : 0};

    packet.header[0] = 135;
    address_store(packet.header + 8, asked);
    frame_make_packet6(frame, &packet);
    uint8_t *ip = frame->bytes + IP6_AT, *icmp = ip + 40;
    memcpy(frame->bytes, (const uint8_t[6]){0x33, 0x33, 0xff, 0, 0, 1}, 6);
    if (!has_address)
        memset(ip + 8, 0, 16);
    store_be16(icmp + 2, 0);
    store_be16(icmp + 2, checksum6(ip, 58, icmp, 24 + packet.data));
}

Test(responder6, tells_the_address_of_the_gateway)
{
    static const uint8_t all_nodes[6] = {0x33, 0x33, 0, 0, 0, 1};
    const struct address asked[] = {SIM_GATEWAY_LINK_LOCAL, {0x2001000200000000, 1}};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (unsigned i = 0; i < 8; i++) {
        bool has_address = i & 2;
        const struct address to = has_address ? host6() : (struct address){0xff02ULL << 48, 1};
        struct frame in, out;
        const uint8_t *ip = out.bytes + IP6_AT, *icmp = ip + 40;

        make_solicitation(&in, asked[i & 1], has_address, i & 4);
        cr_assert_eq(responder_run(responder, &in, &out), XDP_TX, "%u", i);
        cr_assert_eq(out.length, IP6_AT + 40 + 32U);
        cr_expect_arr_eq(out.bytes, has_address ? HOST_MAC : all_nodes, 6);
        cr_expect_arr_eq(out.bytes + 6, GATEWAY_MAC, 6);
        cr_expect_eq(load_be32(ip), 0x60000000);
        cr_expect_eq(load_be32(ip + 4), 32 << 16 | 58 << 8 | 255);
        cr_expect(address_equal(address_load(ip + 8), asked[i & 1]));
        cr_expect(address_equal(address_load(ip + 24), to));
        cr_expect_eq(load_be16(icmp), 136 << 8);
        cr_expect_eq(load_be32(icmp + 4), has_address ? 0xe0000000 : 0xa0000000);
        cr_expect(address_equal(address_load(icmp + 8), asked[i & 1]));
        cr_expect_eq(load_be16(icmp + 24), 0x0201);
        cr_expect_arr_eq(icmp + 26, GATEWAY_MAC, 6);
        cr_expect_eq(checksum6(ip, 58, icmp, 32), 0);
    }
    cr_expect_eq(responder_count(responder, SIM_NEIGHBOUR), 8);
    sim_responder_destroy(responder);
}

/* One byte of a good frame changed; checksums are not made good again. */
struct spoiling {
    const char *what;
    unsigned offset; /* from the start of the frame */
    uint8_t value;
    uint32_t length; /* 0: as it is */
};

Test(responder6, ignores_solicitations_that_are_none)
{
    static const struct spoiling table[] = {
        {"from beyond the link", IP6_AT + 7, 254, 0},
        {"a wrong checksum", IP6_AT + 42, 0x55, 0},
        {"a code", IP6_AT + 41, 1, 0},
        {"for somebody else", IP6_AT + 40 + 23, 9, 0},
        {"longer than the frame", IP6_AT + 5, 40, 0},
        {"longer than any", IP6_AT + 4, 1, 0},
        {"shorter than any", IP6_AT + 5, 16, 0},
        {"a frame cut short", IP6_AT, 0x60, IP6_AT + 60},
    };
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct frame in, out;

        make_solicitation(&in, SIM_GATEWAY_LINK_LOCAL, true, true);
        in.bytes[table[i].offset] = table[i].value;
        if (table[i].length)
            in.length = table[i].length;
        cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP, "%s", table[i].what);
        cr_expect_eq(responder_count(responder, SIM_IGNORED), i + 1, "%s", table[i].what);
    }
    sim_responder_destroy(responder);
}

Test(responder6, what_the_kernel_says_to_groups_is_counted_apart)
{
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct packet6 report = {.target = {0xff02ULL << 48, 0x16},
                             .hop_limit = 1,
                             .protocol = 58,
                             .header_length = 8,
                             .checksum_at = 2};
    struct frame in, out;

    report.header[0] = 143; /* RFC 3810 */
    extend_packet(&report, 0, 8);
    frame_make_packet6(&in, &report);
    memcpy(in.bytes, (const uint8_t[6]){0x33, 0x33, 0, 0, 0, 0x16}, 6);
    cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP);
    cr_expect_eq(responder_count(responder, SIM_GROUPS), 1);
    cr_expect_eq(responder_count(responder, SIM_RECEIVED), 0);
    sim_responder_destroy(responder);
}

Test(responder6, ignores_what_no_router_would_answer)
{
    static const struct spoiling table[] = {
        {"another Ethernet destination", 5, 9, 0},
        {"version 4", IP6_AT, 0x40, 0},
        {"hop limit 0", IP6_AT + 7, 0, 0},
        {"longer than the frame", IP6_AT + 4, 9, 0},
        {"shorter than eight bytes", IP6_AT + 5, 7, 0},
        {"from a group", IP6_AT + 8, 0xff, 0},
        {"no next header", IP6_AT + 6, 59, 0},
        {"UDP length below a header", IP6_AT + 45, 7, 0},
        {"UDP length beyond the packet", IP6_AT + 44, 1, 0},
        {"a later fragment", IP6_AT + 6, 44, 0},
        {"an extension header that does not end", IP6_AT + 6, 60, 0},
        {"a frame cut inside UDP", IP6_AT, 0x60, IP6_AT + 44},
        {"a frame cut inside IPv6", IP6_AT, 0x60, IP6_AT + 20},
        {"a bare Ethernet header", IP6_AT, 0x60, 14},
    };
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);

    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        struct packet6 packet = packet6_probe(plain_target(&world), 64, 0x7fff, 16);
        struct frame in, out;

        frame_make_packet6(&in, &packet);
        in.bytes[IP6_AT + 41] = 0xff; /* what would be the length of an extension header */
        in.bytes[table[i].offset] = table[i].value;
        if (table[i].length)
            in.length = table[i].length;
        cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP, "%s", table[i].what);
        cr_expect_eq(responder_count(responder, SIM_IGNORED), i + 1, "%s", table[i].what);
    }
    sim_responder_destroy(responder);
}

Test(responder6, sends_no_errors_about_errors)
{
    static const uint8_t silent[] = {1, 2, 3, 4, 127, 137}, answered[] = {128, 129, 135, 143};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct packet6 packet = echo_request(plain_target(&world), 3, 8);
    struct frame in, out;

    for (size_t i = 0; i < sizeof(silent); i++) {
        packet.header[0] = silent[i];
        frame_make_packet6(&in, &packet);
        cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP, "type %u", silent[i]);
    }
    for (size_t i = 0; i < sizeof(answered); i++) {
        packet.header[0] = answered[i];
        frame_make_packet6(&in, &packet);
        cr_expect_eq(responder_run(responder, &in, &out), XDP_TX, "type %u", answered[i]);
    }
    sim_responder_destroy(responder);
}
