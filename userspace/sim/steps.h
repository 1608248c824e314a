// SPDX-License-Identifier: GPL-2.0-or-later
/* All steps that load balancers may choose on the path to a target, whether or not some flow would choose
 * them. */
#pragma once

#include "sim_topology.h"

/* A step from one hop to the next; `from` is NULL if `to` is the first hop. Only kind, address and answers of
 * both are set. `distance` is set if it is unknown which flows go this way, otherwise 0. Returns 0, or a
 * negative errno, which ends the visit. */
typedef int sim_step_visitor(void *context, const struct sim_hop *from, const struct sim_hop *to);

/* sim_steps_visit() visits the steps to `target` in a topology with alternatives, some possibly twice. It
 * visits none in a topology where all flows have the same route. Returns 0, -ENOMEM, or what the visitor
 * returned. */
int sim_steps_visit(const struct sim_topology *topology, uint32_t target, sim_step_visitor *visit,
                    void *context);
