// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link_state.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <unistd.h>

#include "host/link.h"
#include "host/netns.h"
#include "host/two_hosts.h"
#include "support/wire.h"

static void set_far_up(const struct two_hosts *hosts, int up)
{
    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    wire_set_up("far", up);
    cr_assert_eq(netns_enter(hosts->near_netns), 0);
}

Test(link_state, missing_devices)
{
    static const unsigned indexes[] = {0, 9999, UINT32_MAX};
    struct link_state state;

    for (size_t i = 0; i < sizeof(indexes) / sizeof(indexes[0]); i++)
        cr_expect_eq(link_state(NULL, indexes[i], &state), -ENODEV, "%u", indexes[i]);
}

Test(link_state, tells_what_may_change)
{
    struct two_hosts hosts;
    struct link_state state;

    two_hosts_make(&hosts);
    wire_set_mtu("near", 1234);
    state = wait_for_carrier(hosts.near_index, true);
    cr_expect(state.up);
    cr_expect_eq(state.mtu, 1234);
    cr_expect_str_eq(state.name, "near");
    cr_assert_eq(link_set_down(hosts.near_index), 0);
    state = wait_for_carrier(hosts.near_index, false);
    cr_expect_not(state.up);
}

Test(link_state, counts_losses_of_carrier)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    struct link_state before = wait_for_carrier(hosts.near_index, true);
    set_far_up(&hosts, 0);
    struct link_state without = wait_for_carrier(hosts.near_index, false);
    cr_expect(without.up, "the device itself stays up");
    set_far_up(&hosts, 1);
    struct link_state after = wait_for_carrier(hosts.near_index, true);
    cr_expect_eq(after.carrier_losses, before.carrier_losses + 1);
}

/* By index, only in the namespace of the thread. */
Test(link_state, a_device_of_another_namespace_is_none_of_ours)
{
    struct two_hosts hosts;
    struct link_state state;

    two_hosts_make(&hosts);
    cr_assert_eq(netns_enter(netns_create()), 0);
    cr_expect_eq(link_state(NULL, hosts.near_index, &state), -ENODEV);
}
