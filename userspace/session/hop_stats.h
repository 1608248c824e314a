// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The sums over many probes to one hop: losses, round-trip times, and who answered. Fed from
 * path_observer.settled: only settled probes count, not those in flight.
 */
#pragma once

#include <stdint.h>

#include "strategy/strategy.h"

enum {
    /* Per-packet balancers are up to 16 wide in published measurements; further responders are only
     * counted. */
    HOP_RESPONDERS = 16,
};

struct hop_error {
    struct address responder;
    uint8_t icmp_type, icmp_code;
};

struct hop_responder {
    struct address address;
    uint64_t answers;
};

/*
 * Mean and variance by Welford's method ("Note on a method for calculating corrected sums of squares and
 * products", Technometrics 4, 1962), because a sum of squares would lose digits of large times.
 *
 * Jitter is the mean of |RTT - RTT before|, between consecutive answers: the variation of RFC 3393 and what
 * mtr calls Javg. The estimator of RFC 3550, section 6.4.1, starts at 0 and moves by 1/16 per packet: after
 * the ten probes of a report it shows less than half of the jitter.
 */
struct hop_stats {
    uint64_t answered, lost; /* an error that ends the path is no answer but a loss (strategy/answer.h) */
    uint64_t errors;         /* the lost ones that brought an error */
    uint64_t timed;          /* answers with a known RTT; rewritten probes may have none */
    uint32_t last_us, best_us, worst_us;
    double mean_us, squares; /* of the RTTs; squares: sum of squared differences from the mean */
    double jitter_sum_us;    /* sum of `timed` - 1 differences */
    uint16_t open_lost;      /* bit set: queries of this round that were given up, whose answers may still
                                come */
    unsigned responder_count;
    uint64_t other_answers;                          /* from responders for which there was no room */
    struct hop_responder responders[HOP_RESPONDERS]; /* in order of their first answer */
    struct address last_responder;                   /* if there is any */
    struct hop_error last_error;                     /* type 0: no error came, or a later answer was not
                                                        one */
};

/* hop_stats_settled() counts a query as path_observer.settled reports it: answered, also by an error, or lost
 * (NULL). If a query was lost in this round and is answered later, it moves from lost to answered. */
void hop_stats_settled(struct hop_stats *stats, unsigned query, const struct answer *answer);

/* hop_stats_late() moves a query of an earlier round from lost to answered, as path_observer.late tells it. */
void hop_stats_late(struct hop_stats *stats, const struct answer *answer);

/* hop_stats_error() counts a query that brought an error as lost, for callers to whom even Time Exceeded is
 * an error. */
void hop_stats_error(struct hop_stats *stats, const struct record *record);

/* hop_stats_round_ended() starts a new round: query numbers begin again. */
void hop_stats_round_ended(struct hop_stats *stats);

static inline uint64_t hop_stats_sent(const struct hop_stats *stats)
{
    return stats->answered + stats->lost;
}

/* hop_stats_loss() returns the share of lost probes, 0 … 1; 0 if none was sent. */
double hop_stats_loss(const struct hop_stats *stats);

/* hop_stats_deviation_us() returns the standard deviation of the sample (n - 1), hop_stats_jitter_us() the
 * mean difference. Both return 0 if fewer than two RTTs are known. */
double hop_stats_deviation_us(const struct hop_stats *stats);
double hop_stats_jitter_us(const struct hop_stats *stats);
