// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "strategy/limited_hops.h"

static struct limited_hops hops;

static struct address router(uint32_t number)
{
    return address_of_ipv4(0x0a000000 + number);
}

/* Node `i` answers every `i`-th of a hundred probes. */
static void ask(uint32_t node)
{
    limited_hops_notice(&hops, node);
    for (unsigned i = 1; i <= 100; i++)
        if (i % node == 0)
            limited_hops_hear(&hops, node, router(node));
        else
            limited_hops_miss(&hops, node);
}

Test(limited_hops, the_worst_come_first)
{
    struct limited_hop worst[10];

    for (uint32_t node = 2; node < 10; node++)
        ask(node);
    cr_assert_eq(limited_hops_worst(&hops, worst, 10), 8);
    for (uint32_t i = 0; i < 8; i++) {
        cr_expect(address_equal(worst[i].responder, router(9 - i)));
        cr_expect_eq(worst[i].asked, 100);
        cr_expect_eq(worst[i].answered, 100 / (9 - i));
    }
    cr_expect_eq(limited_hops_worst(&hops, worst, 3), 3);
    cr_expect_eq(worst[2].answered, 100 / 7);
}

Test(limited_hops, others_are_nobodys_business)
{
    struct limited_hop worst[2];

    limited_hops_miss(&hops, 3);
    limited_hops_hear(&hops, 3, router(3));
    limited_hops_notice(&hops, 4);
    limited_hops_miss(&hops, 4);
    cr_expect_eq(limited_hops_worst(&hops, worst, 2), 0, "one was not noticed, one has no name");
}

/* Who makes up limited routers fills the table, and no more. */
Test(limited_hops, has_room_for_so_many)
{
    static struct limited_hop worst[LIMITED_ROOM];

    for (uint32_t node = 1; node <= 10 * LIMITED_ROOM; node++) {
        limited_hops_notice(&hops, node);
        limited_hops_hear(&hops, node, router(node));
    }
    cr_expect_leq(limited_hops_worst(&hops, worst, LIMITED_ROOM), LIMITED_ROOM);
    cr_expect_eq(hops.count, 10 * LIMITED_ROOM);
}

Test(limited_hops, come_back_as_they_were_saved)
{
    static struct limited_hops loaded;
    struct limited_hop worst[4], again[4];
    char *bytes;
    size_t size;
    FILE *stream = open_memstream(&bytes, &size);

    for (uint32_t node = 2; node < 6; node++)
        ask(node);
    cr_assert_eq(limited_hops_save(&hops, stream), 0);
    fclose(stream);
    stream = fmemopen(bytes, size, "r");
    cr_assert_eq(limited_hops_load(&loaded, stream), 0);
    fclose(stream);
    cr_assert_eq(limited_hops_worst(&hops, worst, 4), 4);
    cr_assert_eq(limited_hops_worst(&loaded, again, 4), 4);
    for (size_t i = 0; i < 4; i++)
        cr_expect(address_equal(worst[i].responder, again[i].responder) && worst[i].asked == again[i].asked &&
                  worst[i].answered == again[i].answered);
    free(bytes);
}
