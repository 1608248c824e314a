// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/stack_counters.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "host/netns.h"
#include "host/route.h"
#include "host/two_hosts.h"

/* In the thread's namespace, where an error arrives: the far host has no route for the packet. */
Test(stack_counters, errors_that_arrive)
{
    struct stack_counters before, after;
    struct stack_counter_files files;
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS), 0);
    cr_assert_eq(route_add_default(hosts.near_index, FAR_ADDRESS6), 0);
    cr_assert_eq(netns_enter(hosts.far_netns), 0);
    cr_assert_eq(system("echo 1 >/proc/sys/net/ipv4/ip_forward"), 0);
    cr_assert_eq(system("echo 1 >/proc/sys/net/ipv6/conf/all/forwarding"), 0);
    cr_assert_eq(netns_enter(hosts.near_netns), 0);
    stack_counters_open(&files);
    stack_counters_read(&files, &before);
    cr_assert_eq(before.icmp_errors, 0);
    cr_assert_neq(system("ping -c 1 -W 2 8.8.8.8 >/dev/null 2>&1"), 0);
    stack_counters_read(&files, &after);
    cr_expect_eq(after.icmp_errors, 1);
    cr_assert_neq(system("ping -6 -c 1 -W 2 2001:db8:99::1 >/dev/null 2>&1"), 0);
    stack_counters_read(&files, &after);
    cr_expect_eq(after.icmp_errors, 2);
    cr_expect_eq(after.against_the_path, 0);
    stack_counters_close(&files);
}
