// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is true in a simulated Internet about the targets of a survey, as JSON lines: the routes to them, or the targets
 * that answer alone, then each interface and each link on these once. docs/simulator.md has the format.
 */
#pragma once

#include <stdint.h>
#include <stdio.h>

#include "base/address_pair.h"
#include "packet/layout.h"
#include "sim_topology.h"
#include "target/address_set.h"
#include "target/targets.h"

/* sim_truth_host() is the host's own addresses, of which a survey has chosen others perhaps. */
static inline struct address_pair sim_truth_host(void)
{
    return (struct address_pair){sim_address(SIM_HOST_ADDRESS, FAMILY_IPV4),
                                 sim_address(SIM_HOST_ADDRESS, FAMILY_IPV6)};
}

/* The survey whose probes decide what is visible. */
struct sim_truth {
    const struct sim_topology *topology;
    const struct targets *targets;
    const struct address_set *blocklist; /* its targets are not probed; NULL: none */
    struct layout_pair layouts;          /* of its probes, which decide their flow */
    /* Where the survey was divided, and its shards had keys of their own: that of target i is i mod `shards`. */
    const struct siphash_key *shard_keys;
    uint32_t shards;            /* 0: all have the key of the layouts */
    struct address_pair source; /* addresses of the prober */
    unsigned min_ttl, max_ttl, flows;
    bool brief; /* no routes: of millions of targets they are gigabytes */
};

/* sim_truth_write() writes all of it to `out`. 0, -ENOMEM, or the negative errno of a write that failed. */
int sim_truth_write(const struct sim_truth *truth, FILE *out);
