// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Finds how large packets may be on a path (RFC 1191, RFC 8201): probes that must not be fragmented begin
 * with a size, and shrink where a router refuses them. Pure functions.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"
#include "probe.h"

struct mtu {
    uint16_t size; /* bytes from the IP header on */
    bool guessed;  /* the router that refused a larger probe did not state its MTU */
};

struct mtu_search {
    struct mtu next; /* of the next probe */
    struct mtu
        before[PROBE_MAX_TTL + 1]; /* by TTL: MTU of a link just before that hop; 0: no limit was found */
};

void mtu_search_start(struct mtu_search *search, uint16_t size);

/* mtu_search_learn() makes probes smaller if `record` reports that the probe with this TTL was too large.
 * Returns false if it reports something else, or if no size could be small enough. */
bool mtu_search_learn(struct mtu_search *search, unsigned ttl, const struct record *record);
