// SPDX-License-Identifier: GPL-2.0-or-later
/* One round of a path, reduced to what is compared between rounds: the responders at each TTL, and the
 * target. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "probe.h"
#include "strategy/path.h"

struct round_hop {
    unsigned count;                              /* 0: no answer */
    struct address responders[PATH_MAX_QUERIES]; /* each once, in the order of the queries */
};

struct path_round {
    unsigned first_ttl, length;               /* TTLs first_ttl … length belong to the path */
    struct round_hop hops[PROBE_MAX_TTL + 1]; /* by TTL; empty beyond the path */
    unsigned target_ttl;     /* TTL that reached the target, the last of the path; 0: not reached */
    unsigned queries;        /* sent to the target, all those of one hop */
    unsigned target_answers; /* queries that the target answered; an error is no answer */
    uint32_t rtt_us;         /* the lowest RTT of these answers; 0: not known */
};

/* path_round_read() reads a round that has ended. It is meant for path_observer.round_ended. */
void path_round_read(const struct path *path, struct path_round *round);
