// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/hop_stats.h"

#include <math.h>
#include <stdbool.h>

#include "icmp_kind.h"
#include "strategy/path.h"

_Static_assert(PATH_MAX_QUERIES <= 16, "open_lost has a bit a query");

static void count_responder(struct hop_stats *stats, struct address address)
{
    unsigned i = 0;

    stats->last_responder = address;
    while (i < stats->responder_count && !address_equal(stats->responders[i].address, address))
        i++;
    if (i == HOP_RESPONDERS) {
        stats->other_answers++;
        return;
    }
    if (i == stats->responder_count)
        stats->responders[stats->responder_count++] = (struct hop_responder){.address = address};
    stats->responders[i].answers++;
}

void hop_stats_error(struct hop_stats *stats, const struct record *record)
{
    count_responder(stats, record->responder);
    stats->lost++;
    stats->errors++;
    stats->last_error = (struct hop_error){record->responder, record->icmp_type, record->icmp_code};
}

static void count_rtt(struct hop_stats *stats, uint32_t rtt_us)
{
    double before = stats->mean_us;

    if (stats->timed)
        stats->jitter_sum_us += fabs((double)rtt_us - (double)stats->last_us);
    stats->timed++;
    stats->mean_us += ((double)rtt_us - before) / (double)stats->timed;
    stats->squares += ((double)rtt_us - before) * ((double)rtt_us - stats->mean_us);
    stats->last_us = rtt_us;
    if (stats->timed == 1 || rtt_us < stats->best_us)
        stats->best_us = rtt_us;
    if (rtt_us > stats->worst_us)
        stats->worst_us = rtt_us;
}

/* Time Exceeded is an answer, whatever its code. But a code other than TTL exceeded is shown as an error
 * too. */
static struct hop_error told_by_answer(const struct answer *answer)
{
    if (answer->icmp_code == ICMP_TTL_EXCEEDED ||
        !icmp_is_time_exceeded(address_family(answer->responder), answer->icmp_type))
        return (struct hop_error){0};
    return (struct hop_error){answer->responder, answer->icmp_type, answer->icmp_code};
}

static void count(struct hop_stats *stats, const struct answer *answer)
{
    if (answer_is_error(answer_meaning(answer))) {
        hop_stats_error(stats, answer->record);
        return;
    }
    count_responder(stats, answer->responder);
    stats->answered++;
    stats->last_error = told_by_answer(answer);
    if (answer_has_rtt(answer))
        count_rtt(stats, answer->rtt_us);
}

void hop_stats_settled(struct hop_stats *stats, unsigned query, const struct answer *answer)
{
    uint16_t bit = (uint16_t)(1U << query);

    if (!answer) {
        stats->lost++;
        stats->open_lost |= bit;
        return;
    }
    if (stats->open_lost & bit) {
        stats->lost--;
        stats->open_lost &= (uint16_t)~bit;
    }
    count(stats, answer);
}

void hop_stats_late(struct hop_stats *stats, const struct answer *answer)
{
    if (stats->lost)
        stats->lost--;
    count(stats, answer);
}

void hop_stats_round_ended(struct hop_stats *stats)
{
    stats->open_lost = 0;
}

double hop_stats_loss(const struct hop_stats *stats)
{
    uint64_t sent = hop_stats_sent(stats);

    return sent ? (double)stats->lost / (double)sent : 0;
}

double hop_stats_deviation_us(const struct hop_stats *stats)
{
    return stats->timed > 1 ? sqrt(stats->squares / (double)(stats->timed - 1)) : 0;
}

double hop_stats_jitter_us(const struct hop_stats *stats)
{
    return stats->timed > 1 ? stats->jitter_sum_us / (double)(stats->timed - 1) : 0;
}
