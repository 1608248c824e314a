// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/link_ports.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host/netns.h"

static void put_into_bridge(const char *bridge, const char *port)
{
    struct ifreq request = {.ifr_ifindex = (int)if_nametoindex(port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    strcpy(request.ifr_name, bridge);
    cr_assert_eq(ioctl(fd, SIOCBRADDIF, &request), 0, "%s", strerror(errno));
    close(fd);
}

/* Every kernel has bridges; bonds and teams report their ports in the same way. */
Test(link_ports, of_a_bridge)
{
    unsigned ports[2] = {0};
    struct link_info link;

    cr_assert_eq(netns_enter(netns_create()), 0);
    cr_assert_eq(link_create_veth("near", "far", netns_create(), 1), 0);
    int created = link_create("bridge", "bridge", 1);
    if (created == -EOPNOTSUPP)
        cr_skip_test("this kernel has no bridges");
    cr_assert_eq(created, 0);
    unsigned bridge = if_nametoindex("bridge");
    cr_expect_eq(link_ports(bridge, ports, 2), 0);
    put_into_bridge("bridge", "near");
    cr_expect_eq(link_ports(bridge, ports, 2), 1);
    cr_expect_eq(ports[0], if_nametoindex("near"));
    cr_expect_eq(link_ports(bridge, ports, 0), 1, "there may be more than there is room for");

    cr_assert_eq(link_by_index(bridge, &link), 0);
    cr_expect_str_eq(link.kind, "bridge");
    cr_expect_not(link_is_bundle(&link), "a bridge receives by itself");
    cr_assert_eq(link_by_name("near", &link), 0);
    cr_expect_str_eq(link.kind, "veth");
    cr_assert_eq(link_by_name("lo", &link), 0);
    cr_expect_str_eq(link.kind, "");
}

Test(link_ports, bundles_by_their_kind)
{
    static const struct {
        const char *kind;
        bool bundle;
    } cases[] = {{"bond", true}, {"team", true}, {"bridge", false}, {"vlan", false}, {"", false}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct link_info link = {0};

        strcpy(link.kind, cases[i].kind);
        cr_expect_eq(link_is_bundle(&link), cases[i].bundle, "%s", cases[i].kind);
    }
}
