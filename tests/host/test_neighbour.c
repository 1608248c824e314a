// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/neighbour.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/link.h"
#include "host/netns.h"
#include "host/sysctl.h"
#include "host/two_hosts.h"
#include "table.h"

enum {
    SHORT_MS = 50,   /* where nobody answers */
    LONG_MS = 10000, /* where somebody does */
};

static const struct {
    struct address near, far, nobody;
} families[] = {
    {NEAR_ADDRESS, FAR_ADDRESS, NOBODY_ADDRESS},
    {NEAR_ADDRESS6, FAR_ADDRESS6, NOBODY_ADDRESS6},
};

Test(neighbour, is_found)
{
    struct two_hosts hosts;
    struct link_info near;
    uint8_t mac[6] = {0};

    two_hosts_make(&hosts);
    cr_assert_eq(link_by_name("near", &near), 0);
    for (size_t i = 0; i < COUNT(families); i++) {
        cr_assert_eq(netns_enter(hosts.near_netns), 0);
        cr_expect_eq(neighbour_resolve(hosts.near_index, families[i].far, LONG_MS, mac), 0);
        cr_expect_arr_eq(mac, hosts.far_mac, 6);
        cr_assert_eq(netns_enter(hosts.far_netns), 0);
        cr_expect_eq(neighbour_resolve(hosts.far_index, families[i].near, LONG_MS, mac), 0);
        cr_expect_arr_eq(mac, near.mac, 6);
    }
}

Test(neighbour, that_does_not_answer)
{
    unsigned before;
    struct two_hosts hosts;
    uint64_t start;
    uint8_t mac[6];

    two_hosts_make(&hosts);
    before = open_descriptors();
    for (size_t i = 0; i < COUNT(families); i++) {
        start = clock_now_ns();
        cr_expect_eq(neighbour_resolve(hosts.near_index, families[i].nobody, SHORT_MS, mac), -EHOSTUNREACH);
        cr_expect_geq(clock_now_ns() - start, SHORT_MS * NS_PER_MS);
        cr_expect_eq(neighbour_resolve(9999, families[i].nobody, SHORT_MS, mac), -ENODEV);
    }
    cr_expect_eq(open_descriptors(), before);
}

Test(neighbour, added_ones_are_known_and_replaced)
{
    static const uint8_t first[6] = {2, 0, 0, 0, 0, 1}, second[6] = {2, 0, 0, 0, 0, 2};
    struct two_hosts hosts;
    uint8_t mac[6] = {0};

    two_hosts_make(&hosts);
    for (size_t i = 0; i < COUNT(families); i++) {
        const struct address nobody = families[i].nobody;

        cr_expect_eq(neighbour_resolve(hosts.near_index, nobody, 0, mac), -EHOSTUNREACH);
        cr_assert_eq(neighbour_add(hosts.near_index, nobody, first), 0);
        cr_expect_eq(neighbour_resolve(hosts.near_index, nobody, 0, mac), 0);
        cr_expect_arr_eq(mac, first, 6);
        cr_assert_eq(neighbour_add(hosts.near_index, nobody, second), 0);
        cr_expect_eq(neighbour_resolve(hosts.near_index, nobody, 0, mac), 0);
        cr_expect_arr_eq(mac, second, 6);
    }
}

Test(neighbour, asking_needs_a_privilege_reading_does_not)
{
    struct two_hosts hosts;
    uint8_t mac[6] = {0};

    two_hosts_make(&hosts);
    cr_assert_eq(neighbour_resolve(hosts.near_index, FAR_ADDRESS, LONG_MS, mac), 0);
    drop_capability(CAP_NET_ADMIN);
    cr_expect_eq(neighbour_resolve(hosts.near_index, FAR_ADDRESS, LONG_MS, mac), 0);
    cr_expect_arr_eq(mac, hosts.far_mac, 6);
    cr_expect_eq(neighbour_resolve(hosts.near_index, NOBODY_ADDRESS, LONG_MS, mac), -EPERM);
}

static void set_neighbour_parameter(const char *family, const char *name, const char *value)
{
    char path[128];

    snprintf(path, sizeof(path), "net/%s/neigh/near/%s", family, name);
    cr_assert_eq(sysctl_set(path, value), 0, "%s", path);
}

static void *answer_late(void *context)
{
    const struct two_hosts *hosts = context;

    cr_assert_eq(netns_enter(hosts->far_netns), 0);
    usleep(300000);
    cr_assert_eq(link_add_address(hosts->far_index, LATE_ADDRESS, 24), 0);
    cr_assert_eq(link_add_address(hosts->far_index, LATE_ADDRESS6, 64), 0);
    return NULL;
}

/* The kernel gives up after 20 ms here, long before the neighbour comes: only asking again finds it. */
Test(neighbour, is_asked_again_after_the_kernel_gave_up)
{
    static const struct address late[] = {LATE_ADDRESS, LATE_ADDRESS6};
    static const char *const names[] = {"ipv4", "ipv6"};

    for (size_t i = 0; i < COUNT(late); i++) {
        struct two_hosts hosts;
        uint8_t mac[6] = {0};
        pthread_t thread;

        two_hosts_make(&hosts);
        set_neighbour_parameter(names[i], "mcast_solicit", "1");
        set_neighbour_parameter(names[i], "retrans_time_ms", "20");
        cr_assert_eq(pthread_create(&thread, NULL, answer_late, &hosts), 0);
        cr_expect_eq(neighbour_resolve(hosts.near_index, late[i], LONG_MS, mac), 0, "%s", names[i]);
        cr_expect_arr_eq(mac, hosts.far_mac, 6);
        pthread_join(thread, NULL);
    }
}
