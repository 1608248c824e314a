// SPDX-License-Identifier: GPL-2.0-or-later
/* A survey in numbers at one moment: what progress and summary print, and the metadata keeps. */
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
    uint64_t elapsed_ns; /* since sending began; until sending ended, where it has */
    uint64_t probes;     /* generated and still to be; STRATEGY_LEFT_UNKNOWN: that depends on answers */
    uint64_t targets;
    unsigned senders, receivers;
    const struct placement *placement; /* where those run */
    int numa_node;                     /* that the device is at home in; -1: nowhere */
    double asked_rate;                 /* probes per second; INFINITY: max; NAN: auto */
    struct {                           /* where the rate is to be found */
        double rate;                   /* at the moment */
        bool held;                     /* it is found: what follows is final, but for `lost` */
        uint64_t found_ns;             /* since sending began */
        uint64_t lost_before, lost;    /* here, until it was found and from then on */
    } auto_rate;
    struct { /* by its operator */
        bool now;
        uint64_t times, ns; /* while sending went on */
    } paused;
    uint64_t rate_changes; /* since the start, likewise */
    struct {               /* receivers or output were behind, and senders went slower */
        double least;      /* share of the rate; 1: never */
        uint64_t ns;       /* for how long */
        uint64_t times;
    } slowed;
    struct gentle_totals gentle; /* what was kept waiting by bounds */
    struct {                     /* of all links by which probes leave */
        uint64_t count, ns, sent;
    } outages;
    uint64_t waits;     /* times that a sender might have sent, and its strategy waited for answers */
    uint64_t uncounted; /* probes that devices took and do not count as sent */
    struct ledger ledger;
    uint64_t interfaces, links, reached;
    uint64_t answered[PROBE_MAX_TTL + 1]; /* by TTL: probes that were, each once */
    uint64_t ipv6_interfaces, ipv6_links; /* of those */
    bool interfaces_complete, links_complete;
    uint64_t duplicate, late, truncated, rewritten;
    bool duplicates_known;

    /* Of the simulated Internet; 0 in the real network, where nobody knows. */
    uint64_t rate_limited; /* replies that routers held back */
    uint64_t lost_on_way;  /* probes and replies, as was asked for */
    uint64_t delay_full;   /* replies that the simulator was too slow for */
};

/* What takes a pass over all that was seen: for the end only. */
struct survey_findings {
    struct graph_interface most_seen[STATUS_MOST_SEEN];
    unsigned most_seen_count;
    struct limited_hop limited[LIMITED_TOLD]; /* who answers too little */
    size_t limited_count;
    struct strategy_figure figures[STRATEGY_FIGURES]; /* what the strategy tells of itself */
    size_t figure_count;
    uint64_t timed; /* replies whose RTT is known */
    uint32_t rtt_p10_us, rtt_p50_us, rtt_p90_us, rtt_p99_us;
};

/* status_rate() is the achieved rate: probes sent per second of sending, pauses apart. */
double status_rate(const struct survey_status *status);

/* status_lost() adds up what was lost on this host, or in the simulated Internet because it was too slow. */
uint64_t status_lost(const struct survey_status *status);

/* progress_print() writes the progress line; on a terminal it overwrites the one before. */
void progress_print(const struct survey_status *now, const struct survey_status *before, bool cooling_down,
                    FILE *out);

/* progress_time_print() writes how much is done, how long that took, and how long all will take while it sends: "42 %  0:12 of
 * 0:29". */
void progress_time_print(const struct survey_status *now, bool sending, FILE *out);

/* progress_end() leaves the last line standing. */
void progress_end(FILE *out);

/* summary_print() prints the result for a person. `metadata` is a path, NULL where there are none. */
void summary_print(const struct survey_status *status, const struct survey_findings *findings,
                   const struct record_output *results, const char *metadata, FILE *out);
