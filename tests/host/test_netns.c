// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/link.h"
#include "host/netns.h"
#include "host/two_hosts.h"

static ino_t namespace_of(int fd)
{
    struct stat status;

    cr_assert_eq(fstat(fd, &status), 0);
    return status.st_ino;
}

static ino_t current_namespace(void)
{
    int fd = netns_open_current();
    ino_t inode = namespace_of(fd);

    close(fd);
    return inode;
}

Test(netns, create_makes_another_and_stays)
{
    ino_t home = current_namespace();
    int first = netns_create(), second = netns_create();

    cr_assert_geq(first, 0);
    cr_assert_geq(second, 0);
    cr_expect_eq(current_namespace(), home);
    cr_expect_neq(namespace_of(first), home);
    cr_expect_neq(namespace_of(first), namespace_of(second));
}

Test(netns, enter_moves_there_and_back)
{
    int home = netns_open_current(), other = netns_create();

    cr_assert_eq(netns_enter(other), 0);
    cr_expect_eq(current_namespace(), namespace_of(other));
    cr_assert_eq(netns_enter(home), 0);
    cr_expect_eq(current_namespace(), namespace_of(home));
}

Test(netns, loopback_is_up)
{
    struct link_info loopback;

    cr_assert_eq(netns_enter(netns_create()), 0);
    cr_assert_eq(link_by_name("lo", &loopback), 0);
    cr_expect(loopback.up);
}

Test(netns, descriptors_close_on_exec)
{
    cr_expect(fcntl(netns_open_current(), F_GETFD) & FD_CLOEXEC);
    cr_expect(fcntl(netns_create(), F_GETFD) & FD_CLOEXEC);
}

Test(netns, holds_one_descriptor)
{
    unsigned before = open_descriptors();

    close(netns_create());
    cr_expect_eq(open_descriptors(), before);
}

Test(netns, enter_refuses_what_is_no_namespace)
{
    int file = open("/dev/null", O_RDONLY);

    cr_expect_eq(netns_enter(-1), -EBADF);
    cr_expect_eq(netns_enter(file), -EINVAL);
}

Test(netns, create_needs_a_privilege)
{
    unsigned before = open_descriptors();

    drop_capability(CAP_SYS_ADMIN);
    cr_expect_eq(netns_create(), -EPERM);
    cr_expect_eq(open_descriptors(), before);
}
