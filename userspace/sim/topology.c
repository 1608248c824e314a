// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/topology.h"

#include <stdlib.h>

bool sim_topology_is_closed(const struct sim_topology *topology)
{
    return topology->kind != SIM_SYNTHETIC;
}

static int add_target(const struct sim_topology *topology, uint32_t number, struct prefix_list *list)
{
    struct address address = sim_number_address(topology, number, FAMILY_IPV4);

    return prefix_list_add(list, (struct prefix){address, (uint8_t)address_bits(address)});
}

int sim_topology_add_targets(const struct sim_topology *topology, struct prefix_list *list)
{
    const struct sim_cells *cells = &topology->cells;
    int error = 0;

    if (!cells->cells)
        return 0;
    for (uint32_t i = 0; i <= cells->slot_mask && !error; i++) {
        const union sim_cell *cell = sim_cell(cells, cells->slots + i);

        if (cell->slot.entry)
            error = add_target(topology, cell->slot.target, list);
    }
    return error;
}

void sim_topology_free(struct sim_topology *topology)
{
    free((void *)(uintptr_t)topology->cells.cells);
    topology->cells = (struct sim_cells){.cells = NULL};
}
