// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which vertex each flow of one target met at each TTL.
 *
 *           TTL 1   2   3   4   5          a byte each: not asked, waiting, silent, behind the target, or the
 *   flow 0      A   B   D   E   target     number of a vertex, which stands for an address
 *        1      A   C   D   E   target
 *        2      A   B   D   .   …
 *
 * Rows and addresses are in blocks of a pool. A block is taken at the first write to it: most targets need one of
 * each kind, few need many.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "address.h"
#include "probe.h"
#include "strategy/block_pool.h"

enum flow_cell {
    CELL_UNASKED,
    CELL_WAITING,
    CELL_SILENT_ONCE, /* may be probed again, once */
    CELL_WAITING_AGAIN,
    CELL_SILENT,
    CELL_BEYOND, /* the flow ends before this TTL */
    CELL_VERTEX, /* the first vertex */
    CELL_LIMIT = 256,
};

enum {
    FLOW_MATRIX_FLOWS = 256,
    FLOW_MATRIX_VERTICES = CELL_LIMIT - CELL_VERTEX,
    FLOW_BLOCK_SIZE = 512,
    FLOW_BLOCK_ROWS = FLOW_BLOCK_SIZE / PROBE_MAX_TTL,
    FLOW_BLOCK_NAMES = FLOW_BLOCK_SIZE / sizeof(struct address),
};

struct flow_matrix {
    uint32_t rows[FLOW_MATRIX_FLOWS / FLOW_BLOCK_ROWS];
    uint32_t names[CELL_LIMIT / FLOW_BLOCK_NAMES];
    uint16_t vertices; /* so far */
};

/* flow_matrix_clear() gives all blocks back to the pool. */
void flow_matrix_clear(struct flow_matrix *matrix, struct block_pool *pool);

/* flow_matrix_at() returns the cell of a flow at a TTL, from 1 on. */
static inline uint8_t flow_matrix_at(const struct flow_matrix *matrix, const struct block_pool *pool,
                                     unsigned flow, unsigned ttl)
{
    uint32_t block = matrix->rows[flow / FLOW_BLOCK_ROWS];
    const uint8_t *cells = block_pool_at(pool, block);

    return block ? cells[flow % FLOW_BLOCK_ROWS * PROBE_MAX_TTL + ttl - 1] : CELL_UNASKED;
}

/* flow_matrix_set() writes a cell. Returns false where no block is left. A block once taken stays. */
bool flow_matrix_set(struct flow_matrix *matrix, struct block_pool *pool, unsigned flow, unsigned ttl,
                     uint8_t cell);

/* flow_matrix_vertex() returns the cell value for an address: a new vertex where it was not met before, or
 * CELL_SILENT where there is no room for it. */
uint8_t flow_matrix_vertex(struct flow_matrix *matrix, struct block_pool *pool, struct address address);

/* flow_matrix_address() returns the address of a vertex. */
struct address flow_matrix_address(const struct flow_matrix *matrix, const struct block_pool *pool,
                                   uint8_t cell);

static inline bool cell_is_waiting(uint8_t cell)
{
    return cell == CELL_WAITING || cell == CELL_WAITING_AGAIN;
}

static inline bool cell_is_vertex(uint8_t cell)
{
    return cell >= CELL_VERTEX;
}
