// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <math.h>

#include "addresses.h"
#include "session/hop_stats.h"
#include "table.h"

enum {
    LOST = -1,
    END = -2,
};

static void answer(struct hop_stats *stats, unsigned query, uint32_t responder, uint32_t rtt_us,
                   uint8_t flags)
{
    struct answer answer = {
        .solicited = true, .responder = IPV4(responder), .rtt_us = rtt_us, .flags = flags};

    hop_stats_settled(stats, query, &answer);
}

static bool near(double a, double b)
{
    return fabs(a - b) < 1e-6;
}

Test(hop_stats, adds_up)
{
    static const struct {
        int rtts[9];
        uint64_t sent, lost;
        uint32_t last, best, worst;
        double mean, deviation, jitter;
    } cases[] = {
        {{END}, 0, 0, 0, 0, 0, 0, 0, 0},
        {{LOST, LOST, END}, 2, 2, 0, 0, 0, 0, 0, 0},
        {{700, END}, 1, 0, 700, 700, 700, 700, 0, 0},
        {{0, END}, 1, 0, 0, 0, 0, 0, 0, 0},
        {{200, LOST, 100, END}, 3, 1, 100, 100, 200, 150, 70.71067811865476, 100},
        {{5, 5, 5, 5, END}, 4, 0, 5, 5, 5, 5, 0, 0},
        /* Squared differences from the mean add up to 32: a variance of 32 / 7. */
        {{2, 4, 4, 4, 5, 5, 7, 9, END}, 8, 0, 9, 2, 9, 5, 2.138089935299395, 1},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct hop_stats stats = {0};

        for (const int *rtt = cases[i].rtts; *rtt != END; rtt++) {
            if (*rtt == LOST)
                hop_stats_settled(&stats, 0, NULL);
            else
                answer(&stats, 0, 1, (uint32_t)*rtt, 0);
            hop_stats_round_ended(&stats);
        }
        cr_expect_eq(hop_stats_sent(&stats), cases[i].sent, "case %zu", i);
        cr_expect_eq(stats.lost, cases[i].lost, "case %zu", i);
        cr_expect_eq(stats.last_us, cases[i].last, "case %zu", i);
        cr_expect_eq(stats.best_us, cases[i].best, "case %zu", i);
        cr_expect_eq(stats.worst_us, cases[i].worst, "case %zu", i);
        cr_expect(near(stats.mean_us, cases[i].mean), "case %zu", i);
        cr_expect(near(hop_stats_deviation_us(&stats), cases[i].deviation), "case %zu", i);
        cr_expect(near(hop_stats_jitter_us(&stats), cases[i].jitter), "case %zu", i);
        cr_expect(near(hop_stats_loss(&stats) * (double)cases[i].sent, (double)cases[i].lost), "case %zu", i);
    }
}

/* Round-trip times of minutes that differ by microseconds: a sum of squares in doubles gives nonsense. */
Test(hop_stats, keeps_the_digits)
{
    struct hop_stats stats = {0};

    for (uint32_t i = 0; i < 1000000; i++)
        answer(&stats, 0, 1, 4000000000U + i % 2, 0);
    cr_expect(fabs(stats.mean_us - 4000000000.5) < 1e-4, "%f", stats.mean_us);
    cr_expect(fabs(hop_stats_deviation_us(&stats) - 0.5) < 1e-4, "%f", hop_stats_deviation_us(&stats));
}

Test(hop_stats, late_answers_are_no_losses)
{
    struct hop_stats stats = {0};

    hop_stats_settled(&stats, 0, NULL);
    hop_stats_settled(&stats, 2, NULL);
    answer(&stats, 1, 1, 10, 0);
    answer(&stats, 2, 1, 30, 0);
    cr_expect_eq(hop_stats_sent(&stats), 3);
    cr_expect_eq(stats.lost, 1);
    cr_expect_eq(stats.answered, 2);
    hop_stats_round_ended(&stats);
    answer(&stats, 0, 1, 10, 0);
    cr_expect_eq(hop_stats_sent(&stats), 4, "another round's query is another one");
    cr_expect_eq(stats.lost, 1);
    const struct record record = {.responder = IPV4(1), .icmp_type = 11, .rtt_us = 40};
    const struct answer late = answer_of(&record);

    hop_stats_late(&stats, &late);
    cr_expect_eq(hop_stats_sent(&stats), 4, "unless it is told as that of an earlier one");
    cr_expect_eq(stats.lost, 0);
    cr_expect_eq(stats.worst_us, 40);
}

Test(hop_stats, an_answer_may_have_no_time)
{
    struct hop_stats stats = {0};

    answer(&stats, 0, 1, RECORD_NO_RTT, RECORD_REWRITTEN);
    cr_expect_eq(stats.answered, 1);
    cr_expect_eq(stats.timed, 0);
    answer(&stats, 1, 1, 7, RECORD_REWRITTEN);
    cr_expect_eq(stats.timed, 1);
    cr_expect_eq(stats.best_us, 7);
}

static void time_exceeded(struct hop_stats *stats, uint8_t code)
{
    const struct record record = {.responder = IPV4(1), .icmp_type = 11, .icmp_code = code};
    const struct answer answer = answer_of(&record);

    hop_stats_settled(stats, 0, &answer);
    hop_stats_round_ended(stats);
}

/* Time Exceeded because of fragments is an answer, and told until a later one is no error. */
Test(hop_stats, an_answer_may_tell_of_an_error)
{
    struct hop_stats stats = {0};

    time_exceeded(&stats, 1);
    cr_expect_eq(stats.answered, 1);
    cr_expect_eq(stats.errors + stats.lost, 0);
    cr_expect_eq(stats.last_error.icmp_type, 11);
    cr_expect_eq(stats.last_error.icmp_code, 1);
    time_exceeded(&stats, 0);
    cr_expect_eq(stats.answered, 2);
    cr_expect_eq(stats.last_error.icmp_type, 0);
}

Test(hop_stats, counts_responders)
{
    struct hop_stats stats = {0};
    uint64_t sum = 0;

    for (unsigned i = 0; i < HOP_RESPONDERS + 2; i++)
        for (unsigned j = 0; j <= i; j++)
            answer(&stats, 0, 100 + i, 10, 0);
    cr_expect_eq(stats.responder_count, HOP_RESPONDERS);
    for (unsigned i = 0; i < HOP_RESPONDERS; i++) {
        cr_expect(address_equal(stats.responders[i].address, IPV4(100 + i)));
        cr_expect_eq(stats.responders[i].answers, i + 1);
        sum += stats.responders[i].answers;
    }
    cr_expect_eq(stats.other_answers, HOP_RESPONDERS + 1 + HOP_RESPONDERS + 2);
    cr_expect_eq(sum + stats.other_answers, stats.answered);
    cr_expect(address_equal(stats.last_responder, IPV4(100 + HOP_RESPONDERS + 1)));
    answer(&stats, 0, 100, 10, 0);
    cr_expect_eq(stats.responders[0].answers, 2);
    cr_expect(address_equal(stats.last_responder, IPV4(100)));
}
