// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "output/metadata_sample.h"

TestSuite(metadata, .init = metadata_sample_set_up, .fini = metadata_sample_tear_down);

Test(metadata, file_of_a_running_survey)
{
    static const char *const expected[][2] = {
        {"schema", "2"},
        {"requires", "[]"},
        {"state", "\"running\""},
        {"stopped", "null"},
        {"resumed", "0"},
        {"parts", "null"},
        {"version", "\"0.1\""},
        {"command_line", "[\"hopwire\",\"survey\",\"--seed\",\"7\",\"a \\\"b\\\" \\\\ c\",\"Stra\xc3\x9f"
                         "e\"]"},
        {"directory", "\"/srv/surveys\""},
        {"seed", "9223372036854775807"},
        {"key", "\"0123456789abcdeffedcba9876543210\""},
        {"protocol", "\"udp\""},
        {"port", "33434"},
        {"tags", "2"},
        {"host", "\"probe1\""},
        {"nic", "\"eth0\""},
        {"driver", "\"veth\""},
        {"kernel", "\"6.1.0\""},
        {"xdp_mode", "\"native\""},
        {"source", "\"198.18.0.2\""},
        {"gateway_mac", "\"02:00:00:00:00:01\""},
        {"vlan", "42"},
        {"ways", "null"},
        {"start", "\"2023-11-14T22:13:20.123456Z\""},
        {"start_us", "1700000000123456"},
        {"end", "null"},
        {"end_us", "null"},
        {"asked_rate", "100000.0"},
        {"achieved_rate", "null"},
        {"auto_rate", "null"},
        {"back_pressure", "null"},
        {"clock", "{\"monotonic_ns\":123456789,\"realtime_ns\":1700000000123456789}"},
        {"granularity", "24"},
        {"granularity6", "48"},
        {"per_prefix", "null"},
        {"host6", "\"random\""},
        {"shard", "null"},
        {"min_ttl", "1"},
        {"max_ttl", "32"},
        {"flows", "4"},
        {"flows_by", "\"port\""},
        {"cooldown", "2.5"},
        {"late_after_us", "5000000"},
        {"strategy", "\"exhaustive\""},
        {"tx", "\"ring\""},
        {"tx_auto", "\"it reaches\""},
        {"threads", "2"},
        {"cpus", "[4,1]"},
        {"contact", "null"},
        {"gentle", "null"},
        {"receiving", "null"},
        {"targets", "[\"1.0.0.0/24\",\"8.8.8.8/32\",\"192.0.2.0/24\"]"},
        {"blocklist", "[]"},
        {"allow_special", "true"},
        {"sim", "null"},
        {"probes", "384"},
        {"graph", "null"},
        {"discovery", "null"},
        {"limited", "null"},
        {"figures", "null"},
        {"reached", "null"},
        {"device_difference", "null"},
        {"device_sent", "null"},
        {"outages", "null"},
        {"control", "null"},
        {"ledger", "null"},
        {"files", "null"},
        {"outputs", "null"},
        {"merged", "null"},
    };
    struct survey_metadata metadata = metadata_sample();
    json_t *document = metadata_sample_load(&metadata);

    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        metadata_expect_value(document, expected[i][0], expected[i][1]);
    cr_expect_eq(json_object_size(document), sizeof(expected) / sizeof(expected[0]));
    json_decref(document);
}

/* Counters so far, and no end; by the text that another thread writes. */
Test(metadata, file_of_a_survey_that_was_counted)
{
    struct survey_metadata metadata = metadata_sample(), back;
    struct error_text error;
    size_t length;

    metadata.counted = true;
    metadata.achieved_rate = 5;
    metadata.ledger.sent = 123;
    metadata.reached = 7;
    char *text = metadata_whole_text(&metadata, &length);
    cr_assert_eq(strlen(text), length);
    cr_assert_eq(metadata_write_text(NULL, metadata_sample_path, text, length), 0);
    free(text);
    cr_assert_eq(metadata_read(metadata_sample_path, &back, &error), 0, "%s", error.text);
    cr_expect_not(back.ended);
    cr_expect(json_is_null(json_object_get(back.document, "end")));
    cr_expect_eq(back.ledger.sent, 123);
    cr_expect_eq(back.reached, 7);
    cr_expect_eq(back.achieved_rate, 5);
    metadata_free(&back);
}

Test(metadata, file_of_an_ended_survey)
{
    struct survey_metadata metadata = metadata_ended_sample();

    metadata.asked_rate = INFINITY;
    metadata.vlan = 0;
    metadata.cpus.count = 0;
    metadata.nic = NULL;
    memset(metadata.gateway_mac, 0, sizeof(metadata.gateway_mac));
    metadata.sim = json_pack("{sI}", "seed", (json_int_t)1);
    json_t *document = metadata_sample_load(&metadata);

    metadata_expect_value(document, "state", "\"finished\"");
    metadata_expect_value(document, "nic", "null");
    metadata_expect_value(document, "vlan", "null");
    metadata_expect_value(document, "cpus", "null");
    metadata_expect_value(document, "gateway_mac", "null");
    metadata_expect_value(document, "asked_rate", "null");
    metadata_expect_value(document, "achieved_rate", "99999.5");
    metadata_expect_value(document, "end", "\"2023-11-14T22:13:21.000000Z\"");
    metadata_expect_value(
        document, "graph",
        "{\"interfaces\":1000,\"ipv6_interfaces\":300,\"links\":2000,\"ipv6_links\":400,\"links_"
        "complete\":true}");
    metadata_expect_value(document, "reached", "2");
    metadata_expect_value(document, "sim", "{\"seed\":1}");
    cr_expect_eq(json_integer_value(json_object_get(json_object_get(document, "ledger"), "sent")), 380);
    cr_expect(json_is_true(json_object_get(json_object_get(document, "ledger"), "balanced")));
    json_decref(document);
    json_decref(metadata.sim);
}

Test(metadata, argument_that_is_not_utf8_is_no_obstacle)
{
    static const char *const arguments[] = {"caf\xe9.txt"};
    struct survey_metadata metadata = metadata_sample();

    metadata.command_line = (struct metadata_arguments){arguments, 1};
    json_t *document = metadata_sample_load(&metadata);
    metadata_expect_value(document, "command_line", "[\"caf?.txt\"]");
    json_decref(document);
}

/* What was read is written again: the second file equals the first byte by byte. */
static void expect_round_trip(const struct survey_metadata *metadata)
{
    struct survey_metadata back;
    struct error_text error;

    json_t *first = metadata_sample_load(metadata);
    cr_assert_eq(metadata_read(metadata_sample_path, &back, &error), 0, "%s", error.text);
    cr_expect_eq(back.ended, metadata->ended);
    cr_expect_eq(back.key.k1, metadata->key.k1);
    cr_expect_eq(back.targets.prefixes.count, metadata->targets.prefixes.count);
    json_t *second = metadata_sample_load(&back);
    cr_expect(json_equal(first, second));
    json_decref(first);
    json_decref(second);
    metadata_free(&back);
}

Test(metadata, comes_back)
{
    struct survey_metadata metadata = metadata_sample();

    expect_round_trip(&metadata);
    metadata = metadata_ended_sample();
    metadata.sim = json_pack("{ss}", "topology", "synthetic");
    metadata.ways = json_pack("{s[{ss}]}", "in", "interface", "eth1");
    expect_round_trip(&metadata);
    metadata.asked_rate = NAN;
    metadata.per_prefix = 16;
    metadata.flows_by = FLOWS_BY_HOST;
    metadata.host6 = (struct host6){HOST6_GIVEN, 0x12345678abcdef01};
    metadata.shard = (struct shard){7, 8};
    metadata.requires.shards = true;
    expect_round_trip(&metadata);
    metadata.asked_rate = INFINITY;
    metadata.host = NULL;
    metadata.vlan = 0;
    metadata.state = SURVEY_INTERRUPTED;
    expect_round_trip(&metadata);
    json_decref(metadata.ways);
    json_decref(metadata.sim);
}

Test(metadata, million_targets_come_back)
{
    enum {
        TARGETS = 1000000,
    };
    struct survey_metadata metadata = metadata_sample(), back;
    struct error_text error;

    metadata.targets.prefixes = (struct prefix_list){
        .prefixes = calloc(TARGETS, sizeof(struct prefix)), .count = TARGETS, .capacity = TARGETS};
    for (uint32_t i = 0; i < TARGETS; i++)
        metadata.targets.prefixes.prefixes[i] = (struct prefix){IPV4(i << 8), 24};
    cr_assert_eq(metadata_write(metadata_sample_path, &metadata), 0);
    cr_assert_eq(metadata_read(metadata_sample_path, &back, &error), 0, "%s", error.text);
    cr_assert_eq(back.targets.prefixes.count, TARGETS);
    for (uint32_t i = 0; i < TARGETS; i++)
        cr_assert(address_equal(back.targets.prefixes.prefixes[i].base, IPV4(i << 8)));
    metadata_free(&back);
    free(metadata.targets.prefixes.prefixes);
}

Test(metadata, lies_beside_the_results)
{
    char *beside = metadata_path_for("out/r.csv");

    cr_expect_str_eq(beside, "out/r.csv.meta.json");
    free(beside);
}

Test(metadata, public_text_has_all_but_the_key)
{
    const struct survey_metadata metadata = metadata_sample();
    char *text = metadata_public_text(&metadata);

    cr_assert_not_null(text);
    cr_expect_not_null(strstr(text, "\"seed\": 9223372036854775807"));
    cr_expect_not_null(strstr(text, "\"key\": null"));
    cr_expect_null(strstr(text, "0123456789abcdef"));
    free(text);
}
