// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "sim/score_report.h"

/* Two interfaces of which one is found, one false link, a target that is found. */
static void fill(struct score *score)
{
    static const struct record records[] = {
        {.responder = IPV4(0xf0000001), .target_address = IPV4(0x08080807), .probe_ttl = 1, .icmp_type = 11},
        {.responder = IPV4(0x08080807), .target_address = IPV4(0x08080807), .probe_ttl = 2, .icmp_type = 3},
    };

    for (int i = 0; i < 2; i++)
        cr_assert_eq(score_add_record(score, &records[i]), 0);
    cr_assert_eq(score_find_links(score), 0);
    cr_assert_eq(
        score_add_truth(score, SCORE_INTERFACE, (struct score_thing){.address = IPV4(0xf0000001)}, true), 0);
    cr_assert_eq(
        score_add_truth(score, SCORE_INTERFACE, (struct score_thing){.address = IPV4(0xf0000002)}, true), 0);
    cr_assert_eq(
        score_add_truth(score, SCORE_TARGET, (struct score_thing){.address = IPV4(0x08080807)}, true), 0);
}

static char *report(const struct score *score, struct score_probes probes, bool json)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    if (json)
        cr_assert_eq(score_print_json(score, &probes, out), 0);
    else
        score_print(score, &probes, out);
    fclose(out);
    return text;
}

static void expect_json(const char *text, const char *expected)
{
    json_t *got = json_loads(text, 0, NULL), *wanted = json_loads(expected, 0, NULL);

    cr_assert_not_null(wanted);
    cr_expect(json_equal(got, wanted), "%s", text);
    json_decref(got);
    json_decref(wanted);
}

Test(score_report, json_has_every_key)
{
    struct score score = {0};

    fill(&score);
    struct score_probes probes = {.known = true, .sent = 64, .reasons = {1, 2, 3, 4, 5}};
    char *text = report(&score, probes, true);
    expect_json(text, "{\"interfaces\":{\"true\":2,\"found\":1,\"recall\":0.5,\"precision\":1.0},"
                      "\"links\":{\"true\":0,\"found\":1,\"recall\":1.0,\"precision\":0.0},"
                      "\"reached\":1,\"reached_true\":1,\"probes\":64,\"probes_per_interface\":64.0,"
                      "\"missed\":[{\"kind\":\"interface\",\"address\":\"240.0.0.2\"}],"
                      "\"false\":[{\"kind\":\"link\",\"from\":\"240.0.0.1\",\"to\":\"8.8.8.7\"}],"
                      "\"reasons\":{\"never_sent\":1,\"rate_limited\":2,\"lost_out\":3,"
                      "\"lost_back\":4,\"lost_here\":5}}");
    free(text);
    score_free(&score);
}

Test(score_report, json_without_probes_or_results)
{
    struct score score = {0};
    char *text = report(&score, (struct score_probes){0}, true);

    expect_json(text, "{\"interfaces\":{\"true\":0,\"found\":0,\"recall\":1.0,\"precision\":1.0},"
                      "\"links\":{\"true\":0,\"found\":0,\"recall\":1.0,\"precision\":1.0},"
                      "\"reached\":0,\"reached_true\":0,\"probes\":null,\"probes_per_interface\":null,"
                      "\"missed\":[],\"false\":[],\"reasons\":null}");
    free(text);
}

Test(score_report, lists_are_cut_at_twenty_of_all_kinds)
{
    struct score score = {0};

    for (uint32_t i = 0; i < 15; i++) {
        cr_assert_eq(score_add_truth(&score, SCORE_INTERFACE,
                                     (struct score_thing){.address = IPV4(0xf0000000 + i)}, true),
                     0);
        cr_assert_eq(score_add_truth(&score, SCORE_LINK, (struct score_thing){IPV4(i + 1), IPV4(i)}, true),
                     0);
    }
    char *text = report(&score, (struct score_probes){0}, true);
    json_t *object = json_loads(text, 0, NULL);
    cr_expect_eq(json_array_size(json_object_get(object, "missed")), 20);
    json_decref(object);
    free(text);
    score_free(&score);
}

Test(score_report, table_for_people)
{
    struct score score = {0};

    fill(&score);
    struct score_probes probes = {.known = true, .sent = 64000, .reasons = {[SCORE_RATE_LIMITED] = 1234}};
    char *text = report(&score, probes, false);
    cr_expect_str_eq(text, "                       true          found      recall   precision\n"
                           "interfaces                2              1     50.00 %    100.00 %\n"
                           "links                     0              1    100.00 %      0.00 %\n"
                           "targets                   1              1    100.00 %    100.00 %\n"
                           "probes                              64,000, 64000.00 for each interface found\n"
                           "  missed interface 240.0.0.2\n"
                           "  why: replies not sent because of rate limits: 1,234\n"
                           "  false link 240.0.0.1 -> 8.8.8.7\n");
    free(text);
    score_free(&score);
}

/* One in a million missed is not 100 %. */
Test(score_report, percentages_are_not_rounded_up)
{
    struct score score = {0};
    struct record record = {.target_address = IPV4(1), .icmp_type = 11};

    for (uint32_t i = 0; i < 100000; i++) {
        record.responder = IPV4(0xf0000000 + i);
        cr_assert_eq(
            score_add_truth(&score, SCORE_INTERFACE, (struct score_thing){.address = record.responder}, true),
            0);
        if (i)
            cr_assert_eq(score_add_record(&score, &record), 0);
    }
    char *text = report(&score, (struct score_probes){0}, false);
    cr_expect_not_null(strstr(text, "interfaces          100,000         99,999     99.99 %    100.00 %\n"),
                       "%s", text);
    free(text);
    score_free(&score);
}
