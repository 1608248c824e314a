// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/prometheus.h"

#include <math.h>

#include "addresses.h"
#include "prometheus_reader.h"
#include "table.h"

static void parse(const struct prometheus_target *targets, size_t count, struct prometheus_parsed *parsed)
{
    struct prometheus *prometheus = prometheus_create(targets, count);
    size_t length;

    cr_assert_not_null(prometheus);
    char *text = prometheus_text(prometheus, &length);
    cr_assert_eq(length, strlen(text));
    prometheus_parse(parsed, text);
    free(text);
    prometheus_destroy(prometheus);
}

Test(prometheus, tells_the_counters)
{
    static const struct path_counters counters = {
        .rounds = 10,
        .rounds_reached = 8,
        .changes = 2,
        .probes = 30,
        .lost = 7,
        .timed = 8,
        .rtt_sum_us = 12345678901,
        .rtt_us = 1050,
        .distance = 12,
    };
    static const struct prometheus_target target = {{"www.example", IPV4(0xcb007109), 3}, &counters};
    static const struct {
        const char *name, *suffix, *type;
        double value;
    } cases[] = {
        {"hopwire_trace_rounds_total", "", "counter", 10},
        {"hopwire_trace_rounds_reached_total", "", "counter", 8},
        {"hopwire_trace_path_changes_total", "", "counter", 2},
        {"hopwire_trace_probes_total", "", "counter", 30},
        {"hopwire_trace_probes_lost_total", "", "counter", 7},
        {"hopwire_trace_rtt_seconds", "_sum", "summary", 12345.678901},
        {"hopwire_trace_rtt_seconds", "_count", "summary", 8},
        {"hopwire_trace_last_rtt_seconds", "", "gauge", 0.00105},
        {"hopwire_trace_reached", "", "gauge", 1},
        {"hopwire_trace_hops", "", "gauge", 12},
    };
    struct prometheus_parsed parsed;

    parse(&target, 1, &parsed);
    cr_expect_eq(parsed.samples, COUNT(cases) + 1);
    cr_expect_eq(strncmp(parsed.sample[0], "hopwire_build_info{version=\"", 28), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        bool typed = false;
        char sample[256];

        for (unsigned j = 0; j < parsed.metrics; j++)
            typed |= strcmp(parsed.metric[j].name, cases[i].name) == 0 &&
                     strcmp(parsed.metric[j].type, cases[i].type) == 0;
        cr_expect(typed, "%s", cases[i].name);
        sprintf(sample, "%s%s{target=\"203.0.113.9\",name=\"www.example\",flow=\"3\"}", cases[i].name,
                cases[i].suffix);
        cr_expect(fabs(prometheus_value(&parsed, sample) - cases[i].value) < 1e-9, "%s", sample);
    }
    free(parsed.text);
}

Test(prometheus, what_is_not_known_is_absent)
{
    static const struct path_counters fresh, silent = {.rounds = 1, .probes = 1, .lost = 1};
    static const struct prometheus_target targets[] = {{{"fresh", IPV4(1), 0}, &fresh},
                                                       {{"silent", IPV4(2), 0}, &silent}};
    struct prometheus_parsed parsed;

    parse(targets, 2, &parsed);
    cr_expect_eq(parsed.samples, 1 + 2 * 7 + 1);
    cr_expect_eq(prometheus_value(&parsed, "hopwire_trace_rounds_total{target=\"0.0.0.1\",name=\"fresh\","
                                           "flow=\"0\"}"),
                 0);
    cr_expect_eq(
        prometheus_value(&parsed, "hopwire_trace_reached{target=\"0.0.0.1\",name=\"fresh\",flow=\"0\"}"), -1);
    cr_expect_eq(
        prometheus_value(&parsed, "hopwire_trace_reached{target=\"0.0.0.2\",name=\"silent\",flow=\"0\"}"), 0);
    cr_expect_eq(
        prometheus_value(&parsed,
                         "hopwire_trace_last_rtt_seconds{target=\"0.0.0.2\",name=\"silent\",flow=\"0\"}"),
        -1);
    free(parsed.text);
}

Test(prometheus, labels_are_escaped)
{
    static const struct path_counters counters = {.rounds = 5};
    static const struct prometheus_target target = {{"a\\b\"c\nd}, e", IPV4(1), 0}, &counters};
    struct prometheus_parsed parsed;

    parse(&target, 1, &parsed);
    cr_expect_eq(prometheus_value(
                     &parsed, "hopwire_trace_rounds_total{target=\"0.0.0.1\",name=\"a\\\\b\\\"c\\\\x0ad}, "
                              "e\",flow=\"0\"}"),
                 5);
    free(parsed.text);
}

/* The reader asserts that no sample comes twice. */
Test(prometheus, the_same_target_is_told_of_once)
{
    static const struct path_counters counters = {.rounds = 5};
    static const struct prometheus_target targets[] = {
        {{"a", IPV4(1), 0}, &counters}, {{"a", IPV4(1), 1}, &counters}, {{"a", IPV4(1), 0}, &counters},
        {{"b", IPV4(1), 0}, &counters}, {{"a", IPV4(1), 0}, &counters}, {{"a", IPV4(2), 0}, &counters},
        {{"b", IPV4(1), 0}, &counters},
    };
    struct prometheus_parsed parsed;

    parse(targets, COUNT(targets), &parsed);
    cr_expect_eq(parsed.samples, 1 + 4 * 8);
    free(parsed.text);
    parse(targets, 0, &parsed);
    cr_expect_eq(parsed.samples, 1);
    free(parsed.text);
}
