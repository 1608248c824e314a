// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#include "strategy/hop_nodes.h"

enum {
    ROOM = 1000,
};

static struct hop_nodes make_nodes(uint32_t room)
{
    struct hop_nodes nodes;

    cr_assert_eq(hop_nodes_init(&nodes, room, 7), 0);
    return nodes;
}

static struct address router(uint32_t number)
{
    return address_of_ipv4(0x0a000000 + number);
}

Test(hop_nodes, tells_interfaces_and_silent_hops_apart)
{
    struct hop_nodes nodes = make_nodes(ROOM);
    bool is_new;

    for (uint32_t i = 1; i <= ROOM / 2; i++) {
        cr_assert_eq(hop_nodes_meet(&nodes, router(i), &is_new), 2 * i - 1);
        cr_expect(is_new);
        cr_assert_eq(hop_nodes_silent(&nodes, 2 * i - 1, &is_new), 2 * i);
        cr_expect(is_new);
    }
    for (uint32_t i = 1; i <= ROOM / 2; i++) {
        cr_assert_eq(hop_nodes_meet(&nodes, router(i), &is_new), 2 * i - 1);
        cr_expect_not(is_new);
        cr_assert_eq(hop_nodes_silent(&nodes, 2 * i - 1, &is_new), 2 * i);
        cr_expect_not(is_new);
    }
    hop_nodes_free(&nodes);
}

Test(hop_nodes, addresses_of_both_families_are_told_apart)
{
    struct hop_nodes nodes = make_nodes(ROOM);
    struct address ipv6 = {0x20010db8ULL << 32, router(1).low};
    bool is_new;

    uint32_t first = hop_nodes_meet(&nodes, router(1), &is_new);
    cr_expect_neq(hop_nodes_meet(&nodes, ipv6, &is_new), first);
    cr_expect(is_new);
    hop_nodes_free(&nodes);
}

/* What has no room is 0, and nobody else's node. */
Test(hop_nodes, stays_within_its_room)
{
    struct hop_nodes nodes = make_nodes(10);
    bool is_new;

    for (uint32_t i = 1; i <= 10; i++)
        cr_assert_eq(hop_nodes_meet(&nodes, router(i), &is_new), i);
    for (uint32_t i = 11; i <= 100; i++) {
        cr_expect_eq(hop_nodes_meet(&nodes, router(i), &is_new), 0);
        cr_expect_not(is_new);
    }
    cr_expect_eq(nodes.count, 10);
    cr_expect_eq(hop_nodes_meet(&nodes, router(10), &is_new), 10);
    hop_nodes_free(&nodes);
}

Test(hop_nodes, counts_saturate_and_keep_their_ratio)
{
    struct hop_node node = {0};

    for (int i = 0; i < 3000; i++) {
        hop_node_end(&node, 0);
        if (i % 3 == 0)
            hop_node_go_beyond(&node, (unsigned)i % 2 * 9);
    }
    cr_expect_geq(node.ended, UINT8_MAX / 2);
    cr_expect_geq(node.beyond * 3 + 6, node.ended);
    cr_expect_leq(node.beyond * 3, node.ended + 6);
    cr_expect_eq(node.depth, HOP_NODE_DEEPEST);
}

Test(hop_nodes, who_falls_short_is_limited_until_he_answers_again)
{
    struct hop_nodes nodes = make_nodes(ROOM);
    bool is_new;
    uint32_t node = hop_nodes_meet(&nodes, router(1), &is_new);

    for (int i = 0; i < 100; i++)
        hop_nodes_change(&nodes, node, hop_node_hear, i % 3 != 0);
    cr_expect_not(hop_node_is_limited(hop_nodes_look(&nodes, node)), "two of three answer");
    for (int i = 0; i < 100; i++)
        hop_nodes_change(&nodes, node, hop_node_hear, i % 3 == 0);
    cr_expect(hop_node_is_limited(hop_nodes_look(&nodes, node)), "one of three does");
    for (int i = 0; i < 20; i++)
        hop_nodes_change(&nodes, node, hop_node_hear, true);
    cr_expect_not(hop_node_is_limited(hop_nodes_look(&nodes, node)));
    hop_nodes_free(&nodes);
}

Test(hop_nodes, share_is_that_of_the_last_answers)
{
    struct hop_nodes nodes = make_nodes(ROOM);
    bool is_new;
    uint32_t node = hop_nodes_meet(&nodes, router(1), &is_new);

    cr_expect_eq(hop_node_share(hop_nodes_look(&nodes, node)), 1, "who was not asked is believed to answer");
    for (int tenths = 1; tenths <= 9; tenths += 2) {
        double sum = 0;

        for (int i = 0; i < 1000; i++) {
            hop_nodes_change(&nodes, node, hop_node_hear, i * tenths % 10 < tenths);
            sum += i < 500 ? 0 : hop_node_share(hop_nodes_look(&nodes, node)) / 500;
        }
        cr_expect_float_eq(sum, tenths / 10.0, 0.06, "%d tenths: %.3f", tenths, sum);
    }
    for (int i = 0; i < 50; i++)
        hop_nodes_change(&nodes, node, hop_node_hear, false);
    cr_expect_lt(hop_node_share(hop_nodes_look(&nodes, node)), 0.01);
    cr_expect_gt(hop_node_share(hop_nodes_look(&nodes, node)), 0);
    hop_nodes_free(&nodes);
}

/* What is prefetched is most likely what is met; and nothing changes by it. */
Test(hop_nodes, prefetching_changes_nothing)
{
    struct hop_nodes nodes = make_nodes(ROOM);
    unsigned right = 0;
    bool is_new;

    cr_expect_eq(hop_nodes_prefetch_entry(&nodes, router(1)), 0);
    for (uint32_t i = 1; i <= 100; i++) {
        hop_nodes_prefetch(&nodes, router(i));
        uint32_t met = hop_nodes_meet(&nodes, router(i), &is_new);

        cr_expect(is_new);
        right += hop_nodes_prefetch_entry(&nodes, router(i)) == met;
    }
    cr_expect_gt(right, 50);
    hop_nodes_free(&nodes);
}

/* A witness is no hop, gives way to a later one, and to the hop before once that is known. */
Test(hop_nodes, have_a_witness_until_the_hop_before_is_known)
{
    struct hop_nodes nodes = make_nodes(ROOM);
    uint64_t path = 0;
    bool is_new;
    uint32_t node = hop_nodes_meet(&nodes, router(1), &is_new),
             before = hop_nodes_meet(&nodes, router(2), &is_new);

    cr_expect_not(hop_nodes_witness(&nodes, node, &path));
    hop_nodes_set_witness(&nodes, node, 1ULL << 31, 9);
    cr_expect_not(hop_nodes_witness(&nodes, node, &path), "no room for such a number");
    hop_nodes_set_witness(&nodes, node, 0, 9);
    cr_expect(hop_nodes_witness(&nodes, node, &path) && path == 0);
    hop_nodes_set_witness(&nodes, node, 12000000, 11);
    cr_expect(hop_nodes_witness(&nodes, node, &path) && path == 12000000);
    cr_expect_eq(hop_nodes_look(&nodes, node).ttl, 11);
    cr_expect_eq(hop_nodes_before(&nodes, node), 0);
    hop_nodes_set_before(&nodes, node, before);
    hop_nodes_set_witness(&nodes, node, 5, 9);
    cr_expect_not(hop_nodes_witness(&nodes, node, &path));
    cr_expect_eq(hop_nodes_before(&nodes, node), before);
    hop_nodes_free(&nodes);
}

/* A node that is like no other. */
static void fill(struct hop_node *node, unsigned i)
{
    *node = (struct hop_node){(uint16_t)(1000 * i), 1, 2, 3, 4, 2, (uint8_t)(i % 64), i & 0x7f, i % 2 == 0};
}

Test(hop_nodes, come_back_as_they_were_saved)
{
    struct hop_nodes nodes = make_nodes(ROOM), loaded = make_nodes(ROOM);
    uint64_t path = 0;
    bool is_new;
    char *bytes;
    size_t size;
    FILE *stream = open_memstream(&bytes, &size);

    for (uint32_t i = 1; i <= 100; i++) {
        uint32_t number = hop_nodes_meet(&nodes, router(i), &is_new);

        hop_nodes_change(&nodes, number, fill, i);
        hop_nodes_set_before(&nodes, number, i / 2);
    }
    hop_nodes_set_witness(&nodes, 1, 1000000, 7);
    cr_assert_eq(hop_nodes_save(&nodes, stream), 0);
    fclose(stream);
    stream = fmemopen(bytes, size, "r");
    cr_assert_eq(hop_nodes_load(&loaded, stream), 0);
    fclose(stream);
    for (uint32_t i = 1; i <= 100; i++) {
        cr_expect_eq(hop_nodes_meet(&loaded, router(i), &is_new), i);
        cr_expect_eq(hop_nodes_look(&loaded, i).asked, (uint16_t)(1000 * i));
        cr_expect_eq(hop_nodes_look(&loaded, i).share, i);
        cr_expect_eq(hop_nodes_look(&loaded, i).noticed, i % 2 == 0);
        cr_expect_eq(hop_nodes_look(&loaded, i).depth, 4);
        cr_expect_eq(hop_nodes_look(&loaded, i).silent_before, 2);
        cr_expect_eq(hop_nodes_look(&loaded, i).ttl, i == 1 ? 7 : i % 64);
        cr_expect_eq(hop_nodes_before(&loaded, i), i / 2);
    }
    cr_expect(hop_nodes_witness(&loaded, 1, &path));
    cr_expect_eq(path, 1000000);
    stream = fmemopen(bytes, size - 1, "r");
    hop_nodes_free(&loaded);
    loaded = make_nodes(ROOM);
    cr_expect_eq(hop_nodes_load(&loaded, stream), -EINVAL);
    fclose(stream);
    free(bytes);
    hop_nodes_free(&loaded);
    hop_nodes_free(&nodes);
}
