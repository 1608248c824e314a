// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/sysctl.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host/netns.h"
#include "host/two_hosts.h"

static char forwarding(void)
{
    char value = 0;
    int fd = open("/proc/sys/net/ipv4/ip_forward", O_RDONLY | O_CLOEXEC);

    cr_assert_eq(read(fd, &value, 1), 1);
    close(fd);
    return value;
}

Test(sysctl, settings_are_those_of_the_namespace)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    cr_assert_eq(sysctl_set("net/ipv4/ip_forward", "1"), 0);
    cr_expect_eq(forwarding(), '1');
    cr_assert_eq(sysctl_set("net/ipv4/ip_forward", "0"), 0);
    cr_expect_eq(forwarding(), '0');
    cr_assert_eq(sysctl_set("net/ipv4/ip_forward", "1"), 0);
    cr_assert_eq(netns_enter(hosts.far_netns), 0);
    cr_expect_eq(forwarding(), '0');
}

Test(sysctl, what_cannot_be_set_is_told)
{
    char longest[300];

    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    cr_expect_eq(sysctl_set("net/ipv4/ip_fly", "1"), -ENOENT);
    cr_expect_eq(sysctl_set("kernel/ostype", "Plan 9"), -EACCES);
    cr_expect_eq(sysctl_set(longest, "1"), -ENAMETOOLONG);
}
