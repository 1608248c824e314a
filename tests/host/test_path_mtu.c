// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/path_mtu.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>

#include "addresses.h"
#include "host/two_hosts.h"

Test(path_mtu, is_that_of_the_device_or_the_route)
{
    struct two_hosts hosts;
    struct path_mtu path_mtu;

    two_hosts_make(&hosts);
    cr_assert_eq(system("ip link set near mtu 1400 && ip route add 198.18.0.7 dev near mtu 1000 &&"
                        " ip -6 route add 2001:db8:12::7 dev near mtu 1300"),
                 0);
    drop_capability(CAP_NET_RAW);
    cr_assert_eq(path_mtu_open(&path_mtu, NULL), 0);
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS, 0), 1400);
    cr_expect_eq(path_mtu_get(&path_mtu, IPV4(0xc6120007), 0), 1000);
    cr_expect_eq(path_mtu_get(&path_mtu, IPV4(0xc61200ff), 0), 1400, "broadcast");
    cr_expect_eq(path_mtu_get(&path_mtu, IPV4(0x08080808), 0), -ENETUNREACH);
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS, 0), 1400, "as before");
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS6, 0), 1400);
    cr_expect_eq(path_mtu_get(&path_mtu, IPV6(0x20010db800120000, 7), 0), 1300);
    cr_expect_eq(path_mtu_get(&path_mtu, IPV6(0xfe80000000000000, 1), hosts.near_index), 1400);
    cr_expect_eq(path_mtu_get(&path_mtu, IPV6(0x20010db800990000, 7), 0), -ENETUNREACH);
    path_mtu_close(&path_mtu);
    path_mtu_close(&path_mtu);
    cr_expect_eq(path_mtu_open(&path_mtu, "nowhere"), -ENODEV);
    path_mtu_close(&path_mtu);
}

Test(path_mtu, what_routers_tell_is_remembered)
{
    struct two_hosts hosts;
    struct path_mtu path_mtu;

    two_hosts_make(&hosts);
    cr_assert_eq(path_mtu_open(&path_mtu, "near"), 0);
    path_mtu_learn(&path_mtu, FAR_ADDRESS, 1300);
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS, 0), 1300);
    cr_expect_eq(path_mtu_get(&path_mtu, NOBODY_ADDRESS, 0), 1500, "another's way");
    path_mtu_learn(&path_mtu, FAR_ADDRESS, 9000);
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS, 0), 1500, "the device takes no more");
    path_mtu_learn(&path_mtu, FAR_ADDRESS, 68);
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS, 0), path_mtu_least(FAMILY_IPV4));
    path_mtu_learn(&path_mtu, FAR_ADDRESS6, 1400);
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS6, 0), 1400);
    path_mtu_learn(&path_mtu, FAR_ADDRESS6, 1000);
    cr_expect_eq(path_mtu_get(&path_mtu, FAR_ADDRESS6, 0), 1280, "every link takes that");
    for (uint32_t i = 0; i < 3 * PATH_MTU_PATHS; i++)
        path_mtu_learn(&path_mtu, IPV4(i), 1000);
    cr_expect_geq(path_mtu_get(&path_mtu, FAR_ADDRESS, 0), path_mtu_least(FAMILY_IPV4), "forgotten or not");
    path_mtu_close(&path_mtu);
}
