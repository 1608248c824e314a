// SPDX-License-Identifier: GPL-2.0-or-later
/* What AF_XDP alone does; what all backends have in common is in test_tx.c. */
#include <criterion/criterion.h>
#include <errno.h>

#include "addresses.h"
#include "base/clock.h"
#include "host/netns.h"
#include "send/tx_link.h"
#include "support/wire.h"

enum {
    NARROW_MTU = 68, /* the least that IPv4 allows */
};

static void narrow(const struct two_hosts *hosts)
{
    wire_set_mtu("near", NARROW_MTU);
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    wire_set_mtu("far", NARROW_MTU); /* it is this end of a veth pair that refuses frames */
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
}

Test(tx_xsk, waits_where_the_device_has_become_too_narrow)
{
    const struct probe probe = {.target_address = IPV4(0x14000001), .ttl = PROBE_MAX_TTL};
    uint64_t deadline = clock_now_ns() + 10 * NS_PER_S;
    struct tx_link link;
    int state;

    tx_link_make(&link, &tx_xsk, 0);
    narrow(&link.hosts);
    cr_assert_eq(tx_xsk.send(link.tx, &probe, 1, 1), 1);
    while ((state = tx_xsk.push(link.tx)) == -EAGAIN)
        cr_assert_lt(clock_now_ns(), deadline, "it is tried for ever");
    cr_expect_eq(state, -ENETDOWN);

    struct tx_totals totals = tx_link_close(&link);
    cr_expect_eq(totals.sent, 0);
    cr_expect_eq(totals.dropped, 1);
    tx_link_free(&link);
}
