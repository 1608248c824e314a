// SPDX-License-Identifier: GPL-2.0-or-later
/* Builds the cells of a world that is data (include/sim_cells.h): entries are appended first, then
 * indexed. */
#pragma once

#include "base/address_numbers.h"
#include "sim_cells.h"

/* Start with `struct cell_list list = {0}`. */
struct cell_list {
    union sim_cell *cells;
    uint32_t count, capacity;
};

/* cell_list_add() appends a cell and writes its index, which is never 0, to `index` unless that is NULL.
 * Returns 0, -ENOMEM, or -E2BIG above 2^27 cells (a gigabyte). */
int cell_list_add(struct cell_list *list, union sim_cell cell, uint32_t *index);

/* cell_list_at() returns the cell with this index, for writing. The pointer is valid until the next cell is
 * added. */
union sim_cell *cell_list_at(struct cell_list *list, uint32_t index);

/* cell_list_name() begins `out` with the addresses that have numbers from SIM_NAMED on, in order. Returns
 * errors as above. */
int cell_list_name(struct cell_list *list, const struct address_numbers *names, struct sim_cells *out);

/*
 * cell_list_index() appends the table of `count` slots, each target once, and moves the cells to `out`, on
 * which cell_list_name() was called before; then the list is empty. Returns errors as above, and then leaves
 * the list as it was.
 */
int cell_list_index(struct cell_list *list, const union sim_cell *slots, uint32_t count,
                    struct sim_cells *out);

void cell_list_free(struct cell_list *list);
