// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/cells.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
    FIRST_CELLS = 4096,
    MAX_CELLS = 1 << 27,
};

_Static_assert(sizeof(union sim_cell) == 8, "the kernel rounds values of arrays up to 8 bytes");

static int reserve(struct cell_list *list, uint64_t wanted)
{
    uint64_t capacity = list->capacity ? list->capacity : FIRST_CELLS;
    union sim_cell *cells;

    if (wanted <= list->capacity)
        return 0;
    if (wanted > MAX_CELLS)
        return -E2BIG;
    while (capacity < wanted)
        capacity *= 2;
    cells = reallocarray(list->cells, capacity, sizeof(*cells));
    if (!cells)
        return -ENOMEM;
    list->cells = cells;
    list->capacity = (uint32_t)capacity;
    return 0;
}

int cell_list_add(struct cell_list *list, union sim_cell cell, uint32_t *index)
{
    int error = reserve(list, list->count + UINT64_C(2));

    if (error)
        return error;
    if (list->count == 0)
        list->cells[list->count++] = (union sim_cell){0};
    if (index)
        *index = list->count;
    list->cells[list->count++] = cell;
    return 0;
}

union sim_cell *cell_list_at(struct cell_list *list, uint32_t index)
{
    return &list->cells[index];
}

/* False where the slots within reach of its home are taken. */
static bool place(union sim_cell *table, uint32_t mask, union sim_cell slot)
{
    uint32_t home = sim_slot_home(slot.slot.target);

    for (uint32_t i = 0; i < SIM_SLOT_REACH; i++) {
        union sim_cell *cell = &table[(home + i) & mask];

        if (cell->slot.entry == 0) {
            *cell = slot;
            return true;
        }
    }
    return false;
}

static bool place_all(union sim_cell *table, uint32_t mask, const union sim_cell *slots, uint32_t count)
{
    memset(table, 0, (mask + (size_t)1) * sizeof(*table));
    for (uint32_t i = 0; i < count; i++)
        if (!place(table, mask, slots[i]))
            return false;
    return true;
}

int cell_list_index(struct cell_list *list, const union sim_cell *slots, uint32_t count,
                    struct sim_cells *out)
{
    uint64_t size = SIM_SLOT_REACH;

    while (size < 2 * (uint64_t)count)
        size *= 2;
    for (;; size *= 2) {
        int error = reserve(list, list->count + size);

        if (error)
            return error;
        if (place_all(list->cells + list->count, (uint32_t)size - 1, slots, count))
            break;
    }
    *out = (struct sim_cells){
        .cells = list->cells,
        .count = list->count + (uint32_t)size,
        .slots = list->count,
        .slot_mask = (uint32_t)size - 1,
    };
    *list = (struct cell_list){0};
    return 0;
}

void cell_list_free(struct cell_list *list)
{
    free(list->cells);
    *list = (struct cell_list){0};
}
