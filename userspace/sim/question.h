// SPDX-License-Identifier: GPL-2.0-or-later
/* What probes of one flow look like to routers and to their target, whichever family they are of. */
#pragma once

#include "packet/layout.h"
#include "sim_topology.h"

struct sim_question {
    struct address target;
    uint32_t number; /* of the target */
    uint64_t flow;   /* as load balancers see it */
    uint16_t port;
    uint8_t protocol, flags; /* of TCP */
};

/* sim_question_of() asks about probes of `layout` from `source`, which is of the target's family. */
struct sim_question sim_question_of(const struct sim_topology *topology, const struct layout_choice *layout,
                                    struct address source, struct address target, uint16_t flow);

/*
 * sim_question_judge() makes a hop what the probes find it to be. A firewall may keep them from a target. One
 * that answers by anything but an error does so from the address that was asked, and returns what it was sent.
 */
struct sim_hop sim_question_judge(const struct sim_question *question, const struct sim_hop *hop);
