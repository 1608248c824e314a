// SPDX-License-Identifier: GPL-2.0-or-later
/* What holds of every backend: the bytes on the wire, and that every probe is counted exactly once. */
#include "send/tx.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "host/netns.h"
#include "send/tx_link.h"
#include "support/wire.h"

enum {
    PROBES = 1000,
    BATCH = 64,
    TARGET_STEP = 977,
};

#define NOW_NS (0x123456789ULL * NS_PER_US)

static struct probe probe_at(unsigned i)
{
    return (struct probe){.target_address = IPV4(0x14000001 + i * TARGET_STEP),
                          .flow = (uint16_t)(i % 251),
                          .ttl = (uint8_t)(1 + i % 64)};
}

/* Batches are sent at different times. */
static uint64_t time_at(unsigned i)
{
    return NOW_NS + i / BATCH * 77777 * NS_PER_US;
}

/* The kernel tells a little late that a link is up again. */
static void push_all(struct tx *tx)
{
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;
    int state;

    while ((state = tx->ops->push(tx)) == -EAGAIN || state == -ENETDOWN)
        cr_assert_lt(clock_now_ns(), deadline, "%s does not end", tx->ops->name);
    cr_assert_eq(state, 0, "%s: %s", tx->ops->name, strerror(-state));
}

/* Some backends learn of it only after a while. */
static void push_until_down(struct tx *tx)
{
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;
    int state;

    while ((state = tx->ops->push(tx)) != -ENETDOWN) {
        cr_assert(state == 0 || state == -EAGAIN, "%s: %s", tx->ops->name, strerror(-state));
        cr_assert_lt(clock_now_ns(), deadline, "%s does not see that the link is down", tx->ops->name);
    }
}

static void send_probes(struct tx *tx, unsigned count)
{
    for (unsigned first = 0; first < count; first += BATCH) {
        unsigned n = count - first < BATCH ? count - first : BATCH;
        struct probe probes[BATCH];

        for (unsigned i = 0; i < n; i++)
            probes[i] = probe_at(first + i);
        for (unsigned taken = 0; taken < n; push_all(tx))
            taken += (unsigned)tx->ops->send(tx, &probes[taken], n - taken, time_at(first));
    }
}

static void expect_arrived(struct tx_link *link, unsigned i)
{
    const struct probe probe = probe_at(i);
    uint32_t now_us = (uint32_t)(time_at(i) / NS_PER_US);
    uint8_t wanted[FRAME_MAX_LENGTH], frame[WIRE_FRAME_MAX];

    frame_prepare(&link->frame, wanted);
    unsigned length = frame_craft(&link->frame, &probe, now_us, wanted);
    cr_assert_eq(wire_receive(link->wire, frame), length, "%s: probe %u", link->tx->ops->name, i);
    cr_assert_arr_eq(frame, wanted, length, "%s: probe %u", link->tx->ops->name, i);
}

static void expect_totals(const char *name, struct tx_totals totals, uint64_t sent, uint64_t dropped)
{
    cr_assert_eq(totals.sent, sent, "%s: %llu sent", name, (unsigned long long)totals.sent);
    cr_assert_eq(totals.dropped, dropped, "%s: %llu dropped", name, (unsigned long long)totals.dropped);
}

Test(tx, sends_the_same_bytes_by_every_backend)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        uint8_t frame[WIRE_FRAME_MAX];
        struct tx_link link;

        tx_link_make(&link, ops, 0);
        send_probes(link.tx, PROBES);
        for (unsigned probe = 0; probe < PROBES; probe++)
            expect_arrived(&link, probe);
        cr_assert(wire_receive_now(link.wire, frame) == 0, "%s sends more than it was given", ops->name);
        expect_totals(ops->name, tx_link_close(&link), PROBES, 0);
        tx_link_free(&link);
    }
}

static struct probe probe6_at(unsigned i)
{
    struct probe probe = probe_at(i);

    probe.target_address = (struct address){0x2400000000000000ULL | address_ipv4(probe.target_address), i};
    return probe;
}

/* The kernels of both ends look for each other over the same wire. */
static unsigned receive_probe6(struct tx_link *link, uint8_t frame[WIRE_FRAME_MAX])
{
    size_t length;

    do
        length = wire_receive(link->wire, frame);
    while (length && frame[ETHERNET_HEADER + IPV6_DESTINATION] != 0x24);
    return (unsigned)length;
}

static void expect_ipv6(const struct tx_ops *ops, const char *contact)
{
    struct tx_link link;

    tx_link_make_layout(&link, ops, &layouts[LAYOUT_ICMP6], contact);
    for (unsigned sent = 0; sent < BATCH; sent++) {
        const struct probe probe = probe6_at(sent);

        for (size_t taken = 0; taken < 1; push_all(link.tx))
            taken = ops->send(link.tx, &probe, 1, NOW_NS);
    }
    for (unsigned sent = 0; sent < BATCH; sent++) {
        const struct probe probe = probe6_at(sent);
        uint8_t wanted[FRAME_MAX_LENGTH], frame[WIRE_FRAME_MAX];

        frame_prepare(&link.frame, wanted);
        unsigned length = frame_craft(&link.frame, &probe, (uint32_t)(NOW_NS / NS_PER_US), wanted);
        cr_assert_eq(receive_probe6(&link, frame), length, "%s: probe %u", ops->name, sent);
        cr_assert_arr_eq(frame, wanted, length, "%s: probe %u", ops->name, sent);
    }
    expect_totals(ops->name, tx_link_close(&link), BATCH, 0);
    tx_link_free(&link);
}

/* Longer ones than any of IPv4, of every length, with zeros behind what is crafted and with a text. */
Test(tx, sends_the_same_bytes_of_ipv6_by_every_backend)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        expect_ipv6(ops, NULL);
        expect_ipv6(ops, "noc@example.org");
    }
}

Test(tx, takes_no_more_than_there_is_room_for)
{
    enum { SLOTS = 16 };
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        struct probe probes[2 * SLOTS];
        struct tx_link link;

        for (unsigned probe = 0; probe < 2 * SLOTS; probe++)
            probes[probe] = probe_at(probe);
        tx_link_make(&link, ops, SLOTS);
        cr_assert_eq(ops->send(link.tx, probes, 2 * SLOTS, NOW_NS), SLOTS, "%s", ops->name);
        cr_assert_eq(ops->send(link.tx, probes, 1, NOW_NS), 0, "%s", ops->name);
        push_all(link.tx);
        for (size_t taken = 0; taken < SLOTS; push_all(link.tx))
            taken += ops->send(link.tx, &probes[taken], SLOTS - taken, NOW_NS);
        expect_totals(ops->name, tx_link_close(&link), 2ULL * SLOTS, 0);
        tx_link_free(&link);
    }
}

Test(tx, keeps_probes_while_the_link_is_down)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        struct tx_link link;
        struct probe probe;

        tx_link_make(&link, ops, 0);
        wire_set_up("near", 0);
        for (unsigned sent = 0; sent < 10; sent++) {
            probe = probe_at(sent);
            cr_assert_eq(ops->send(link.tx, &probe, 1, time_at(sent)), 1, "%s", ops->name);
            push_until_down(link.tx);
        }
        wire_set_up("near", 1);
        push_all(link.tx);
        for (unsigned sent = 0; sent < 10; sent++)
            expect_arrived(&link, sent);
        expect_totals(ops->name, tx_link_close(&link), 10, 0);
        tx_link_free(&link);
    }
}

struct waiting {
    unsigned count;
    uint32_t numbers; /* a set */
};

static void note_waiting(void *context, const struct probe *probe)
{
    struct waiting *waiting = context;
    uint32_t number =
        (address_ipv4(probe->target_address) - address_ipv4(probe_at(0).target_address)) / TARGET_STEP;

    cr_assert(number < 32 && probe->ttl == probe_at(number).ttl && probe->flow == probe_at(number).flow);
    waiting->numbers |= 1U << number;
    waiting->count++;
}

static struct waiting ask_what_waits(struct tx *tx)
{
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;
    struct waiting waiting = {0};

    while (!tx->ops->waiting(tx, note_waiting, &waiting)) {
        cr_assert_eq(waiting.count, 0, "%s", tx->ops->name);
        cr_assert_lt(clock_now_ns(), deadline, "%s does not know what waits", tx->ops->name);
    }
    return waiting;
}

/* Three have left, ten wait until the link is up. */
Test(tx, tells_which_probes_wait)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        struct waiting waiting;
        struct tx_link link;

        tx_link_make(&link, ops, 0);
        send_probes(link.tx, 3);
        for (unsigned sent = 0; sent < 3; sent++)
            expect_arrived(&link, sent);
        cr_expect_eq(ask_what_waits(link.tx).count, 0, "%s", ops->name);
        wire_set_up("near", 0);
        for (unsigned sent = 3; sent < 13; sent++) {
            struct probe probe = probe_at(sent);

            cr_assert_eq(ops->send(link.tx, &probe, 1, time_at(sent)), 1, "%s", ops->name);
            push_until_down(link.tx);
        }
        waiting = ask_what_waits(link.tx);
        cr_expect(waiting.count == 10 && waiting.numbers == 0x1ff8, "%s: %u, %x", ops->name, waiting.count,
                  waiting.numbers);
        wire_set_up("near", 1);
        push_all(link.tx);
        for (unsigned sent = 3; sent < 13; sent++)
            expect_arrived(&link, sent);
        cr_expect_eq(ask_what_waits(link.tx).count, 0, "%s", ops->name);
        expect_totals(ops->name, tx_link_close(&link), 13, 0);
        tx_link_free(&link);
    }
}

/* What has waited leaves as if it had been crafted now. */
Test(tx, crafts_what_waits_once_more)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        uint8_t expected[FRAME_MAX_LENGTH], frame[WIRE_FRAME_MAX];
        const uint64_t later = NOW_NS + 5 * NS_PER_S;
        struct tx_link link;

        tx_link_make(&link, ops, 0);
        wire_set_up("near", 0);
        for (unsigned sent = 0; sent < 10; sent++) {
            const struct probe probe = probe_at(sent);

            cr_assert_eq(ops->send(link.tx, &probe, 1, NOW_NS), 1, "%s", ops->name);
            push_until_down(link.tx);
            ops->renew(link.tx, later);
        }
        wire_set_up("near", 1);
        push_all(link.tx);
        frame_prepare(&link.frame, expected);
        for (unsigned sent = 0; sent < 10; sent++) {
            const struct probe probe = probe_at(sent);
            unsigned length = frame_craft(&link.frame, &probe, (uint32_t)(later / NS_PER_US), expected);

            cr_assert_eq(wire_receive(link.wire, frame), length, "%s: probe %u", ops->name, sent);
            cr_expect_arr_eq(frame, expected, length, "%s: probe %u", ops->name, sent);
        }
        expect_totals(ops->name, tx_link_close(&link), 10, 0);
        tx_link_free(&link);
    }
}

/* In whatever order: what the device refused may come after what it took. */
static void expect_each_once(struct tx_link *link, unsigned count, unsigned of)
{
    uint8_t frame[WIRE_FRAME_MAX];
    bool seen[BATCH] = {false};

    for (unsigned i = 0; i < count; i++) {
        cr_assert_gt(wire_receive(link->wire, frame), 0, "%s: only %u", link->tx->ops->name, i);
        unsigned number =
            (load_be32(frame + ETHERNET_HEADER + 16) - address_ipv4(probe_at(0).target_address)) /
            TARGET_STEP;
        cr_assert(number < of && !seen[number], "%s: probe %u", link->tx->ops->name, number);
        seen[number] = true;
    }
    cr_assert_eq(wire_receive_now(link->wire, frame), 0, "%s", link->tx->ops->name);
}

static void set_far_up(const struct two_hosts *hosts, int up)
{
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    wire_set_up("far", up);
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
}

/* What a backend tells of the probes that it drops. */
struct told {
    unsigned count;
    struct probe last;
};

static void note_dropped(void *context, const struct probe *probe)
{
    struct told *told = context;

    told->count++;
    told->last = *probe;
}

/* Which one may not be known before, but it is told whole. */
static void expect_told(const struct tx_ops *ops, const struct told *told)
{
    unsigned number =
        (unsigned)(told->last.target_address.low - probe_at(0).target_address.low) / TARGET_STEP;
    struct probe probe = probe_at(number);

    cr_expect_eq(told->count, 1, "%s", ops->name);
    cr_expect(number < 3 && (ops->uses_xdp_socket || number == 0), "%s: probe %u", ops->name, number);
    cr_expect_eq(told->last.ttl, probe.ttl, "%s", ops->name);
    cr_expect_eq(told->last.flow, probe.flow, "%s", ops->name);
}

/* One of three is given up, while none can leave. The others leave in their order, or by AF_XDP, where they
 * go round, in any. */
Test(tx, gives_up_the_next_probe_alone)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        struct told told = {0};
        struct tx_link link;

        if (!ops->give_up)
            continue;
        tx_link_make(&link, ops, 0);
        link.tx->listener = (struct tx_listener){note_dropped, &told};
        ops->give_up(link.tx);
        set_far_up(&link.hosts, 0);
        for (unsigned sent = 0; sent < 3; sent++) {
            const struct probe probe = probe_at(sent);

            cr_assert_eq(ops->send(link.tx, &probe, 1, time_at(sent)), 1, "%s", ops->name);
        }
        for (unsigned refusal = 0; refusal < 10; refusal++)
            cr_assert_neq(ops->push(link.tx), 0, "%s", ops->name);
        ops->give_up(link.tx);
        set_far_up(&link.hosts, 1);
        push_all(link.tx);
        if (!ops->uses_xdp_socket) {
            expect_arrived(&link, 1);
            expect_arrived(&link, 2);
        }
        expect_each_once(&link, ops->uses_xdp_socket ? 2 : 0, 3);
        expect_told(ops, &told);
        expect_totals(ops->name, tx_link_close(&link), 2, 1);
        tx_link_free(&link);
    }
}

/* The device is up but refuses every frame, far more often than any ring has slots. Live frames are an
 * exception: test_tx_live.c. */
Test(tx, keeps_probes_while_there_is_no_carrier)
{
    enum { REFUSALS = 2000 };
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        struct probe probes[BATCH];
        struct tx_link link;

        if (ops == &tx_live)
            continue;
        for (unsigned probe = 0; probe < BATCH; probe++)
            probes[probe] = probe_at(probe);
        tx_link_make(&link, ops, 0);
        set_far_up(&link.hosts, 0);
        cr_assert_eq(ops->send(link.tx, probes, BATCH, NOW_NS), BATCH, "%s", ops->name);
        for (int refusal = 0; refusal < REFUSALS; refusal++) {
            int state = ops->push(link.tx);

            /* The kernel tells that the carrier is lost a little later than it refuses frames. */
            cr_assert(state == -ENETDOWN || state == -EAGAIN, "%s: %d", ops->name, state);
        }
        set_far_up(&link.hosts, 1);
        push_all(link.tx);
        expect_each_once(&link, BATCH, BATCH);
        expect_totals(ops->name, tx_link_close(&link), BATCH, 0);
        tx_link_free(&link);
    }
}

/* All say the same to a device that is deleted, or moved to another namespace. */
Test(tx, tells_that_the_device_is_gone)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        const struct probe probe = probe_at(0);
        struct tx_link link;
        int state;

        tx_link_make(&link, ops, 0);
        wire_remove("near");
        cr_assert_eq(ops->send(link.tx, &probe, 1, NOW_NS), 1, "%s", ops->name);
        uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;
        while ((state = ops->push(link.tx)) == -EAGAIN || state == -ENETDOWN || state == 0)
            cr_assert_lt(clock_now_ns(), deadline, "%s: %d", ops->name, state);
        cr_expect(state == -ENXIO || state == -ENODEV, "%s: %s", ops->name, strerror(-state));
        expect_totals(ops->name, tx_link_close(&link), 0, 1);
        tx_link_free(&link);
    }
}

/* Whoever knows that the link is down says so: nothing leaves before the next push. */
Test(tx, keeps_what_is_published_while_it_pauses)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        const struct probe probe = probe_at(0);
        uint8_t frame[WIRE_FRAME_MAX];
        struct tx_link link;

        tx_link_make(&link, ops, 0);
        push_all(link.tx);
        for (int twice = 0; twice < 2 && ops->pause; twice++)
            ops->pause(link.tx);
        cr_assert_eq(ops->send(link.tx, &probe, 1, time_at(0)), 1, "%s", ops->name);
        cr_expect_eq(wire_receive_now(link.wire, frame), 0, "%s", ops->name);
        push_all(link.tx);
        expect_arrived(&link, 0);
        expect_totals(ops->name, tx_link_close(&link), 1, 0);
        tx_link_free(&link);
    }
}

Test(tx, counts_what_never_left_as_dropped)
{
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        struct tx_link link;
        struct probe probe = probe_at(0);
        uint8_t frame[WIRE_FRAME_MAX];

        tx_link_make(&link, ops, 0);
        wire_set_up("near", 0);
        for (unsigned sent = 0; sent < 10; sent++)
            cr_assert_eq(ops->send(link.tx, &probe, 1, NOW_NS), 1, "%s", ops->name);
        push_until_down(link.tx);
        expect_totals(ops->name, tx_link_close(&link), 0, 10);
        wire_set_up("near", 1);
        cr_assert(wire_receive_now(link.wire, frame) == 0, "%s", ops->name);
        tx_link_free(&link);
    }
}

Test(tx, follows_another_next_hop)
{
    const uint8_t next_hop[6] = {0x02, 0xaa, 0xbb, 0xcc, 0xdd, 0xee};
    const struct tx_ops *ops;

    for (size_t i = 0; (ops = tx_at(i)); i++) {
        struct probe probes[2] = {probe_at(0), probe_at(1)};
        uint8_t frame[WIRE_FRAME_MAX];
        struct tx_link link;

        tx_link_make(&link, ops, 0);
        wire_set_up("near", 0);
        cr_assert_eq(ops->send(link.tx, &probes[0], 1, NOW_NS), 1, "%s", ops->name);
        push_until_down(link.tx);
        ops->redirect(link.tx, next_hop);
        wire_set_up("near", 1);
        cr_assert_eq(ops->send(link.tx, &probes[1], 1, NOW_NS), 1, "%s", ops->name);
        push_all(link.tx);
        for (unsigned sent = 0; sent < 2; sent++) {
            cr_assert_gt(wire_receive(link.wire, frame), 0, "%s: probe %u", ops->name, sent);
            cr_expect_arr_eq(frame, next_hop, sizeof(next_hop), "%s: probe %u", ops->name, sent);
            cr_expect_arr_eq(frame + 6, link.frame.ethernet + 6, 6, "%s: probe %u", ops->name, sent);
        }
        expect_totals(ops->name, tx_link_close(&link), 2, 0);
        tx_link_free(&link);
    }
}

Test(tx, finds_backends_by_name)
{
    struct choice choice;
    size_t i = 0;

    for (; tx_backends(i, &choice); i++) {
        cr_assert_str_eq(choice.name, tx_at(i)->name);
        cr_assert_eq(tx_find(choice.name), tx_at(i));
    }
    cr_assert_null(tx_at(i));
    cr_assert_null(tx_find("pigeon"));
}

/* Whatever it holds, and longer than any probe. Live frames go on by themselves until the end; more of them
 * than the wire's buffer holds are lost there. */
Test(tx, all_repeat_a_constant_frame)
{
    static uint8_t constant[1514];
    const struct tx_ops *ops;

    for (size_t i = 0; i < sizeof(constant); i++)
        constant[i] = (uint8_t)(i * 7 + 1);
    store_be16(constant + 12, ETHERTYPE_IPV4);
    for (size_t position = 0; (ops = tx_at(position)); position++) {
        uint8_t frame[WIRE_FRAME_MAX];
        struct tx_link link;

        tx_link_make_constant(&link, ops, (struct tx_constant){constant, sizeof(constant)});
        size_t taken = ops->send(link.tx, NULL, BATCH, 0);
        push_all(link.tx);
        for (unsigned i = 0; i < 10; i++) {
            cr_assert_eq(wire_receive(link.wire, frame), sizeof(constant), "%s: frame %u", ops->name, i);
            cr_assert_arr_eq(frame, constant, sizeof(constant), "%s: frame %u", ops->name, i);
        }
        struct tx_totals totals = tx_link_close(&link);
        if (ops == &tx_live)
            cr_expect_geq(totals.sent, 10);
        else
            cr_expect(totals.sent == taken && taken == BATCH, "%s", ops->name);
        cr_expect(ops == &tx_live || totals.dropped == 0, "%s", ops->name);
        tx_link_free(&link);
    }
}
