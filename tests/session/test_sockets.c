// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/sockets.h"

#include <criterion/criterion.h>
#include <linux/capability.h>
#include <string.h>

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
