// SPDX-License-Identifier: GPL-2.0-or-later
/* Files that are written by others: what is refused, by name, and what is understood. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/metadata_sample.h"

TestSuite(metadata_reading, .init = metadata_sample_set_up, .fini = metadata_sample_tear_down);

static void write_text(const char *text)
{
    FILE *out = fopen(metadata_sample_path, "w");

    fputs(text, out);
    fclose(out);
}

static const char *refusal(void)
{
    static struct error_text error;
    struct survey_metadata metadata;

    cr_assert_lt(metadata_read(metadata_sample_path, &metadata, &error), 0);
    cr_assert_arr_eq(error.text, metadata_sample_path, strlen(metadata_sample_path), "%s", error.text);
    return error.text + strlen(metadata_sample_path);
}

static void expect_readable(void)
{
    struct error_text error;
    struct survey_metadata metadata;

    cr_expect_eq(metadata_read(metadata_sample_path, &metadata, &error), 0, "%s", error.text);
    metadata_free(&metadata);
}

Test(metadata_reading, bad_values_are_named)
{
    static const struct {
        const char *key, *value;
        const char *message;
    } cases[] = {
        {"key", "\"0123\"", ": key 'key' is not 32 hex digits"},
        {"key", "\"0123456789abcdefg123456789abcdef\"", ": key 'key' is not 32 hex digits"},
        {"key", "\" 123456789abcdef0123456789abcdef\"", ": key 'key' is not 32 hex digits"},
        {"key", "5", ": key 'key' is not 32 hex digits"},
        {"seed", "-1", ": key 'seed' is not a whole number"},
        {"seed", "\"7\"", ": key 'seed' is not a whole number"},
        {"seed", "null", ": key 'seed' is not a whole number"},
        {"version", "1", ": key 'version' is not a string or null"},
        {"command_line", "\"x\"", ": key 'command_line' is not an array of strings"},
        {"command_line", "[\"x\",1]", ": key 'command_line' is not an array of strings"},
        {"source", "\"1.2.3\"", ": key 'source' is not an address"},
        {"gateway_mac", "\"02:00\"", ": key 'gateway_mac' is not an Ethernet address or null"},
        {"vlan", "4095", ": key 'vlan' is not null or a whole number from 1 to 4094"},
        {"granularity", "33", ": key 'granularity' is not a whole number from 1 to 32"},
        {"granularity6", "129", ": key 'granularity6' is not a whole number from 1 to 128"},
        {"per_prefix", "0", ": key 'per_prefix' is not null or a whole number from 1 to 4294967295"},
        {"host6", "\"2001:db8::1\"",
         ": key 'host6' is not random, low, eui or an interface identifier such as ::1"},
        {"shard", "{\"index\":8,\"of\":8}", ": key 'shard' is not null or an object of index and of, larger"},
        {"shard", "{\"of\":8}", ": key 'shard' is not null or an object of index and of, larger"},
        {"shard", "1", ": key 'shard' is not null or an object of index and of, larger"},
        {"min_ttl", "0", ": key 'min_ttl' is not a whole number from 1 to 64"},
        {"max_ttl", "65", ": key 'max_ttl' is not a whole number from 1 to 64"},
        {"max_ttl", "4294967297", ": key 'max_ttl' is not a whole number from 1 to 64"},
        {"flows", "1.0", ": key 'flows' is not a whole number from 1 to 65536"},
        {"flows", "40000", ": key 'flows' is more than 32102, the most that udp can carry"},
        {"flows_by", "\"hosts\"", ": key 'flows_by' is not port or host"},
        {"flows_by", "1", ": key 'flows_by' is not port or host"},
        {"protocol", "\"sctp\"", ": key 'protocol' is not a protocol that probes are sent by"},
        {"protocol", "17", ": key 'protocol' is not a protocol that probes are sent by"},
        {"port", "65536", ": key 'port' is not null or a whole number from 1 to 65535"},
        {"clock", "{\"monotonic_ns\":1}", ": key 'clock' is not an object of monotonic_ns and realtime_ns"},
        {"clock", "null", ": key 'clock' is not an object of monotonic_ns and realtime_ns"},
        {"asked_rate", "-1", ": key 'asked_rate' is not a number of probes per second, \"auto\" or null"},
        {"asked_rate", "\"fast\"",
         ": key 'asked_rate' is not a number of probes per second, \"auto\" or null"},
        {"cooldown", "null", ": key 'cooldown' is not a number of seconds"},
        {"allow_special", "1", ": key 'allow_special' is not true or false"},
        {"targets", "[\"1.2.3.0/24\",\"1.2.3.4/24\"]",
         ": key 'targets' is not an array of prefixes such as 192.0.2.0/24, or the file of a list"},
        {"targets", "[1]",
         ": key 'targets' is not an array of prefixes such as 192.0.2.0/24, or the file of a list"},
        {"blocklist", "null",
         ": key 'blocklist' is not an array of prefixes such as 192.0.2.0/24, or the file of a list"},
        {"targets", "{}",
         ": key 'targets' is not an array of prefixes such as 192.0.2.0/24, or the file of a list"},
        {"files", "[\"../x\"]", ": key 'files' is not null or an array of names of files"},
        {"sim", "[]", ": key 'sim' is not an object or null"},
        {"state", "\"done\"", ": key 'state' is not running, finished, interrupted, failed or stopped"},
        {"start", "0", ": key 'start' is not a time such as 2023-11-14T22:13:20.123456Z"},
        {"graph", "{}", ": key 'graph' is not an object of interfaces, links and links_complete"},
        {"ledger", "{\"sent\":-1}", ": key 'ledger' is not an object with every counter of the ledger"},
        {"threads", "0", ": key 'threads' is not a whole number from 1 to 1024"},
        {"cpus", "0", ": key 'cpus' is not null or an array of CPU numbers"},
        {"cpus", "[0,-1]", ": key 'cpus' is not null or an array of CPU numbers"},
        {"cpus", "[1024]", ": key 'cpus' is not null or an array of CPU numbers"},
        {"reached", "null", ": key 'reached' is not a whole number"},
    };
    struct survey_metadata metadata = metadata_ended_sample();
    json_t *document = metadata_sample_load(&metadata);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *copy = json_copy(document);

        json_object_set_new(copy, cases[i].key, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
        json_dump_file(copy, metadata_sample_path, 0);
        cr_expect_str_eq(refusal(), cases[i].message, "%s: %s", cases[i].key, cases[i].value);
        json_decref(copy);
    }
    json_decref(document);
}

Test(metadata_reading, only_what_nothing_can_stand_in_for_must_be_there)
{
    static const char *const needed[] = {"seed", "key", "clock", "targets"};
    struct survey_metadata metadata = metadata_ended_sample();
    json_t *document = metadata_sample_load(&metadata);
    const char *key;
    json_t *value;

    json_object_foreach(document, key, value)
    {
        char expected[64] = "";
        json_t *copy = json_copy(document);

        for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
            if (strcmp(key, needed[i]) == 0)
                snprintf(expected, sizeof(expected), ": key '%s' is missing", key);
        json_object_del(copy, key);
        json_dump_file(copy, metadata_sample_path, 0);
        if (expected[0])
            cr_expect_str_eq(refusal(), expected);
        else
            expect_readable();
        json_decref(copy);
    }
    json_decref(document);
}

Test(metadata_reading, what_is_missing_has_its_usual_value)
{
    struct survey_metadata back;
    struct error_text error;

    write_text("{\"seed\":1,\"key\":\"00000000000000010000000000000002\",\"targets\":[\"192.0.2.0/24\"],"
               "\"clock\":{\"monotonic_ns\":1,\"realtime_ns\":2},\"later\":{\"any\":[1]}}");
    cr_assert_eq(metadata_read(metadata_sample_path, &back, &error), 0, "%s", error.text);
    cr_expect_eq(back.schema, 1);
    cr_expect_eq(back.granularity, 24);
    cr_expect_eq(back.min_ttl, 1);
    cr_expect_eq(back.max_ttl, 32);
    cr_expect_eq(back.flows, 1);
    cr_expect_eq(back.late_after_us, 5000000);
    cr_expect_eq(back.tags, 0);
    cr_expect_eq(back.layout, &layouts[LAYOUT_USUAL]);
    cr_expect_eq(back.port, 33434);
    cr_expect_null(back.sim);
    cr_expect_not(back.ended);
    metadata_free(&back);
}

/* Files as versions of then wrote them: of surveys that were simulated, but for names of host and kernel. */
Test(metadata_reading, files_of_earlier_versions_are_read)
{
    static const struct {
        const char *file;
        uint32_t tags;
        uint64_t key;
    } cases[] = {
        {"november-25.json", 0, 0x1b3a7e6d288ff2f7},
        {"november-29.json", 2, 0x94fa172afba53084},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char file[256];
        struct survey_metadata back;
        struct error_text error;

        snprintf(file, sizeof(file), "%.*s/metadata/%s", (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__,
                 cases[i].file);
        cr_assert_eq(metadata_read(file, &back, &error), 0, "%s", error.text);
        cr_expect_eq(back.schema, 1);
        cr_expect_eq(back.tags, cases[i].tags);
        cr_expect_eq(back.key.k0, cases[i].key);
        cr_expect_eq(back.targets.prefixes.count, 1);
        cr_expect_eq(back.probes, 64);
        cr_expect_eq(back.state, SURVEY_FINISHED);
        cr_expect_eq(back.ledger.written, 64);
        metadata_free(&back);
    }
}

/* A later version may say that its file means something else to those who do not know this or that. */
Test(metadata_reading, what_a_file_requires_is_refused_by_name)
{
    struct survey_metadata metadata = metadata_sample();
    json_t *document = metadata_sample_load(&metadata);

    json_object_set_new(document, "schema", json_integer(METADATA_SCHEMA + 5));
    json_dump_file(document, metadata_sample_path, 0);
    expect_readable();
    json_object_set_new(document, "requires", json_pack("[s]", "list-files"));
    json_dump_file(document, metadata_sample_path, 0);
    expect_readable();
    json_object_set_new(document, "requires", json_pack("[s, s]", "list-files", "oracles"));
    json_dump_file(document, metadata_sample_path, 0);
    cr_expect_arr_eq(refusal(), ": it requires 'oracles', which hopwire ", 38);
    json_object_set_new(document, "requires", json_string("oracles"));
    json_dump_file(document, metadata_sample_path, 0);
    cr_expect_str_eq(refusal(), ": key 'requires' is not an array of names");
    json_decref(document);
}

Test(metadata_reading, files_that_are_no_metadata_are_named)
{
    write_text("{\n\"seed\": 1,\n}\n");
    cr_expect_arr_eq(refusal(), ": line 3: not JSON: ", 20);
    write_text("");
    cr_expect_arr_eq(refusal(), ": line 1: not JSON: ", 20);
    write_text("[1]");
    cr_expect_str_eq(refusal(), ": not a JSON object");
    unlink(metadata_sample_path);
    cr_expect_str_eq(refusal(), ": cannot be opened: No such file or directory");
}
