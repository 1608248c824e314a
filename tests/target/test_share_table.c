// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/share_table.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "reference.h"
#include "target/uint128.h"

static struct share_run shares(struct address base, uint128 blocks, unsigned block_length)
{
    return (struct share_run){
        .base = base, .more = uint128_address(blocks - 1), .block_length = (uint8_t)block_length};
}

Test(share_table, joins_adjacent_shares_of_one_kind)
{
    struct share_table table = {0};

    cr_assert_eq(share_table_add(&table, shares(IPV6(0x2000000000000000, 0), 3, 48), 4), 0);
    cr_assert_eq(share_table_add(&table, shares(IPV6(0x20000000000c0000, 0), 3, 48), 1), 0); /* continues */
    cr_assert_eq(share_table_add(&table, shares(IPV6(0x20000000000f0000, 0), 2, 48), 1), 0);
    cr_assert_eq(share_table_add(&table, shares(IPV6(0x2000000000120000, 0), 2, 48), 1), 0); /* a gap */
    cr_assert_eq(share_table_add_listed(&table, IPV6(0x2000000001000000, 1), 7), 0);
    cr_assert_eq(share_table_add_listed(&table, IPV6(0x2000000001000000, 5), 8), 0); /* continues */
    cr_assert_eq(share_table_add_listed(&table, IPV6(0x2000000001000000, 9), 10), 0);
    cr_expect_eq(table.count, 5);
    cr_expect_eq(table.shares, 10);
    share_table_free(&table);
}

/* Every share holds its first and its last address, and what is beside it does not lead to it. */
static void check_both_ways(const struct share_table *table, uint64_t index)
{
    const struct share_run *run = share_table_at(table, index);
    struct address base = share_base(run, index - run->first_index), last = share_last(run, base);

    cr_assert_leq(run->first_index, index);
    cr_assert_eq(share_table_up_to(table, base), run);
    cr_assert_eq(share_offset(run, base), index - run->first_index);
    cr_assert_eq(share_table_up_to(table, last), run);
    cr_assert_eq(share_offset(run, last), index - run->first_index);
    if (!address_is_none(address_next(last)))
        cr_assert_neq(share_offset(run, address_next(last)), index - run->first_index);
}

/* Blocks of all lengths, shares of one block to 2^40 of them and more. */
Test(share_table, looks_up_both_ways)
{
    struct share_table table = {0};
    uint128 base = (uint128)1 << 120;
    uint64_t random = 3;

    for (unsigned i = 0; i < 3000; i++) {
        unsigned length = 20 + i * 7 % 109, bits = i * 11 % (length - 15);
        uint128 blocks = ((uint128)1 << (bits < 70 ? bits : 70)) + (bits ? reference_random(&random) % 2 : 0);
        uint64_t count = 1 + i % 5;

        base = ((base >> (128 - length)) + 1 + i % 3) << (128 - length);
        if ((~base >> (128 - length)) < 2 * blocks * count)
            break;
        cr_assert_eq(share_table_add(&table, shares(uint128_address(base), blocks, length), count), 0);
        base += (blocks * count) << (128 - length);
    }
    cr_assert_gt(table.count, 40);
    cr_assert_eq(share_table_finish(&table), 0);
    for (uint64_t index = 0; index < table.shares; index++)
        check_both_ways(&table, index);
    share_table_free(&table);
}

Test(share_table, holds_every_address)
{
    struct share_table table = {0};

    cr_assert_eq(share_table_add(&table, shares(IPV6(0, 0), 0, 128), 1), 0);
    cr_assert_eq(share_table_finish(&table), 0);
    check_both_ways(&table, 0);
    cr_expect(address_equal(share_last(table.runs, IPV6(0, 0)), IPV6(UINT64_MAX, UINT64_MAX)));
    share_table_free(&table);
}

Test(share_table, may_be_empty)
{
    struct share_table table = {0};

    cr_assert_eq(share_table_finish(&table), 0);
    cr_assert_null(share_table_up_to(&table, IPV6(UINT64_MAX, 0)));
    share_table_free(&table);
}
