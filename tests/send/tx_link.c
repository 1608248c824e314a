// SPDX-License-Identifier: GPL-2.0-or-later
#include "send/tx_link.h"

#include <criterion/criterion.h>
#include <string.h>
#include <unistd.h>

#include "host/link.h"
#include "support/wire.h"

void tx_link_make(struct tx_link *link, const struct tx_ops *ops, uint32_t slots)
{
    struct frame_config frame = {.key = {1, 2}, .source = NEAR_ADDRESS, .vlan = FRAME_NO_VLAN};
    struct link_info near;

    two_hosts_make(&link->hosts);
    cr_assert_eq(link_by_index(link->hosts.near_index, &near), 0);
    memcpy(frame.source_mac, near.mac, sizeof(frame.source_mac));
    memcpy(frame.next_hop_mac, link->hosts.far_mac, sizeof(frame.next_hop_mac));
    frame_template_init(&link->frame, &frame);
    link->wire = wire_open(link->hosts.far_netns, link->hosts.far_index);

    const struct tx_config config = {
        .interface_index = link->hosts.near_index,
        .frame = &link->frame,
        .slots = slots,
    };
    int error = ops->open(&link->tx, &config);
    cr_assert_eq(error, 0, "%s: %s", ops->name, strerror(-error));
}

struct tx_totals tx_link_close(struct tx_link *link)
{
    struct tx_totals totals;

    link->tx->ops->close(link->tx, &totals);
    return totals;
}

void tx_link_free(struct tx_link *link)
{
    close(link->wire);
    close(link->hosts.near_netns);
    close(link->hosts.far_netns);
}
