// SPDX-License-Identifier: GPL-2.0-or-later
/* Probes of several protocols in one table: each answer leads to its own. */
#include <criterion/criterion.h>

#include "bytes.h"
#include "support/tracked_packets.h"

enum {
    PORT_UNREACHABLE = 3 << 8 | 3,
    RST = 4,
    LANES = 3,
    PROBES = 300,
};

static const char *const names[LANES] = {"icmp", "udp", "tcp-ack"};

static struct tracked *make_table(enum address_family family, bool compares_ip_ids)
{
    const struct siphash_key key = {1, 2};
    struct layout_pair lanes[LANES];
    struct address sources[LANES];

    for (int i = 0; i < LANES; i++) {
        const struct layout_choice choice = layout_choose(layout_by_name(names[i], family), key);

        lanes[i] = layout_pair_of(&choice);
        sources[i] = tracked_packets_address(family, TRACKED_SOURCE);
    }
    const struct tracked_config config = {
        .layouts = lanes[0],
        .sources = sources,
        .source_count = LANES,
        .lane_layouts = lanes,
        .compares_ip_ids = compares_ip_ids,
    };
    struct tracked *tracked = tracked_create(&config);

    cr_assert_not_null(tracked);
    return tracked;
}

static void expect(const struct tracked *tracked, const struct tracked_packet *answer,
                   const struct probe *probe)
{
    struct reply reply;

    cr_assert_eq(tracked_decode(tracked, answer->bytes, answer->length, &reply), DECODE_ACCEPTED, "lane %u",
                 probe->lane);
    cr_assert_eq(reply.sent->probe.lane, probe->lane);
    cr_assert_eq(reply.sent->probe.query, probe->query);
    cr_assert_not(reply.rewritten);
}

/* Their own answers, where the protocol has one. */
static void expect_own_answer(const struct tracked *tracked, const struct tracked_packet *packet,
                              const struct probe *probe)
{
    if (probe->lane == 1)
        return;

    struct tracked_packet answer =
        probe->lane == 0 ? tracked_packets_echo(packet) : tracked_packets_tcp(packet, RST, 0);
    expect(tracked, &answer, probe);
}

static void expect_each(enum address_family family)
{
    struct tracked *tracked = make_table(family, false);

    for (unsigned i = 0; i < PROBES; i++) {
        const struct layout *layout = layout_by_name(names[i % LANES], family);
        struct probe probe = tracked_packets_probe(layout);

        probe.lane = (uint8_t)(i % LANES);
        probe.query = (uint16_t)i;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, i);
        struct tracked_packet error =
            tracked_packets_quote(&packet, PORT_UNREACHABLE, tracked_packets_quoted(layout));

        expect(tracked, &error, &probe);
        expect_own_answer(tracked, &packet, &probe);
    }
    tracked_free(tracked);
}

Test(tracked_lanes, answers_lead_to_the_protocol_that_they_are_of)
{
    expect_each(FAMILY_IPV4);
    expect_each(FAMILY_IPV6);
}

Test(tracked_lanes, an_ip_id_that_was_copied_is_told)
{
    struct tracked *tracked = make_table(FAMILY_IPV4, true);

    for (uint8_t lane = 0; lane < LANES; lane++) {
        const struct layout *layout = layout_by_name(names[lane], FAMILY_IPV4);
        struct probe probe = tracked_packets_probe(layout);
        struct reply reply;

        probe.lane = lane;
        struct tracked_packet packet = tracked_packets_craft(tracked, probe, 1);
        struct tracked_packet error = tracked_packets_quote(&packet, PORT_UNREACHABLE, 28);

        cr_expect_eq(tracked_decode(tracked, error.bytes, error.length, &reply), DECODE_ACCEPTED);
        cr_expect_not(reply.copied_ip_id, "%s", names[lane]);
        store_be16(error.bytes + 4, load_be16(packet.bytes + 4));
        tracked_packets_seal(&error);
        cr_expect_eq(tracked_decode(tracked, error.bytes, error.length, &reply), DECODE_ACCEPTED);
        cr_expect(reply.copied_ip_id, "%s", names[lane]);
    }
    tracked_free(tracked);
}
