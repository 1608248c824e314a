// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/topology.h"

#include <stdlib.h>

bool sim_topology_is_closed(const struct sim_topology *topology)
{
    return topology->kind != SIM_SYNTHETIC;
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
            error = prefix_list_add(list, (struct prefix){address_of_ipv4(cell->slot.target), 32});
    }
    return error;
}

void sim_topology_free(struct sim_topology *topology)
{
    free((void *)(uintptr_t)topology->cells.cells);
    topology->cells = (struct sim_cells){.cells = NULL};
}
