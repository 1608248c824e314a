// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_raw.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <unistd.h>

#include "bytes.h"
#include "host/link.h"
#include "host/two_hosts.h"
#include "support/tracked_packets.h"
#include "support/wire.h"
#include "table.h"

enum {
    ETHERNET = 14,
    MANY = 100,
};

struct fixture {
    struct two_hosts hosts;
    struct tracked *tracked, *same; /* two tables with the same key: what one sends the other foretells */
    struct tx *tx;
    int wire;
};

static struct fixture start(const char *interface)
{
    struct fixture fixture;

    two_hosts_make(&fixture.hosts);
    fixture.wire = wire_open(fixture.hosts.far_netns, fixture.hosts.far_index);
    fixture.tracked = tracked_packets_table(&tracked_udp, 5);
    fixture.same = tracked_packets_table(&tracked_udp, 5);
    cr_assert_eq(tx_raw_open(&fixture.tx, fixture.tracked, interface), 0);
    return fixture;
}

static struct tx_totals end(struct fixture *fixture)
{
    struct tx_totals totals;

    fixture->tx->ops->close(fixture->tx, &totals);
    tracked_free(fixture->tracked);
    tracked_free(fixture->same);
    close(fixture->wire);
    return totals;
}

static struct probe make_probe(uint32_t target, uint16_t size)
{
    struct probe probe = tracked_packets_probe();

    probe.target = target;
    probe.size = size;
    return probe;
}

Test(tx_raw, packets_leave_as_they_are_crafted)
{
    struct fixture fixture = start(NULL);
    uint8_t frame[WIRE_FRAME_MAX];

    for (unsigned i = 0; i < MANY; i++) {
        struct probe probe = make_probe(FAR_ADDRESS, (uint16_t)(30 + 14 * i));

        probe.ttl = (uint8_t)(1 + i % 64);
        struct tracked_packet expected = tracked_packets_craft(fixture.same, probe, i);
        cr_assert_eq(fixture.tx->ops->send(fixture.tx, &probe, 1, i), 1);
        cr_assert_eq(fixture.tx->ops->push(fixture.tx), 0);
        size_t length = wire_receive(fixture.wire, frame);
        cr_assert_eq(length, ETHERNET + expected.length, "%zu", length);
        cr_expect_arr_eq(frame + ETHERNET, expected.bytes, expected.length, "probe %u", i);
    }
    struct tx_totals totals = end(&fixture);
    cr_expect_eq(totals.sent, MANY);
    cr_expect_eq(totals.dropped, 0);
}

Test(tx_raw, a_batch_is_taken_whole)
{
    struct fixture fixture = start("near");
    struct probe probes[64];
    uint8_t frame[WIRE_FRAME_MAX];

    for (int i = 0; i < 64; i++)
        probes[i] = make_probe(FAR_ADDRESS, 60);
    cr_expect_eq(fixture.tx->ops->send(fixture.tx, probes, 64, 1), 64);
    for (unsigned i = 0; i < 64; i++) {
        cr_assert_eq(wire_receive(fixture.wire, frame), ETHERNET + 60);
        cr_expect_eq(load_be16(frame + ETHERNET + 4), i + 1, "in their order");
    }
    const uint8_t mac[6] = {0};
    fixture.tx->ops->redirect(fixture.tx, mac); /* the kernel's own business */
    cr_expect_eq(tx_raw_error(fixture.tx), 0);
    cr_expect_eq(end(&fixture).sent, 64);
}

/* What cannot leave is counted once, and does not hold up what can. */
Test(tx_raw, what_the_kernel_refuses_is_counted)
{
    static const struct {
        const char *what;
        uint32_t target;
        uint16_t size;
        int error;
    } cases[] = {
        {"longer than the device takes", FAR_ADDRESS, 1501, -EMSGSIZE},
        {"as long as there is", FAR_ADDRESS, 65535, -EMSGSIZE},
        {"no route", 0x08080808, 60, -ENETUNREACH},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture = start(NULL);
        struct probe probes[] = {make_probe(FAR_ADDRESS, 60), make_probe(cases[i].target, cases[i].size),
                                 make_probe(FAR_ADDRESS, 1500)};
        uint8_t frame[WIRE_FRAME_MAX];

        cr_expect_eq(fixture.tx->ops->send(fixture.tx, probes, 3, 1), 3, "%s", cases[i].what);
        cr_expect_eq(tx_raw_error(fixture.tx), cases[i].error, "%s: %d", cases[i].what,
                     tx_raw_error(fixture.tx));
        cr_expect_eq(wire_receive(fixture.wire, frame), ETHERNET + 60);
        cr_expect_eq(wire_receive(fixture.wire, frame), ETHERNET + 1500);
        struct tx_totals totals = end(&fixture);
        cr_expect_eq(totals.sent, 2, "%s", cases[i].what);
        cr_expect_eq(totals.dropped, 1, "%s", cases[i].what);
    }
}

Test(tx_raw, needs_its_privilege_and_its_device)
{
    struct two_hosts hosts;
    struct tracked *tracked = tracked_packets_table(&tracked_udp, 5);
    struct tx *tx = NULL;

    two_hosts_make(&hosts);
    unsigned descriptors = open_descriptors();
    cr_expect_eq(tx_raw_open(&tx, tracked, "nowhere"), -ENODEV);
    drop_capability(CAP_NET_RAW);
    cr_expect_eq(tx_raw_open(&tx, tracked, NULL), -EPERM);
    cr_expect_eq(open_descriptors(), descriptors);
    tracked_free(tracked);
}
