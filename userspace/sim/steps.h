// SPDX-License-Identifier: GPL-2.0-or-later
/* All that load balancers may choose on the way to a target, whether or not some
 * flow is there to choose it. */
#pragma once

#include "sim_topology.h"

/* A step from one hop to the next; `from` is NULL where `to` is the first. Of both only kind, address and
 * answers are set; distance, too, where it cannot be known which flows go this way, and otherwise 0. Returns
 * 0 or a negative errno, which ends the visit. */
typedef int sim_step_visitor(void *context, const struct sim_hop *from, const struct sim_hop *to);

/* sim_steps_visit() visits the steps to `target` in a topology with alternatives, some perhaps twice; none in
 * one where the route is the same for all flows. 0, -ENOMEM, or what the visitor returned. */
int sim_steps_visit(const struct sim_topology *topology, uint32_t target, sim_step_visitor *visit,
                    void *context);
