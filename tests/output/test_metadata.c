// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addresses.h"
#include "output/metadata.h"

static char directory[] = "/tmp/hopwire-test-XXXXXX";
static char path[64];

static void make_directory(void)
{
    cr_assert_not_null(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/r.csv.meta.json", directory);
}

static void remove_directory(void)
{
    unlink(path);
    rmdir(directory); /* fails where a temporary file was left behind */
    cr_expect_eq(access(directory, F_OK), -1);
}

TestSuite(metadata, .init = make_directory, .fini = remove_directory);

static struct survey_metadata sample(void)
{
    static const char *const arguments[] = {"hopwire", "survey",       "--seed",
                                            "7",       "a \"b\" \\ c", "Stra\303\237e"};
    static struct prefix targets[] = {{IPV4(0x01000000), 24}, {IPV4(0x08080808), 32}, {IPV4(0xc0000200), 24}};

    return (struct survey_metadata){
        .schema = METADATA_SCHEMA,
        .version = "0.1",
        .command_line = {arguments, 6},
        .seed = INT64_MAX,
        .key = {0x0123456789abcdef, 0xfedcba9876543210},
        .layout = &layouts[LAYOUT_USUAL],
        .port = 33434,
        .tags = 2,
        .host = "probe1",
        .nic = "eth0",
        .driver = "veth",
        .kernel = "6.1.0",
        .xdp_mode = "native",
        .source = IPV4(0xc6120002),
        .gateway_mac = {2, 0, 0, 0, 0, 1},
        .vlan = 42,
        .start_us = 1700000000123456,
        .asked_rate = 100000,
        .clock = {123456789, 1700000000123456789},
        .granularity = 24,
        .granularity6 = 48,
        .min_ttl = 1,
        .max_ttl = 32,
        .flows = 4,
        .cooldown = 2.5,
        .late_after_us = 5000000,
        .strategy = "exhaustive",
        .tx = "ring",
        .tx_auto = "it reaches",
        .threads = 2,
        .cpus = {2, {4, 1}},
        .targets.prefixes = {.prefixes = targets, .count = 3, .capacity = 3},
        .allow_special = true,
        .probes = 384,
        .state = SURVEY_RUNNING,
    };
}

static struct survey_metadata ended_sample(void)
{
    struct survey_metadata metadata = sample();

    metadata.state = SURVEY_FINISHED;
    metadata.ended = true;
    metadata.end_us = 1700000001000000;
    metadata.achieved_rate = 99999.5;
    metadata.graph = (struct metadata_graph){1000, 2000, 300, 400, true, true};
    metadata.reached = 2;
    metadata.ledger = (struct ledger){.generated = 384, .sent = 380, .blocked = 4};
    return metadata;
}

static json_t *write_and_load(const struct survey_metadata *metadata)
{
    json_t *document;

    cr_assert_eq(metadata_write(path, metadata), 0);
    document = json_load_file(path, 0, NULL);
    cr_assert_not_null(document);
    return document;
}

static void expect_value(const json_t *document, const char *key, const char *expected)
{
    char *text = json_dumps(json_object_get(document, key), JSON_COMPACT | JSON_ENCODE_ANY);

    cr_assert_not_null(text, "%s is missing", key);
    cr_expect_str_eq(text, expected);
    free(text);
}

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
    struct survey_metadata metadata = sample();
    json_t *document = write_and_load(&metadata);

    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++)
        expect_value(document, expected[i][0], expected[i][1]);
    cr_expect_eq(json_object_size(document), sizeof(expected) / sizeof(expected[0]));
    json_decref(document);
}

/* Counters so far, and no end; by the text that another thread writes. */
Test(metadata, file_of_a_survey_that_was_counted)
{
    struct survey_metadata metadata = sample(), back;
    struct error_text error;
    size_t length;

    metadata.counted = true;
    metadata.achieved_rate = 5;
    metadata.ledger.sent = 123;
    metadata.reached = 7;
    char *text = metadata_whole_text(&metadata, &length);
    cr_assert_eq(strlen(text), length);
    cr_assert_eq(metadata_write_text(NULL, path, text, length), 0);
    free(text);
    cr_assert_eq(metadata_read(path, &back, &error), 0, "%s", error.text);
    cr_expect_not(back.ended);
    cr_expect(json_is_null(json_object_get(back.document, "end")));
    cr_expect_eq(back.ledger.sent, 123);
    cr_expect_eq(back.reached, 7);
    cr_expect_eq(back.achieved_rate, 5);
    metadata_free(&back);
}

Test(metadata, file_of_an_ended_survey)
{
    struct survey_metadata metadata = ended_sample();

    metadata.asked_rate = INFINITY;
    metadata.vlan = 0;
    metadata.cpus.count = 0;
    metadata.nic = NULL;
    memset(metadata.gateway_mac, 0, sizeof(metadata.gateway_mac));
    metadata.sim = json_pack("{sI}", "seed", (json_int_t)1);
    json_t *document = write_and_load(&metadata);

    expect_value(document, "state", "\"finished\"");
    expect_value(document, "nic", "null");
    expect_value(document, "vlan", "null");
    expect_value(document, "cpus", "null");
    expect_value(document, "gateway_mac", "null");
    expect_value(document, "asked_rate", "null");
    expect_value(document, "achieved_rate", "99999.5");
    expect_value(document, "end", "\"2023-11-14T22:13:21.000000Z\"");
    expect_value(document, "graph",
                 "{\"interfaces\":1000,\"ipv6_interfaces\":300,\"links\":2000,\"ipv6_links\":400,\"links_"
                 "complete\":true}");
    expect_value(document, "reached", "2");
    expect_value(document, "sim", "{\"seed\":1}");
    cr_expect_eq(json_integer_value(json_object_get(json_object_get(document, "ledger"), "sent")), 380);
    cr_expect(json_is_true(json_object_get(json_object_get(document, "ledger"), "balanced")));
    json_decref(document);
    json_decref(metadata.sim);
}

Test(metadata, argument_that_is_not_utf8_is_no_obstacle)
{
    static const char *const arguments[] = {"caf\xe9.txt"};
    struct survey_metadata metadata = sample();

    metadata.command_line = (struct metadata_arguments){arguments, 1};
    json_t *document = write_and_load(&metadata);
    expect_value(document, "command_line", "[\"caf?.txt\"]");
    json_decref(document);
}

/* What was read is written again: the second file equals the first byte by byte. */
static void expect_round_trip(const struct survey_metadata *metadata)
{
    struct survey_metadata back;
    struct error_text error;

    json_t *first = write_and_load(metadata);
    cr_assert_eq(metadata_read(path, &back, &error), 0, "%s", error.text);
    cr_expect_eq(back.ended, metadata->ended);
    cr_expect_eq(back.key.k1, metadata->key.k1);
    cr_expect_eq(back.targets.prefixes.count, metadata->targets.prefixes.count);
    json_t *second = write_and_load(&back);
    cr_expect(json_equal(first, second));
    json_decref(first);
    json_decref(second);
    metadata_free(&back);
}

Test(metadata, comes_back)
{
    struct survey_metadata metadata = sample();

    expect_round_trip(&metadata);
    metadata = ended_sample();
    metadata.sim = json_pack("{ss}", "topology", "synthetic");
    metadata.ways = json_pack("{s[{ss}]}", "in", "interface", "eth1");
    expect_round_trip(&metadata);
    metadata.asked_rate = NAN;
    metadata.per_prefix = 16;
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
    struct survey_metadata metadata = sample(), back;
    struct error_text error;

    metadata.targets.prefixes = (struct prefix_list){
        .prefixes = calloc(TARGETS, sizeof(struct prefix)), .count = TARGETS, .capacity = TARGETS};
    for (uint32_t i = 0; i < TARGETS; i++)
        metadata.targets.prefixes.prefixes[i] = (struct prefix){IPV4(i << 8), 24};
    cr_assert_eq(metadata_write(path, &metadata), 0);
    cr_assert_eq(metadata_read(path, &back, &error), 0, "%s", error.text);
    cr_assert_eq(back.targets.prefixes.count, TARGETS);
    for (uint32_t i = 0; i < TARGETS; i++)
        cr_assert(address_equal(back.targets.prefixes.prefixes[i].base, IPV4(i << 8)));
    metadata_free(&back);
    free(metadata.targets.prefixes.prefixes);
}

static void write_text(const char *text)
{
    FILE *out = fopen(path, "w");

    fputs(text, out);
    fclose(out);
}

static const char *refusal(void)
{
    static struct error_text error;
    struct survey_metadata metadata;

    cr_assert_lt(metadata_read(path, &metadata, &error), 0);
    cr_assert_arr_eq(error.text, path, strlen(path), "%s", error.text);
    return error.text + strlen(path);
}

static void expect_readable(void)
{
    struct error_text error;
    struct survey_metadata metadata;

    cr_expect_eq(metadata_read(path, &metadata, &error), 0, "%s", error.text);
    metadata_free(&metadata);
}

Test(metadata, bad_values_are_named)
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
        {"flows", "40000", ": key 'flows' is more than 32102, which udp can carry"},
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
    struct survey_metadata metadata = ended_sample();
    json_t *document = write_and_load(&metadata);

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        json_t *copy = json_copy(document);

        json_object_set_new(copy, cases[i].key, json_loads(cases[i].value, JSON_DECODE_ANY, NULL));
        json_dump_file(copy, path, 0);
        cr_expect_str_eq(refusal(), cases[i].message, "%s: %s", cases[i].key, cases[i].value);
        json_decref(copy);
    }
    json_decref(document);
}

Test(metadata, only_what_nothing_can_stand_in_for_must_be_there)
{
    static const char *const needed[] = {"seed", "key", "clock", "targets"};
    struct survey_metadata metadata = ended_sample();
    json_t *document = write_and_load(&metadata);
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
        json_dump_file(copy, path, 0);
        if (expected[0])
            cr_expect_str_eq(refusal(), expected);
        else
            expect_readable();
        json_decref(copy);
    }
    json_decref(document);
}

Test(metadata, what_is_missing_has_its_usual_value)
{
    struct survey_metadata back;
    struct error_text error;

    write_text("{\"seed\":1,\"key\":\"00000000000000010000000000000002\",\"targets\":[\"192.0.2.0/24\"],"
               "\"clock\":{\"monotonic_ns\":1,\"realtime_ns\":2},\"later\":{\"any\":[1]}}");
    cr_assert_eq(metadata_read(path, &back, &error), 0, "%s", error.text);
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
Test(metadata, files_of_earlier_versions_are_read)
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
Test(metadata, what_a_file_requires_is_refused_by_name)
{
    struct survey_metadata metadata = sample();
    json_t *document = write_and_load(&metadata);

    json_object_set_new(document, "schema", json_integer(METADATA_SCHEMA + 5));
    json_dump_file(document, path, 0);
    expect_readable();
    json_object_set_new(document, "requires", json_pack("[s]", "list-files"));
    json_dump_file(document, path, 0);
    expect_readable();
    json_object_set_new(document, "requires", json_pack("[s, s]", "list-files", "oracles"));
    json_dump_file(document, path, 0);
    cr_expect_arr_eq(refusal(), ": it requires 'oracles', which hopwire ", 38);
    json_object_set_new(document, "requires", json_string("oracles"));
    json_dump_file(document, path, 0);
    cr_expect_str_eq(refusal(), ": key 'requires' is not an array of names");
    json_decref(document);
}

Test(metadata, files_that_are_no_metadata_are_named)
{
    write_text("{\n\"seed\": 1,\n}\n");
    cr_expect_arr_eq(refusal(), ": line 3: not JSON: ", 20);
    write_text("");
    cr_expect_arr_eq(refusal(), ": line 1: not JSON: ", 20);
    write_text("[1]");
    cr_expect_str_eq(refusal(), ": not a JSON object");
    unlink(path);
    cr_expect_str_eq(refusal(), ": cannot be opened: No such file or directory");
}

/* A reader that holds the file open sees the old one to its end: it is replaced, not rewritten. */
Test(metadata, file_is_replaced_as_a_whole)
{
    struct survey_metadata metadata = sample();
    struct stat before, after;

    cr_assert_eq(metadata_write(path, &metadata), 0);
    FILE *old = fopen(path, "r");
    cr_assert_eq(fstat(fileno(old), &before), 0);
    metadata = ended_sample();
    cr_assert_eq(metadata_write(path, &metadata), 0);
    cr_assert_eq(stat(path, &after), 0);
    cr_expect_neq(before.st_ino, after.st_ino);
    json_t *document = json_loadf(old, 0, NULL);
    expect_value(document, "state", "\"running\"");
    json_decref(document);
    fclose(old);
}

Test(metadata, failed_write_leaves_the_old_file)
{
    struct survey_metadata metadata = sample();
    struct rlimit none = {0, RLIM_INFINITY};

    cr_assert_eq(metadata_write(path, &metadata), 0);
    metadata = ended_sample();
    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    cr_expect_eq(metadata_write(path, &metadata), -EFBIG);
    none.rlim_cur = RLIM_INFINITY;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);

    json_t *document = json_load_file(path, 0, NULL);
    expect_value(document, "state", "\"running\"");
    json_decref(document);
    cr_expect_eq(metadata_write("/nonexistent/r.meta.json", &metadata), -ENOENT);
}

Test(metadata, what_is_no_regular_file_is_written_in_place)
{
    struct survey_metadata metadata = sample();
    char target[80];
    struct stat status;

    cr_expect_eq(metadata_write("/dev/full", &metadata), -ENOSPC);
    cr_assert_eq(stat("/dev/full", &status), 0);
    cr_expect(S_ISCHR(status.st_mode));

    snprintf(target, sizeof(target), "%s/target", directory);
    cr_assert_eq(symlink(target, path), 0);
    cr_expect_eq(metadata_write(path, &metadata), -ELOOP, "it leads to nothing");
    fclose(fopen(target, "w"));
    cr_expect_eq(metadata_write(path, &metadata), 0);
    cr_assert_eq(lstat(path, &status), 0);
    cr_expect(S_ISLNK(status.st_mode));
    cr_expect_eq(unlink(target), 0);
}

/* It holds the key, and the directory may be one in which everybody can put links. */
Test(metadata, is_the_owners_alone)
{
    struct survey_metadata metadata = sample();
    char guessed[80], victim[80];
    struct stat status;

    umask(0);
    snprintf(guessed, sizeof(guessed), "%s.tmp", path);
    snprintf(victim, sizeof(victim), "%s/victim", directory);
    fclose(fopen(victim, "w"));
    cr_assert_eq(symlink(victim, guessed), 0);
    cr_assert_eq(metadata_write(path, &metadata), 0);
    cr_assert_eq(stat(path, &status), 0);
    cr_expect_eq(status.st_mode & 07777, 0600);
    cr_assert_eq(stat(victim, &status), 0);
    cr_expect_eq(status.st_size, 0, "nobody's link is followed");
    unlink(victim);
    unlink(guessed);
}

Test(metadata, lies_beside_the_results)
{
    char *beside = metadata_path_for("out/r.csv");

    cr_expect_str_eq(beside, "out/r.csv.meta.json");
    free(beside);
}

Test(metadata, public_text_has_all_but_the_key)
{
    const struct survey_metadata metadata = sample();
    char *text = metadata_public_text(&metadata);

    cr_assert_not_null(text);
    cr_expect_not_null(strstr(text, "\"seed\": 9223372036854775807"));
    cr_expect_not_null(strstr(text, "\"key\": null"));
    cr_expect_null(strstr(text, "0123456789abcdef"));
    free(text);
}
