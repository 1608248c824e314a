// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_matrix.h"

#include <criterion/criterion.h>

#include "addresses.h"

enum {
    ROOM = 40,
};

static struct block_pool make_pool(uint32_t room)
{
    struct block_pool pool;

    cr_assert_eq(block_pool_init(&pool, FLOW_BLOCK_SIZE, room), 0);
    return pool;
}

Test(block_pool, gives_each_block_once_and_zeroed)
{
    struct block_pool pool = make_pool(3);
    uint32_t first = block_pool_take(&pool), second = block_pool_take(&pool), third = block_pool_take(&pool);

    cr_expect(first && second && third && first != second && second != third && first != third);
    cr_expect_eq(block_pool_take(&pool), 0, "there is no fourth");
    cr_expect_eq(block_pool_left(&pool), 0);
    *(uint8_t *)block_pool_at(&pool, second) = 1;
    block_pool_give(&pool, first);
    block_pool_give(&pool, second);
    cr_expect_eq(block_pool_left(&pool), 2);
    cr_expect_eq(block_pool_take(&pool), second);
    for (size_t i = 0; i < FLOW_BLOCK_SIZE; i++)
        cr_assert_eq(((uint8_t *)block_pool_at(&pool, second))[i], 0);
    cr_expect_eq(block_pool_take(&pool), first);
    block_pool_free(&pool);
}

Test(flow_matrix, keeps_every_cell)
{
    struct block_pool pool = make_pool(ROOM);
    struct flow_matrix matrix = {0};

    cr_expect_eq(flow_matrix_at(&matrix, &pool, 255, 64), CELL_UNASKED, "without a block");
    for (unsigned flow = 0; flow < FLOW_MATRIX_FLOWS; flow++)
        for (unsigned ttl = 1; ttl <= PROBE_MAX_TTL; ttl++)
            cr_assert(flow_matrix_set(&matrix, &pool, flow, ttl, (uint8_t)(flow * 7 + ttl)));
    for (unsigned flow = 0; flow < FLOW_MATRIX_FLOWS; flow++)
        for (unsigned ttl = 1; ttl <= PROBE_MAX_TTL; ttl++)
            cr_assert_eq(flow_matrix_at(&matrix, &pool, flow, ttl), (uint8_t)(flow * 7 + ttl));
    flow_matrix_clear(&matrix, &pool);
    cr_expect_eq(block_pool_left(&pool), ROOM);
    block_pool_free(&pool);
}

Test(flow_matrix, numbers_vertices_by_address)
{
    struct block_pool pool = make_pool(ROOM);
    struct flow_matrix matrix = {0};

    for (uint32_t i = 0; i < FLOW_MATRIX_VERTICES; i++)
        cr_assert_eq(flow_matrix_vertex(&matrix, &pool, IPV4(i)), CELL_VERTEX + i);
    for (uint32_t i = 0; i < FLOW_MATRIX_VERTICES; i++) {
        cr_assert_eq(flow_matrix_vertex(&matrix, &pool, IPV4(i)), CELL_VERTEX + i, "known");
        cr_assert(address_equal(flow_matrix_address(&matrix, &pool, (uint8_t)(CELL_VERTEX + i)), IPV4(i)));
    }
    cr_expect_eq(flow_matrix_vertex(&matrix, &pool, IPV4(1000)), CELL_SILENT, "no room");
    flow_matrix_clear(&matrix, &pool);
    cr_expect_eq(flow_matrix_vertex(&matrix, &pool, IPV4(1000)), CELL_VERTEX);
    flow_matrix_clear(&matrix, &pool);
    block_pool_free(&pool);
}

Test(flow_matrix, says_where_there_is_no_room)
{
    struct block_pool pool = make_pool(1);
    struct flow_matrix matrix = {0};

    cr_expect(flow_matrix_set(&matrix, &pool, 0, 1, CELL_WAITING));
    cr_expect_not(flow_matrix_set(&matrix, &pool, FLOW_BLOCK_ROWS, 1, CELL_WAITING));
    cr_expect_eq(flow_matrix_vertex(&matrix, &pool, IPV4(1)), CELL_SILENT);
    cr_expect_eq(matrix.vertices, 0);
    flow_matrix_clear(&matrix, &pool);
    block_pool_free(&pool);
}
