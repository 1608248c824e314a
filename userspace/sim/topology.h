// SPDX-License-Identifier: GPL-2.0-or-later
/* What userspace does with a topology, besides asking it for hops. */
#pragma once

#include "sim_topology.h"
#include "target/prefix_list.h"

/* sim_topology_is_closed() returns whether only the addresses named by its file or argument exist. All of
 * them may be probed: no range is special. */
bool sim_topology_is_closed(const struct sim_topology *topology);

/* sim_topology_add_targets() appends all targets of a closed topology; it appends none for an open one.
 * Returns 0 or -ENOMEM. */
int sim_topology_add_targets(const struct sim_topology *topology, struct prefix_list *list);

/* sim_topology_free() frees what the kind allocated; all zeros are allowed. */
void sim_topology_free(struct sim_topology *topology);
