// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/metrics.h"

#include <math.h>

#include "base/clock.h"
#include "prometheus_reader.h"
#include "table.h"

static void parse(const struct survey_status *status, struct prometheus_parsed *parsed)
{
    size_t length;
    char *text = survey_metrics_text(status, &length);

    cr_assert_not_null(text);
    cr_assert_eq(length, strlen(text));
    prometheus_parse(parsed, text);
    free(text);
}

Test(metrics, tell_the_counters)
{
    const struct survey_status status = {
        .elapsed_ns = 12 * NS_PER_S,
        .probes = 5000,
        .targets = 40,
        .asked_rate = 1000,
        .paused = {.now = true, .ns = 1500 * NS_PER_MS},
        .outages.ns = 2 * NS_PER_S,
        .slowed.ns = 3 * NS_PER_S,
        .interfaces = 70,
        .links = 90,
        .reached = 11,
        .ledger =
            {
                .generated = 1200,
                .sent = 1000,
                .blocked = 150,
                .no_way = 40,
                .tx_dropped = 10,
                .accepted = 800,
                .written = 790,
                .excess = 5,
                .device_dropped = 31,
                .ring_full = 32,
                .fill_empty = 33,
                .rx_dropped = 34,
                .redirect_failed = 35,
                .writer_dropped = 36,
                .answer_ring_full = 37,
                .rejected_filter = {[FILTER_REJECT_EXCESS] = 6,
                                    [FILTER_REJECT_NO_SOCKET] = 38,
                                    [FILTER_REJECT_FORGED] = 100},
                .rejected_decode = {[DECODE_REJECT_FORGED] = 1},
            },
    };
    static const struct {
        const char *sample;
        double value;
    } cases[] = {
        {"hopwire_survey_probes_generated_total", 1200},
        {"hopwire_survey_probes_sent_total", 1000},
        {"hopwire_survey_probes_unsent_total{why=\"blocked\"}", 150},
        {"hopwire_survey_probes_unsent_total{why=\"no_way\"}", 40},
        {"hopwire_survey_probes_unsent_total{why=\"tx_dropped\"}", 10},
        {"hopwire_survey_probes_left", 3800},
        {"hopwire_survey_targets", 40},
        {"hopwire_survey_replies_total", 800},
        {"hopwire_survey_replies_refused_total{why=\"excess\"}", 11},
        {"hopwire_survey_replies_refused_total{why=\"rejected\"}", 101},
        {"hopwire_survey_records_written_total", 790},
        {"hopwire_survey_lost_total{place=\"device_dropped\"}", 31},
        {"hopwire_survey_lost_total{place=\"no_socket\"}", 38},
        {"hopwire_survey_lost_total{place=\"ring_full\"}", 32},
        {"hopwire_survey_lost_total{place=\"fill_empty\"}", 33},
        {"hopwire_survey_lost_total{place=\"rx_dropped\"}", 34},
        {"hopwire_survey_lost_total{place=\"redirect_failed\"}", 35},
        {"hopwire_survey_lost_total{place=\"writer_dropped\"}", 36},
        {"hopwire_survey_lost_total{place=\"answer_ring_full\"}", 37},
        {"hopwire_survey_interfaces", 70},
        {"hopwire_survey_links", 90},
        {"hopwire_survey_targets_reached", 11},
        {"hopwire_survey_asked_rate", 1000},
        {"hopwire_survey_elapsed_seconds", 12},
        {"hopwire_survey_paused", 1},
        {"hopwire_survey_paused_seconds_total", 1.5},
        {"hopwire_survey_slowed_seconds_total", 3},
        {"hopwire_survey_link_down_seconds_total", 2},
    };
    struct prometheus_parsed parsed;

    parse(&status, &parsed);
    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(prometheus_value(&parsed, cases[i].sample), cases[i].value, "%s", cases[i].sample);
    cr_expect_eq(parsed.samples, COUNT(cases) + 1, "and the program that wrote them");
    free(parsed.text);
}

Test(metrics, what_nobody_knows_is_absent)
{
    static const double rates[] = {NAN, INFINITY};

    for (size_t i = 0; i < COUNT(rates); i++) {
        const struct survey_status status = {.probes = STRATEGY_LEFT_UNKNOWN, .asked_rate = rates[i]};
        struct prometheus_parsed parsed;

        parse(&status, &parsed);
        cr_expect_eq(prometheus_value(&parsed, "hopwire_survey_probes_left"), -1);
        cr_expect_eq(prometheus_value(&parsed, "hopwire_survey_asked_rate"), -1);
        cr_expect_eq(prometheus_value(&parsed, "hopwire_survey_probes_sent_total"), 0);
        free(parsed.text);
    }
}
