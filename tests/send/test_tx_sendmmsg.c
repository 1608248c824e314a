// SPDX-License-Identifier: GPL-2.0-or-later
/* What sendmmsg() alone does; what all backends have in common is in test_tx.c. */
#include <criterion/criterion.h>

#include "addresses.h"
#include "send/tx_link.h"
#include "support/wire.h"

enum {
    NARROW_MTU = 68, /* the least that IPv4 allows */
    FITS = NARROW_MTU - UDP4_HEADERS - 1,
};

static void note_dropped(void *context, const struct probe *probe)
{
    unsigned *told = context;

    cr_expect_gt(probe->ttl, FITS);
    (*told)++;
}

Test(tx_sendmmsg, drops_what_the_device_cannot_carry_and_sends_the_rest)
{
    const struct probe probes[] = {
        {.target_address = IPV4(0x14000001), .ttl = FITS},
        {.target_address = IPV4(0x14000002), .ttl = FITS + 1},
        {.target_address = IPV4(0x14000003), .ttl = FITS + 2},
        {.target_address = IPV4(0x14000004), .ttl = FITS},
        {.target_address = IPV4(0x14000005), .ttl = FITS + 1},
    };
    uint8_t frame[WIRE_FRAME_MAX];
    struct tx_link link;
    unsigned told = 0;

    tx_link_make(&link, &tx_sendmmsg, 0);
    link.tx->listener = (struct tx_listener){note_dropped, &told};
    wire_set_mtu("near", NARROW_MTU);
    cr_assert_eq(tx_sendmmsg.send(link.tx, probes, 5, 1), 5);
    cr_assert_eq(tx_sendmmsg.push(link.tx), 0);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(wire_receive(link.wire, frame), ETHERNET_HEADER + NARROW_MTU);
    cr_assert_eq(wire_receive_now(link.wire, frame), 0);

    struct tx_totals totals = tx_link_close(&link);
    cr_assert_eq(totals.sent, 2);
    cr_assert_eq(totals.dropped, 3);
    cr_expect_eq(told, 3);
    tx_link_free(&link);
}
