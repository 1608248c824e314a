// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/sockets.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <string.h>
#include <sys/socket.h>

#include "capture.h"
#include "command/commands.h"
#include "host/two_hosts.h"

Test(sockets, open_and_close)
{
    struct sockets sockets;
    unsigned descriptors = open_descriptors();

    cr_assert_eq(sockets_open("trace", &sockets), EXIT_DONE);
    cr_expect_eq(open_descriptors(), descriptors + 4, "two of each family");
    sockets_close(&sockets);
    sockets_close(&sockets);
    cr_expect_eq(open_descriptors(), descriptors);
}

/* As a container's filter of system calls does. */
Test(sockets, do_not_ask_for_a_privilege_that_is_held)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    struct sockets sockets;

    cr_assert_eq(
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, AF_PACKET)),
        0);
    cr_assert_eq(seccomp_load(filter), 0);
    seccomp_release(filter);
    struct capture capture = capture_start(STDERR_FILENO);
    cr_expect_eq(sockets_open("trace", &sockets), EXIT_FAILED);
    const char *text = capture_end(&capture);
    cr_expect_not_null(strstr(text, "cannot open its sockets: forbidden"), "%s", text);
    cr_expect_null(strstr(text, "CAP_NET_RAW"), "%s", text);
    sockets_close(&sockets);
}

Test(sockets, say_which_privilege_is_missing)
{
    struct sockets sockets;
    unsigned descriptors = open_descriptors();

    drop_capability(CAP_NET_RAW);
    struct capture capture = capture_start(STDERR_FILENO);
    cr_expect_eq(sockets_open("trace", &sockets), EXIT_UNUSABLE);
    cr_expect_neq(strstr(capture_end(&capture), "hopwire: trace: CAP_NET_RAW is missing: "), NULL);
    sockets_close(&sockets);
    cr_expect_eq(open_descriptors(), descriptors);
}
