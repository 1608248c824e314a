// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The output of pings: for one host as ping(8) does, for many as fping(8) does, or as JSON. All functions
 * write to the given FILE; none reads a clock.
 */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "ping/ping.h"
#include "ping/ping_records.h"
#include "session/hop_stats.h"
#include "strategy/pinger.h"

/* A host and the results of its probes so far. */
struct ping_target {
    const struct host *host;
    struct pinger *pinger; /* owned by the fleet */
    struct hop_stats stats;
    uint64_t duplicates;
    struct ping_records records; /* not written yet, for forms that show each probe */
    double smoothed_us;          /* RTT, moving average: the newest counts one eighth; 0: unknown */
};

/* ping_print_begin() prints the header for the only host. */
void ping_print_begin(FILE *out, const struct ping_config *config, const struct host *host);

/* ping_print_outcome() prints the outcome of a probe of the only host, ping_print_outcome_among() of one of
 * many. */
void ping_print_outcome(FILE *out, const struct ping_config *config, const struct ping_target *target,
                        uint64_t sequence, enum ping_outcome outcome, const struct answer *answer);
void ping_print_outcome_among(FILE *out, const struct ping_target *target, uint64_t sequence,
                              enum ping_outcome outcome, const struct answer *answer);

/* ping_outcome_is_shown() returns whether an outcome gets a line: with a single host, lost probes get one
 * only on request. ping_print_time() prints the prefix of a line; the time is in microseconds since the
 * epoch. */
bool ping_outcome_is_shown(const struct ping_config *config, enum ping_outcome outcome);
void ping_print_time(FILE *out, uint64_t time_us);

/* ping_print_status() prints a line of statistics so far, in ping(8)'s words for SIGQUIT. With `among` (many
 * hosts), the line begins with the host's name. */
void ping_print_status(FILE *out, const struct ping_target *target, bool among);

/* ping_print_end() prints the statistics of the only host, ping_print_end_among() a line for one of many.
 * `elapsed_ns` is the duration of the whole run. */
void ping_print_end(FILE *out, const struct ping_target *target, uint64_t elapsed_ns);
void ping_print_end_among(FILE *out, const struct ping_config *config, const struct ping_target *target);

/* ping_json() returns an object with a host's statistics, owned by the caller. Keys: target, name, source,
 * protocol, port (null for ICMP), size, probed, sent, received, refused (probes that brought an error; they
 * count as lost), last_error (an object of responder, icmp_type, icmp_code and its text; null if an answer
 * came after it), duplicates, loss (0 … 1, null while it is unknown), and rtt_min_ms, rtt_avg_ms, rtt_max_ms,
 * rtt_stddev_ms, jitter_ms, which are null if nothing was received. */
json_t *ping_json(const struct ping_config *config, const struct ping_target *target);
