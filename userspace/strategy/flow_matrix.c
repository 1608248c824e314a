// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_matrix.h"

static void give_all(struct block_pool *pool, uint32_t *blocks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (blocks[i])
            block_pool_give(pool, blocks[i]);
        blocks[i] = 0;
    }
}

void flow_matrix_clear(struct flow_matrix *matrix, struct block_pool *pool)
{
    give_all(pool, matrix->rows, sizeof(matrix->rows) / sizeof(matrix->rows[0]));
    give_all(pool, matrix->names, sizeof(matrix->names) / sizeof(matrix->names[0]));
    matrix->vertices = 0;
}

/* Returns the block in an entry of a list, and takes one where there is none yet; NULL: no room. */
static void *block_in(uint32_t *place, struct block_pool *pool)
{
    if (!*place)
        *place = block_pool_take(pool);
    return *place ? block_pool_at(pool, *place) : NULL;
}

bool flow_matrix_set(struct flow_matrix *matrix, struct block_pool *pool, unsigned flow, unsigned ttl,
                     uint8_t cell)
{
    uint8_t *cells = block_in(&matrix->rows[flow / FLOW_BLOCK_ROWS], pool);

    if (cells)
        cells[flow % FLOW_BLOCK_ROWS * PROBE_MAX_TTL + ttl - 1] = cell;
    return cells != NULL;
}

static struct address *name_at(const struct flow_matrix *matrix, const struct block_pool *pool,
                               unsigned vertex)
{
    struct address *names = block_pool_at(pool, matrix->names[vertex / FLOW_BLOCK_NAMES]);

    return &names[vertex % FLOW_BLOCK_NAMES];
}

uint8_t flow_matrix_vertex(struct flow_matrix *matrix, struct block_pool *pool, struct address address)
{
    unsigned vertex = 0;

    while (vertex < matrix->vertices && !address_equal(*name_at(matrix, pool, vertex), address))
        vertex++;
    if (vertex == FLOW_MATRIX_VERTICES || !block_in(&matrix->names[vertex / FLOW_BLOCK_NAMES], pool))
        return CELL_SILENT;
    if (vertex == matrix->vertices) {
        *name_at(matrix, pool, vertex) = address;
        matrix->vertices++;
    }
    return (uint8_t)(CELL_VERTEX + vertex);
}

struct address flow_matrix_address(const struct flow_matrix *matrix, const struct block_pool *pool,
                                   uint8_t cell)
{
    return *name_at(matrix, pool, cell - CELL_VERTEX);
}
