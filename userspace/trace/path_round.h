// SPDX-License-Identifier: GPL-2.0-or-later
/* One round of a path, reduced to what those compare who watch it: who answered at
 * each TTL, and the target. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "probe.h"
#include "strategy/path.h"

struct round_hop {
    unsigned count;                              /* 0: nobody answered */
    struct address responders[PATH_MAX_QUERIES]; /* each once, in the order of their queries */
};

struct path_round {
    unsigned first_ttl, length;               /* TTLs first_ttl … length belong to the path */
    struct round_hop hops[PROBE_MAX_TTL + 1]; /* by TTL; beyond the path: none */
    unsigned target_ttl;     /* at which the target was reached, the last of the path; 0: it was not */
    unsigned queries;        /* that were sent to the target: those of one hop */
    unsigned target_answers; /* of these, the ones answered; an error is no answer */
    uint32_t rtt_us;         /* the least of its answers; 0: not known */
};

/* path_round_read() reads a round that has ended: for path_observer.round_ended. */
void path_round_read(const struct path *path, struct path_round *round);
