// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What pings say: of one host as ping(8) does, of many as fping(8) does, or as JSON. All write to stdout's
 * FILE given; none looks at a clock.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "ping/ping.h"
#include "ping/ping_records.h"
#include "session/hop_stats.h"
#include "strategy/pinger.h"

/* A host and what its probes have brought so far. */
struct ping_target {
    const struct host *host;
    struct pinger *pinger; /* the fleet's */
    struct hop_stats stats;
    uint64_t duplicates;
    struct ping_records records; /* that were not told yet, for forms that tell each */
    double smoothed_us;          /* RTT, an eighth of which is the newest's; 0: none is known */
};

/* ping_print_begin() introduces the only host. */
void ping_print_begin(FILE *out, const struct ping_config *config, const struct host *host);

/* ping_print_outcome() prints what became of a probe of the only host, ping_print_outcome_among() of one
 * of many. */
void ping_print_outcome(FILE *out, const struct ping_config *config, const struct ping_target *target,
                        uint64_t sequence, enum ping_outcome outcome, const struct answer *answer);
void ping_print_outcome_among(FILE *out, const struct ping_target *target, uint64_t sequence,
                              enum ping_outcome outcome, const struct answer *answer);

/* ping_outcome_is_shown() says whether a line tells of it: lost probes are left out where only one host is
 * pinged, unless asked for. ping_print_time() is the prefix of a line, in microseconds since the epoch. */
bool ping_outcome_is_shown(const struct ping_config *config, enum ping_outcome outcome);
void ping_print_time(FILE *out, uint64_t time_us);

/* ping_print_status() is a line of statistics so far, in the words that ping(8) has for SIGQUIT; `among` many
 * hosts their names stand before it. */
void ping_print_status(FILE *out, const struct ping_target *target, bool among);

/* ping_print_end() is the statistics of the only host, ping_print_end_among() a line for one of many.
 * `elapsed_ns` is how long it all took. */
void ping_print_end(FILE *out, const struct ping_target *target, uint64_t elapsed_ns);
void ping_print_end_among(FILE *out, const struct ping_config *config, const struct ping_target *target);

/* ping_json() makes an object of a host's statistics, owned by the caller. Keys: target, name, source,
 * protocol, port (null for ICMP), size, probed, sent, received, refused (probes that brought an error, which
 * are lost), last_error (an object of responder, icmp_type, icmp_code and its text; null where an answer came
 * after it), duplicates, loss (0 … 1, null where none is known yet), and rtt_min_ms, rtt_avg_ms, rtt_max_ms,
 * rtt_stddev_ms, jitter_ms, which are null where nothing was received. */
json_t *ping_json(const struct ping_config *config, const struct ping_target *target);
