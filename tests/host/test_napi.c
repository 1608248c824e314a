// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/napi.h"

#include <criterion/criterion.h>
#include <errno.h>

#include "host/cpus.h"
#include "host/ethtool.h"
#include "host/link.h"
#include "host/netns.h"

enum {
    QUEUES = 3,
};

/* A pair whose near end polls, since it has GRO. */
static unsigned make_device(void)
{
    struct link_info link;

    cr_assert_eq(netns_enter(netns_create()), 0);
    cr_assert_eq(link_create_veth("near", "far", netns_create(), QUEUES), 0);
    cr_assert_eq(link_by_name("near", &link), 0);
    return link.index;
}

Test(napi, moves_every_queue_of_a_device)
{
    unsigned index = make_device();
    cpu_set_t cpus;

    cr_assert_eq(ethtool_set_gro("near", true), 0);
    cr_assert_eq(link_set_up(index), 0);
    cr_assert_eq(cpus_available(&cpus), 0);
    int error = napi_give_threads(index, &cpus);
    if (error == -EOPNOTSUPP)
        cr_skip_test("needs Linux 6.17");
    cr_expect_eq(error, 0);
    cr_expect_eq(napi_give_threads(index, &cpus), 0, "again");
    CPU_ZERO(&cpus);
    cr_expect_eq(napi_give_threads(index, &cpus), 0, "anywhere");
    CPU_SET(CPU_SETSIZE - 1, &cpus);
    cr_expect_eq(napi_give_threads(index, &cpus), -EINVAL, "on a CPU that is not there");
}

Test(napi, needs_something_that_polls)
{
    unsigned index = make_device();
    cpu_set_t anywhere;

    CPU_ZERO(&anywhere);
    cr_expect_neq(napi_give_threads(index, &anywhere), 0, "without GRO or a program there is no instance");
    cr_expect_neq(napi_give_threads(9999, &anywhere), 0);
}
