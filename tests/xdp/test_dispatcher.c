// SPDX-License-Identifier: GPL-2.0-or-later
/* What needs no dispatcher; tests/vm has surveys beside one. */
#include "xdp/dispatcher.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "xdp/xdp_fixture.h"

static int open_and_close(unsigned interface_index)
{
    struct dispatcher *dispatcher;
    bool generic;
    int error = dispatcher_open(&dispatcher, interface_index, "reply_filter", &generic);

    if (!error)
        dispatcher_close(dispatcher);
    return error;
}

/* Takes the name of a program that lives. */
static int hold_name(unsigned interface_index)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1, "hopwire/reply_filter/%u",
                          interface_index);
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    cr_assert_eq(bind(fd, (struct sockaddr *)&address,
                      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length)),
                 0);
    return fd;
}

Test(dispatcher, one_of_ours_at_a_time)
{
    struct two_hosts hosts;

    two_hosts_make(&hosts);
    unsigned descriptors = open_descriptors();
    cr_expect_eq(open_and_close(hosts.near_index), -ENOENT, "nothing is attached");
    int name = hold_name(hosts.near_index);
    cr_expect_eq(open_and_close(hosts.near_index), -EBUSY);
    close(name);
    cr_expect_eq(open_and_close(hosts.near_index), -ENOENT, "it went with its holder");
    cr_expect_eq(open_descriptors(), descriptors);
}

Test(dispatcher, a_program_without_one_is_left_alone)
{
    enum xdp_mode mode;
    struct xdp_fixture fixture;
    struct xdp_filter *second;

    xdp_fixture_start(&fixture, XDP_MODE_NATIVE, 0);
    cr_assert_eq(xdp_filter_open(&second, &reply_builder_layouts, 1, CELL_NO_LIMIT), 0);
    cr_expect_eq(xdp_filter_join(second, fixture.hosts.near_index, &mode), -EBUSY);
    cr_expect_eq(xdp_filter_attach(second, fixture.hosts.near_index, XDP_MODE_NATIVE), -EBUSY,
                 "the first is still there");
    xdp_filter_close(second);
    xdp_fixture_end(&fixture);
}
