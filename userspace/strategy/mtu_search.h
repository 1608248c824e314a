// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How large packets may be on a path (RFC 1191, RFC 8201): probes that must not be fragmented begin at a
 * size, and shrink where a router refuses them. Pure.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "output/record.h"
#include "probe.h"

struct mtu {
    uint16_t size; /* bytes from the IP header on */
    bool guessed;  /* the router that refused more did not say how much it takes */
};

struct mtu_search {
    struct mtu next; /* of the next probe */
    struct mtu
        before[PROBE_MAX_TTL + 1]; /* by TTL: what a link just before that hop takes; 0: all that came */
};

void mtu_search_start(struct mtu_search *search, uint16_t size);

/* mtu_search_learn() makes probes smaller if `record` says that the one with this TTL was too large; false if
 * it says something else, or that none could be small enough. */
bool mtu_search_learn(struct mtu_search *search, unsigned ttl, const struct record *record);
