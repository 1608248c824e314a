// SPDX-License-Identifier: GPL-2.0-or-later
/* What routers and the target see of the probes of one flow, in either family. */
#pragma once

#include "packet/layout.h"
#include "sim_topology.h"

struct sim_question {
    struct address target;
    uint32_t number; /* of the target */
    uint64_t flow;   /* as load balancers see it */
    uint16_t port;
    uint8_t protocol, flags; /* flags are those of TCP */
};

/* sim_question_of() describes probes of `layout` from `source`, which has the target's family. */
struct sim_question sim_question_of(const struct sim_topology *topology, const struct layout_choice *layout,
                                    struct address source, struct address target, uint16_t flow);

/*
 * sim_question_judge() returns `hop` as these probes find it. A firewall may keep them from a target. A
 * target that answers with anything but an error does so from the probed address, and returns what it was
 * sent.
 */
struct sim_hop sim_question_judge(const struct sim_question *question, const struct sim_hop *hop);
