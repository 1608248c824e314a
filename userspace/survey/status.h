// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of a survey at one moment, for progress, summary and metadata. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "knowledge/graph.h"
#include "output/ledger.h"
#include "probe.h"
#include "session/record_file.h"
#include "strategy/gentle.h"
#include "survey/figures_told.h"
#include "survey/limited_told.h"
#include "survey/placement.h"

enum {
    STATUS_MOST_SEEN = 8,
};

struct survey_status {
    uint64_t elapsed_ns; /* since sending began, until now or until sending ended */
    uint64_t probes;     /* generated and still to come; STRATEGY_LEFT_UNKNOWN: depends on answers */
    uint64_t targets;
    unsigned senders, receivers;
    const struct placement *placement; /* where those run */
    int numa_node;                     /* of the device; -1: none */
    double asked_rate;                 /* probes per second; INFINITY: max; NAN: auto */
    struct {                           /* where the rate is searched for */
        double rate;                   /* at present */
        bool held;                     /* it is found: what follows is final, except `lost` */
        uint64_t found_ns;             /* since sending began */
        uint64_t lost_before, lost;    /* on this host, before and after it was found */
    } auto_rate;
    struct { /* by its operator */
        bool now;
        uint64_t times, ns; /* while sending */
    } paused;
    uint64_t rate_changes; /* by the operator, since the start */
    struct {               /* receivers or output were behind, and senders went slower */
        double least;      /* share of the rate; 1: never */
        uint64_t ns;       /* total duration */
        uint64_t times;
    } slowed;
    struct gentle_totals gentle; /* effects of the bounds */
    struct {                     /* of all links by which probes leave */
        uint64_t count, ns, sent;
    } outages;
    uint64_t waits;     /* times that a sender could send while its strategy waited for answers */
    uint64_t uncounted; /* probes that devices took and did not count as sent */
    struct ledger ledger;
    uint64_t interfaces, links, reached;
    uint64_t answered[PROBE_MAX_TTL + 1]; /* by TTL: probes with an answer, each once */
    uint64_t ipv6_interfaces, ipv6_links; /* part of the above */
    bool interfaces_complete, links_complete;
    bool links_recent; /* links are incomplete only because recent answers alone are remembered */
    uint64_t duplicate, late, truncated, rewritten;
    bool duplicates_known;

    /* From the simulated Internet; 0 on a real network, where these are unknown. */
    uint64_t rate_limited; /* replies that routers suppressed */
    uint64_t lost_on_way;  /* probes and replies, as configured */
    uint64_t delay_full;   /* replies lost because the simulator was too slow */
};

/* Findings that need a pass over all knowledge: only at the end. */
struct survey_findings {
    struct graph_interface most_seen[STATUS_MOST_SEEN];
    unsigned most_seen_count;
    struct limited_hop limited[LIMITED_TOLD]; /* responders that answer too little */
    size_t limited_count;
    struct strategy_figure figures[STRATEGY_FIGURES]; /* the strategy's figures about itself */
    size_t figure_count;
    uint64_t timed; /* replies with a known RTT */
    uint32_t rtt_p10_us, rtt_p50_us, rtt_p90_us, rtt_p99_us;
};

/* status_rate() returns the achieved rate: probes sent per second of sending, without pauses. */
double status_rate(const struct survey_status *status);

/* status_lost() returns the number of packets lost on this host, or in the simulated Internet because it was
 * too slow. */
uint64_t status_lost(const struct survey_status *status);

/* progress_print() writes the progress line. On a terminal it overwrites the previous one. */
void progress_print(const struct survey_status *now, const struct survey_status *before, bool cooling_down,
                    FILE *out);

/* progress_time_print() writes the share that is done, the time so far and, while sending, the estimated total
 * time: "42 %  0:12 of 0:29". */
void progress_time_print(const struct survey_status *now, bool sending, FILE *out);

/* progress_end() keeps the last line on the terminal. */
void progress_end(FILE *out);

/* summary_print() prints the result for the user. `metadata` is a path; NULL: none was written. */
void summary_print(const struct survey_status *status, const struct survey_findings *findings,
                   const struct record_output *results, const char *metadata, FILE *out);
