// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "target/run_table.h"

static void add(struct run_table *table, uint32_t base, uint8_t length, uint64_t blocks, bool mixed)
{
    cr_assert_eq(run_table_add(table, (struct ipv4_block){base, length}, blocks, mixed), 0);
}

Test(run_table, joins_adjacent_blocks_of_one_kind)
{
    struct run_table table = {0};

    add(&table, 0x0a000000, 24, 4, false);
    add(&table, 0x0a000400, 24, 1, false); /* continues */
    add(&table, 0x0a000500, 24, 1, true);
    add(&table, 0x0a000600, 24, 1, true); /* continues */
    add(&table, 0x0a000700, 25, 1, true);
    add(&table, 0x0a000900, 25, 1, true); /* a gap before it */
    cr_assert_eq(table.count, 4);
    cr_assert_eq(table.blocks, 9);
    run_table_free(&table);
}

Test(run_table, lists_hosts_in_a_row)
{
    struct run_table table = {0};

    add(&table, 0x0a000000, 24, 4, false);
    cr_assert_eq(run_table_add_listed(&table, 0x0b000001, 5), 0);
    cr_assert_eq(run_table_add_listed(&table, 0x0b000007, 6), 0); /* continues */
    cr_assert_eq(run_table_add_listed(&table, 0x0b000009, 8), 0);
    add(&table, 0x0b00000a, 32, 1, false); /* a block, however short */
    cr_assert_eq(table.count, 4);
    cr_assert_eq(table.blocks, 8);
    cr_assert_eq(run_table_index(&table), 0);
    cr_expect_eq(run_table_at(&table, 5)->entry, 5);
    cr_expect_eq(run_table_at(&table, 6)->entry, 8);
    cr_expect_eq(run_table_up_to(&table, 0x0b000008), &table.runs[1]);
    run_table_free(&table);
}

/* Every index leads to a run and a block whose first and last address lead back. */
static void check_both_ways(const struct run_table *table, uint64_t index)
{
    const struct run *run = run_table_at(table, index);
    struct ipv4_block block = run_block(run, (uint32_t)(index - run->first_index));

    cr_assert_leq(run->first_index, index);
    cr_assert_eq(run_table_up_to(table, block.base), run, "index %lu", index);
    cr_assert_eq(run->first_index + run_offset(run, block.base), index);
    cr_assert_eq(run_table_up_to(table, ipv4_block_last(block)), run, "index %lu", index);
    cr_assert_eq(run->first_index + run_offset(run, ipv4_block_last(block)), index);
    cr_assert_lt(run_offset(run, block.base), run_count(table, run));
}

Test(run_table, looks_up_both_ways)
{
    struct run_table table = {0};
    uint32_t base = 0x01000000;

    for (uint32_t i = 0; i < 3000; i++) {
        uint8_t length = (uint8_t)(20 + i * 7 % 13);
        uint64_t size = 1ULL << (32 - length);

        base = (uint32_t)((base + size - 1) & ~(size - 1));
        add(&table, base, length, 1 + i % 5, i % 3 == 0);
        base += (uint32_t)((1 + i % 5) * size + i % 11);
    }
    cr_assert_eq(run_table_index(&table), 0);
    for (uint64_t index = 0; index < table.blocks; index++)
        check_both_ways(&table, index);
    run_table_free(&table);
}

/* A long run after many short ones puts all of these into one slot of the index. */
Test(run_table, searches_where_the_index_is_coarse)
{
    struct run_table table = {0};

    for (uint32_t i = 0; i < 20000; i++)
        add(&table, 2 * i, 32, 1, false);
    add(&table, 0x80000000, 32, 1ULL << 31, false);
    cr_assert_eq(run_table_index(&table), 0);
    for (uint64_t index = 0; index < 20100; index++)
        check_both_ways(&table, index);
    check_both_ways(&table, table.blocks - 1);
    run_table_free(&table);
}

Test(run_table, holds_every_address)
{
    struct run_table table = {0};

    add(&table, 0, 32, 1ULL << 32, false);
    cr_assert_eq(run_table_index(&table), 0);
    cr_assert_eq(table.blocks, 1ULL << 32);
    check_both_ways(&table, 0);
    check_both_ways(&table, 0x12345678);
    check_both_ways(&table, 0xffffffff);
    run_table_free(&table);
}

Test(run_table, finds_nothing_beside_its_blocks)
{
    static const uint32_t outside[] = {0,          0x0a0000ff, 0x0a000300, 0x0b000000,
                                       0xc0000207, 0xc0000210, 0xffffffff};
    struct run_table table = {0};

    add(&table, 0x0a000100, 24, 2, false);
    add(&table, 0xc0000208, 29, 1, false);
    cr_assert_eq(run_table_index(&table), 0);
    for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
        const struct run *run = run_table_up_to(&table, outside[i]);

        cr_expect(!run || run_offset(run, outside[i]) >= run_count(&table, run), "%08x", outside[i]);
    }
    run_table_free(&table);
}

Test(run_table, may_be_empty)
{
    struct run_table table = {0};

    cr_assert_eq(run_table_index(&table), 0);
    cr_assert_eq(table.blocks, 0);
    cr_assert_null(run_table_up_to(&table, 0));
    cr_assert_null(run_table_up_to(&table, 0xffffffff));
    run_table_free(&table);
    run_table_free(&table);
}
