// SPDX-License-Identifier: GPL-2.0-or-later
/* The responder with a line between host and routers: when replies are due, and
 * what happens on the way out. */
#include <criterion/criterion.h>
#include <linux/bpf.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "layout_udp4.h"
#include "responder_fixture.h"
#include "sim_rtt.h"
#include "worlds.h"

enum {
    RTT_KEY = 99,
    PACKETS = 10000,
    WAIT_NS = 1000000000, /* a test run is done within this time */
};

static struct sim_responder *load(const struct sim_topology *world, const struct sim_router_line *line)
{
    struct sim_responder *responder = NULL;

    cr_assert_eq(sim_responder_load(&responder, world, line, GATEWAY_MAC), 0);
    return responder;
}

/* Nobody has bound a socket here: the reply is dropped, with the metadata that it had in front. */
static uint64_t due_time(const struct sim_responder *responder, const struct frame *in, struct frame *reply)
{
    uint64_t due_ns;
    struct frame out;

    cr_assert_eq(responder_run(responder, in, &out), XDP_DROP);
    cr_assert_gt(out.length, sizeof(due_ns));
    memcpy(&due_ns, out.bytes, sizeof(due_ns));
    reply->length = out.length - (uint32_t)sizeof(due_ns);
    memcpy(reply->bytes, out.bytes + sizeof(due_ns), reply->length);
    return due_ns;
}

Test(responder_line, replies_are_due_when_the_model_says)
{
    const struct sim_router_line line = {.rtt_key = RTT_KEY, .rtt = 1, .held = 1};
    struct sim_topology world = make_world("ideal", 4);
    struct sim_responder *held = load(&world, &line), *direct = responder_load(&world);

    for (unsigned i = 0; i < 200; i++) {
        uint8_t ttl = (uint8_t)(1 + i % 24);
        struct sim_hop hop = hop_at(&world, some_target(i), ttl);
        uint32_t rtt = sim_rtt_us(RTT_KEY, &hop);
        struct frame in, reply, expected;

        frame_make_probe(&in, i % 3, some_target(i), ttl, 0);
        uint64_t before = clock_now_ns(), due = due_time(held, &in, &reply), after = clock_now_ns();
        cr_assert_geq(due, before + rtt * NS_PER_US);
        cr_assert_leq(due, after + sim_rtt_of_packet_us(rtt, UINT32_MAX) * NS_PER_US);
        cr_assert_eq(responder_run(direct, &in, &expected), XDP_TX);
        cr_assert_eq(reply.length, expected.length);
        cr_assert_arr_eq(reply.bytes, expected.bytes, expected.length);
    }
    cr_expect_eq(responder_count(held, SIM_NO_LINE), 200);
    sim_responder_destroy(held);
    sim_responder_destroy(direct);
}

Test(responder_line, arp_is_answered_at_once)
{
    const struct sim_router_line line = {.rtt = 1, .held = 1};
    static const uint8_t request[8] = {0, 1, 8, 0, 6, 4, 0, 1};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = load(&world, &line);
    struct frame in, out;
    uint8_t *arp = frame_start(&in, 0, 0x0806);

    memcpy(arp, request, sizeof(request));
    store_be32(arp + 24, SIM_GATEWAY_ADDRESS);
    in.length += 28;
    cr_expect_eq(responder_run(responder, &in, &out), XDP_TX);
    sim_responder_destroy(responder);
}

static void run_many(const struct sim_responder *responder)
{
    for (unsigned i = 0; i < PACKETS; i++) {
        struct frame in, out;

        frame_make_probe(&in, 0, some_target(i), (uint8_t)(1 + i % 32), 0);
        responder_run(responder, &in, &out);
    }
}

/* Drawn anew for each packet, hence bounds: seven standard deviations of the binomial distribution. */
static void expect_share(uint64_t count, double share)
{
    double mean = PACKETS * share, slack = 7 * sqrt(mean * (1 - share));

    cr_expect(fabs((double)count - mean) <= slack, "%llu instead of %.0f", (unsigned long long)count, mean);
}

Test(responder_line, so_many_probes_are_lost)
{
    static const uint32_t shares[] = {0, 1, 100, 500, 1000};
    struct sim_topology world = make_world("ideal", 1);

    for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
        const struct sim_router_line line = {.held = 1, .out.loss_permille = shares[i]};
        struct sim_responder *responder = load(&world, &line);

        run_many(responder);
        expect_share(responder_count(responder, SIM_LOST_OUT), shares[i] / 1000.0);
        cr_expect_eq(responder_count(responder, SIM_LOST_OUT) + responder_count(responder, SIM_NO_LINE),
                     PACKETS);
        sim_responder_destroy(responder);
    }
}

/* Of the 46 bytes in which a bit is flipped, 20 are the IPv4 header, which routers check. */
Test(responder_line, damaged_headers_are_not_answered)
{
    const struct sim_router_line line = {.held = 1, .out.corrupt_permille = 1000};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = load(&world, &line);

    run_many(responder);
    cr_expect_geq(responder_count(responder, SIM_CORRUPTED_OUT), PACKETS * 19 / 46);
    cr_expect_leq(responder_count(responder, SIM_CORRUPTED_OUT), PACKETS * 24 / 46);
    cr_expect_eq(responder_count(responder, SIM_IGNORED), 0);
    cr_expect_eq(responder_count(responder, SIM_RECEIVED), PACKETS);
    sim_responder_destroy(responder);
}

Test(responder_line, what_does_not_fit_the_queue_is_dropped)
{
    /* A packet takes more than ten seconds to leave: the first goes, the second
     * waits, the rest is dropped. */
    const struct sim_router_line line = {.held = 1,
                                         .out = {.bytes_per_second = 4, .queue_ns = 15 * NS_PER_S}};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = load(&world, &line);
    struct frame in, reply;

    frame_make_probe(&in, 0, some_target(1), 1, 0);
    cr_assert_eq(in.length, 60);
    uint64_t start = clock_now_ns(), first = due_time(responder, &in, &reply);
    cr_expect_geq(first, start + 15 * NS_PER_S);
    cr_expect_leq(first, start + 15 * NS_PER_S + WAIT_NS);
    cr_expect_eq(due_time(responder, &in, &reply), first + 15 * NS_PER_S);
    cr_expect_eq(responder_run(responder, &in, &reply), XDP_DROP);
    cr_expect_eq(responder_count(responder, SIM_QUEUE_FULL_OUT), 1);
    sim_responder_destroy(responder);
}

Test(responder_line, the_gateway_can_move)
{
    static const uint8_t moved[6] = {2, 9, 8, 7, 6, 5};
    struct sim_topology world = make_world("ideal", 1);
    struct sim_responder *responder = responder_load(&world);
    struct frame in, out;

    frame_make_probe(&in, 0, some_target(1), 1, 0);
    sim_responder_set_mac(responder, moved);
    cr_expect_eq(responder_run(responder, &in, &out), XDP_DROP);
    cr_expect_eq(responder_count(responder, SIM_IGNORED), 1);
    memcpy(in.bytes, moved, 6);
    cr_expect_eq(responder_run(responder, &in, &out), XDP_TX);
    cr_expect_arr_eq(out.bytes + 6, moved, 6);
    sim_responder_destroy(responder);
}
