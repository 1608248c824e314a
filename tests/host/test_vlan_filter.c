// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/vlan_filter.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <unistd.h>

#include "host/link.h"
#include "host/netlink.h"
#include "host/netns.h"
#include "host/two_hosts.h"

static int read_promiscuity(const struct nlmsghdr *message, void *context)
{
    return netlink_read(message, sizeof(struct ifinfomsg), IFLA_PROMISCUITY, context, sizeof(uint32_t))
               ? 0
               : -EPROTO;
}

/* How many users the promiscuous mode of the device has. */
static uint32_t promiscuity(unsigned index)
{
    struct netlink_request request;
    struct ifinfomsg *link = netlink_request_init(&request, RTM_GETLINK, 0, sizeof(*link));
    uint32_t count = UINT32_MAX;

    link->ifi_index = (int)index;
    cr_assert_eq(netlink_query(&request, read_promiscuity, &count), 0);
    return count;
}

Test(vlan_filter, veth_has_none)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_expect_eq(vlan_filter_is_on("near"), 0);
    cr_expect_eq(vlan_filter_is_on("lo"), 0);
    cr_expect_eq(vlan_filter_is_on("nosuch"), -ENODEV);
}

/* A bond has the filter of its ports, and reports it before it has any. Not every kernel has bonds; those of
 * `make test-vm` do. */
Test(vlan_filter, a_bond_has_one)
{
    cr_assert_eq(netns_enter(netns_create()), 0);
    int error = link_create("filtering", "bond", 1);
    if (error == -EOPNOTSUPP)
        return;
    cr_assert_eq(error, 0);
    cr_expect_eq(vlan_filter_is_on("filtering"), 1);
}

Test(vlan_filter, is_lifted_until_the_descriptor_is_closed)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    int held = vlan_filter_lift(hosts.near_index);
    cr_assert_gt(held, 0);
    cr_expect_eq(promiscuity(hosts.near_index), 1);
    close(held);
    cr_expect_eq(promiscuity(hosts.near_index), 0);

    unsigned before = open_descriptors();
    cr_expect_eq(vlan_filter_lift(9999), -ENODEV);
    cr_expect_eq(open_descriptors(), before);
}
