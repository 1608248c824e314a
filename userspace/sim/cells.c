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

/* Returns the home of a slot: for targets by their number, for names by the hash that they hold. */
typedef uint32_t slot_home(uint32_t target);

static uint32_t home_of_target(uint32_t target)
{
    return sim_slot_home(target);
}

static uint32_t home_of_name(uint32_t target)
{
    return target;
}

/* Returns false if all slots within reach of its home are taken. */
static bool place(union sim_cell *table, uint32_t mask, uint32_t home, union sim_cell slot)
{
    for (uint32_t i = 0; i < SIM_SLOT_REACH; i++) {
        union sim_cell *cell = &table[(home + i) & mask];

        if (cell->slot.entry == 0) {
            *cell = slot;
            return true;
        }
    }
    return false;
}

static bool place_all(union sim_cell *table, uint32_t mask, slot_home *home, const union sim_cell *slots,
                      uint32_t count)
{
    memset(table, 0, (mask + (size_t)1) * sizeof(*table));
    for (uint32_t i = 0; i < count; i++)
        if (!place(table, mask, home(slots[i].slot.target), slots[i]))
            return false;
    return true;
}

/* Appends a hash table of the slots: `mask` + 1 cells from `first` on. */
static int add_table(struct cell_list *list, slot_home *home, const union sim_cell *slots, uint32_t count,
                     uint32_t *first, uint32_t *mask)
{
    uint64_t size = SIM_SLOT_REACH;

    while (size < 2 * (uint64_t)count)
        size *= 2;
    for (;; size *= 2) {
        int error = reserve(list, list->count + size);

        if (error)
            return error;
        if (place_all(list->cells + list->count, (uint32_t)size - 1, home, slots, count))
            break;
    }
    *first = list->count;
    *mask = (uint32_t)size - 1;
    list->count += (uint32_t)size;
    return 0;
}

static int add_halves(struct cell_list *list, const struct address_numbers *names, struct sim_cells *out)
{
    for (size_t i = 0; i < names->count; i++) {
        const struct address address = names->addresses[i];
        int error = cell_list_add(list, (union sim_cell){.half = address.high}, i ? NULL : &out->names);

        if (!error)
            error = cell_list_add(list, (union sim_cell){.half = address.low}, NULL);
        if (error)
            return error;
    }
    return 0;
}

int cell_list_name(struct cell_list *list, const struct address_numbers *names, struct sim_cells *out)
{
    union sim_cell *slots;
    int error;

    *out = (struct sim_cells){.names = 0};
    if (!names->count)
        return 0;
    slots = calloc(names->count, sizeof(*slots));
    if (!slots)
        return -ENOMEM;
    for (size_t i = 0; i < names->count; i++)
        slots[i] = (union sim_cell){.slot = {sim_name_home(names->addresses[i]), SIM_NAMED + (uint32_t)i}};
    error = add_halves(list, names, out);
    if (!error)
        error =
            add_table(list, home_of_name, slots, (uint32_t)names->count, &out->name_slots, &out->name_mask);
    free(slots);
    return error;
}

int cell_list_index(struct cell_list *list, const union sim_cell *slots, uint32_t count,
                    struct sim_cells *out)
{
    int error = add_table(list, home_of_target, slots, count, &out->slots, &out->slot_mask);

    if (error)
        return error;
    out->cells = list->cells;
    out->count = list->count;
    *list = (struct cell_list){0};
    return 0;
}

void cell_list_free(struct cell_list *list)
{
    free(list->cells);
    *list = (struct cell_list){0};
}
