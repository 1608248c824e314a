// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path that is watched round after round: whether it changed, and the sums over its rounds. Each hop, and
 * the distance of the target, follows the rule of trace/watched_hop.h.
 *
 *   path --round_ended--> path_round_read() --> path_watch_round() --> a change: path_change_json()
 *                                                               `--> counters: trace/prometheus.h
 *
 * When a path changed, those of its hops beyond the first difference that were silent in that round become
 * new again. So does a target that was silent. Thus the same change of the path is reported once.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "trace/path_round.h"
#include "trace/watched_hop.h"

/* Sums since the beginning. */
struct path_counters {
    uint64_t rounds, rounds_reached; /* reached: the target answered, even if only with an error */
    uint64_t changes;
    uint64_t probes,
        lost; /* to the target; probes answered with an error are lost, and all where it was silent */
    uint64_t timed, rtt_sum_us; /* rounds with a known RTT to the target, and the sum of their RTTs */
    uint32_t rtt_us;            /* of the last round; 0: not known */
    unsigned distance;          /* TTL that reached the target in the last round; 0: not reached */
};

struct path_watch {
    unsigned length;                            /* as last seen */
    struct watched_hop hops[PROBE_MAX_TTL + 1]; /* by TTL */
    struct watched_hop distance;
    struct path_counters counters;
};

enum path_verdict {
    PATH_FIRST, /* the first round: there was nothing to compare it with */
    PATH_SAME,
    PATH_CHANGED,
};

/* The responder that stands for a hop in reports. */
struct told_hop {
    bool answered; /* false: no answer so far (in `previous`), or in this round (in `path`) */
    struct address responder;
};

/* The path before and now, by TTL. */
struct path_change {
    unsigned ttl; /* the first TTL that differs; 0 in the first round */
    unsigned first_ttl;
    unsigned previous_length, length;
    struct told_hop previous[PROBE_MAX_TTL + 1]; /* as last reported */
    struct told_hop path[PROBE_MAX_TTL + 1];     /* as in this round */
};

/* path_watch_round() adds the next round of a path to a watch that began as {0}. It writes `change` in
 * every case. */
enum path_verdict path_watch_round(struct path_watch *watch, const struct path_round *round,
                                   struct path_change *change);

/* The target and the flow of the path. */
struct watched_target {
    const char *name; /* as the user gave it */
    struct address address;
    uint16_t flow;
};

/*
 * path_change_json() returns the record of a first or changed path, or NULL when memory is short:
 *
 *     {"time_ms": …, "target": "203.0.113.9", "name": "www.example", "flow": 0, "round": 17,
 *      "changed_ttl": 4, "first_ttl": 1, "previous": ["192.0.2.1", null, …], "path": […],
 *      "reached": true, "rtt_ms": 12.1}
 *
 * `time_ms` is the end of the round (Unix epoch). The paths begin at first_ttl. In `previous`, null stands
 * for a hop that never answered; in `path`, for a hop that did not answer in this round. In the record of the
 * first round, changed_ttl and previous are null. rtt_ms is null where it is not known.
 */
json_t *path_change_json(const struct path_watch *watch, const struct path_change *change,
                         const struct watched_target *target, uint64_t time_ms);
