// SPDX-License-Identifier: GPL-2.0-or-later
/* What userspace does with a topology beyond asking it for hops. */
#pragma once

#include "sim_topology.h"
#include "target/prefix_list.h"

/* sim_topology_is_closed(): only what its file or argument names is there, and all of that is meant to be
 * probed: no range is special. */
bool sim_topology_is_closed(const struct sim_topology *topology);

/* sim_topology_add_targets() appends all targets of a closed topology; none, of an open one. 0 or -ENOMEM. */
int sim_topology_add_targets(const struct sim_topology *topology, struct prefix_list *list);

/* sim_topology_free() lets go of what the kind holds; all zeros are allowed. */
void sim_topology_free(struct sim_topology *topology);
