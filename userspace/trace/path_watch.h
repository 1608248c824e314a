// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path that is watched round after round: whether it changed, by the rule of trace/watched_hop.h for each
 * hop and for the distance of the target, and what the rounds add up to.
 *
 *   path --round_ended--> path_round_read() --> path_watch_round() --> a change: path_change_json()
 *                                                               `--> counters: trace/prometheus.h
 *
 * When a path changed, those of its hops that were silent in that round, beyond the first that differs, are
 * new again, and so is a target that was silent: the same move of the path is told of once.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "trace/path_round.h"
#include "trace/watched_hop.h"

/* Sums since the beginning. */
struct path_counters {
    uint64_t rounds, rounds_reached; /* reached: the target answered, if only with an error */
    uint64_t changes;
    uint64_t probes,
        lost; /* to the target; those answered with an error are lost, and all where it was silent */
    uint64_t timed, rtt_sum_us; /* rounds whose RTT to the target is known, and their RTTs */
    uint32_t rtt_us;            /* of the last round; 0: not known */
    unsigned distance;          /* TTL at which it was reached in the last round; 0: it was not */
};

struct path_watch {
    unsigned length;                            /* as it was seen last */
    struct watched_hop hops[PROBE_MAX_TTL + 1]; /* by TTL */
    struct watched_hop distance;
    struct path_counters counters;
};

enum path_verdict {
    PATH_FIRST, /* the first round: there was nothing to compare with */
    PATH_SAME,
    PATH_CHANGED,
};

/* Who stands for a hop in what is told. */
struct told_hop {
    bool answered; /* else nobody did, or ever had */
    struct address responder;
};

/* What a path was before and is now, by TTL. */
struct path_change {
    unsigned ttl; /* the first that differs; 0 in the first round */
    unsigned first_ttl;
    unsigned previous_length, length;
    struct told_hop previous[PROBE_MAX_TTL + 1]; /* told of last */
    struct told_hop path[PROBE_MAX_TTL + 1];     /* in this round */
};

/* path_watch_round() takes the next round of a path into a watch that began as {0}. `change` is written in
 * every case. */
enum path_verdict path_watch_round(struct path_watch *watch, const struct path_round *round,
                                   struct path_change *change);

/* Whose path it is. */
struct watched_target {
    const char *name; /* as the user gave it */
    struct address address;
    uint16_t flow;
};

/*
 * path_change_json() is the record of a first or changed path; NULL when memory is short:
 *
 *     {"time_ms": …, "target": "203.0.113.9", "name": "www.example", "flow": 0, "round": 17,
 *      "changed_ttl": 4, "first_ttl": 1, "previous": ["192.0.2.1", null, …], "path": […],
 *      "reached": true, "rtt_ms": 12.1}
 *
 * `time_ms` is the end of the round (Unix epoch). The paths begin at first_ttl; null stands where nobody
 * answered: in `previous` ever, in `path` in this round. In the record of the first round changed_ttl and
 * previous are null. rtt_ms is null where it is not known.
 */
json_t *path_change_json(const struct path_watch *watch, const struct path_change *change,
                         const struct watched_target *target, uint64_t time_ms);
