// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What many probes to one hop add up to: losses, round-trip times, and who answered. Fed from
 * path_observer.settled; a sum of what is settled, so probes in flight are not in it.
 */
#pragma once

#include <stdint.h>

#include "strategy/strategy.h"

enum {
    /* Per-packet balancers are up to 16 wide in published measurements; what is beyond is counted only. */
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
 * Mean and variance follow Welford ("Note on a method for calculating corrected sums of squares and
 * products", Technometrics 4, 1962): no sum of squares that loses the digits of large times.
 *
 * Jitter is the mean of |RTT - RTT before|, between consecutive answers: the variation of RFC 3393 and what
 * mtr calls Javg. The estimator of RFC 3550, section 6.4.1, starts at 0 and forgets by 15/16 a packet: after
 * a report's ten probes it shows less than half of what there is.
 */
struct hop_stats {
    uint64_t answered, lost; /* an error that ends the way is no answer (strategy/answer.h): lost */
    uint64_t errors;         /* of the lost ones, those that brought one */
    uint64_t timed;          /* answers whose RTT is known: those of rewritten probes may not be */
    uint32_t last_us, best_us, worst_us;
    double mean_us, squares; /* of the RTTs; squares: sum of squared differences from the mean */
    double jitter_sum_us;    /* of `timed` - 1 differences */
    uint16_t open_lost;      /* queries of this round that were given up: their answers may still come */
    unsigned responder_count;
    uint64_t other_answers;                          /* by those for whom there was no room */
    struct hop_responder responders[HOP_RESPONDERS]; /* in the order of their first answer */
    struct address last_responder;                   /* where there is any */
    struct hop_error last_error;                     /* type 0: no error came, or a later answer was none */
};

/* hop_stats_settled() counts a query as path_observer.settled tells of it: answered, by an error too, or NULL
 * for lost. A query that was lost in this round and is answered after all moves from lost to answered. */
void hop_stats_settled(struct hop_stats *stats, unsigned query, const struct answer *answer);

/* hop_stats_error() counts a query as lost that brought an error: for those to whom
 * even Time Exceeded is one. */
void hop_stats_error(struct hop_stats *stats, const struct record *record);

/* hop_stats_round_ended() says that query numbers begin again. */
void hop_stats_round_ended(struct hop_stats *stats);

static inline uint64_t hop_stats_sent(const struct hop_stats *stats)
{
    return stats->answered + stats->lost;
}

/* hop_stats_loss() is the share of probes lost, 0 … 1; 0 where none was sent. */
double hop_stats_loss(const struct hop_stats *stats);

/* hop_stats_deviation_us() is the standard deviation of the sample (n - 1), hop_stats_jitter_us() the mean
 * difference; 0 where fewer than two RTTs are known. */
double hop_stats_deviation_us(const struct hop_stats *stats);
double hop_stats_jitter_us(const struct hop_stats *stats);
