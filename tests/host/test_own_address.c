// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/own_address.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "host/link.h"
#include "host/route.h"
#include "host/two_hosts.h"
#include "table.h"

#define OWN_PREFIX6 IPV6(0x20010db80a010000, 0)
#define ELSEWHERE   IPV6(0x20010db800990000, 1)

Test(own_address, whose_it_is)
{
    static const struct address own[] = {
        NEAR_ADDRESS, IPV4(0x0a01ffff), NEAR_ADDRESS6, IPV6(0x20010db80a010000, 7), IPV6(0, 1),
    };
    static const struct address others[] = {
        FAR_ADDRESS,
        IPV4(0xc61200ff) /* a broadcast address */,
        FAR_ADDRESS6,
        IPV6(0x20010db80a020000, 7),
    };
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(link_set_up(LOOPBACK_INDEX), 0);
    cr_assert_eq(route_add_local(IPV4(0x0a010000), 16), 0);
    cr_assert_eq(route_add_local(OWN_PREFIX6, 48), 0);
    for (size_t i = 0; i < COUNT(own); i++)
        cr_expect(address_is_own(own[i]), "%zu", i);
    for (size_t i = 0; i < COUNT(others); i++)
        cr_expect_not(address_is_own(others[i]), "%zu", i);
}

Test(own_address, which_interface_has_it)
{
    struct two_hosts hosts;
    unsigned index = 0;

    two_hosts_make(&hosts);
    cr_expect_eq(interface_with_address(NEAR_ADDRESS, &index), 0);
    cr_expect_eq(index, hosts.near_index);
    index = 0;
    cr_expect_eq(interface_with_address(NEAR_ADDRESS6, &index), 0);
    cr_expect_eq(index, hosts.near_index);
    cr_expect_eq(interface_with_address(FAR_ADDRESS, &index), -ENOENT);
    cr_expect_eq(interface_with_address(FAR_ADDRESS6, &index), -ENOENT);
}

/* Link-local, temporary and deprecated addresses come first here. */
Test(own_address, of_an_interface)
{
    struct two_hosts hosts;
    struct address address;

    two_hosts_make(&hosts);
    cr_assert_eq(system("ip address flush dev near scope global"), 0);
    cr_assert_eq(system("ip address add 2001:db8:12::5/64 dev near nodad preferred_lft 0"), 0);
    cr_assert_eq(interface_address(hosts.near_index, FAMILY_IPV6, &address), 0);
    cr_expect(address_is_none(address));
    cr_assert_eq(interface_address(hosts.near_index, FAMILY_IPV4, &address), 0);
    cr_expect(address_is_none(address));
    cr_assert_eq(link_add_address(hosts.near_index, NEAR_ADDRESS6, 64), 0);
    cr_assert_eq(interface_address(hosts.near_index, FAMILY_IPV6, &address), 0);
    cr_expect(address_equal(address, NEAR_ADDRESS6));
    cr_expect_not(address_is_temporary(address, hosts.near_index));
    cr_expect_not(address_is_temporary(NEAR_ADDRESS, hosts.near_index));
}

/* As on a host that prefers temporary addresses: the kernel then names them for every route. */
static struct address make_temporary(void)
{
    struct route route;

    cr_assert_eq(system("ip address flush dev near scope global"), 0);
    cr_assert_eq(system("echo 2 > /proc/sys/net/ipv6/conf/near/use_tempaddr"), 0);
    cr_assert_eq(system("ip address add 2001:db8:12::2/64 dev near nodad mngtmpaddr"), 0);
    cr_assert_eq(system("for i in $(seq 50); do ip -6 address show dev near temporary -tentative |"
                        " grep -q inet6 && exit 0; sleep 0.1; done; exit 1"),
                 0);
    cr_assert_eq(route_get(&(const struct route_query){.destination = FAR_ADDRESS6}, &route), 0);
    return route.source;
}

Test(own_address, temporary_ones_are_avoided)
{
    static const struct address destinations[] = {FAR_ADDRESS6, ELSEWHERE, NOBODY_ADDRESS6};
    struct route_answer answers[COUNT(destinations)];
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_expect(address_equal(make_temporary(), NEAR_ADDRESS6));
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS6), 0);
    cr_assert_eq(system("ip -6 route get 2001:db8:99::1 | grep -q 'src 2001:db8:12::2 '") != 0, true,
                 "the kernel would take a temporary one");
    cr_assert_eq(routes_get(&(const struct route_query){0}, destinations, answers, COUNT(destinations)), 0);
    for (size_t i = 0; i < COUNT(destinations); i++) {
        cr_assert_eq(answers[i].error, 0, "%zu", i);
        cr_expect(address_equal(answers[i].route.source, NEAR_ADDRESS6), "%zu", i);
    }
}
