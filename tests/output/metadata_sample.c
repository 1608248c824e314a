// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/metadata_sample.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "addresses.h"

char metadata_sample_directory[] = "/tmp/hopwire-test-XXXXXX", metadata_sample_path[64];

void metadata_sample_set_up(void)
{
    cr_assert_not_null(mkdtemp(metadata_sample_directory));
    snprintf(metadata_sample_path, sizeof(metadata_sample_path), "%s/r.csv.meta.json",
             metadata_sample_directory);
}

void metadata_sample_tear_down(void)
{
    unlink(metadata_sample_path);
    rmdir(metadata_sample_directory); /* fails where a temporary file was left behind */
    cr_expect_eq(access(metadata_sample_directory, F_OK), -1);
}

struct survey_metadata metadata_sample(void)
{
    static const char *const arguments[] = {"hopwire", "survey",       "--seed",
                                            "7",       "a \"b\" \\ c", "Stra\303\237e"};
    static struct prefix targets[] = {{IPV4(0x01000000), 24}, {IPV4(0x08080808), 32}, {IPV4(0xc0000200), 24}};

    return (struct survey_metadata){
        .schema = METADATA_SCHEMA,
        .version = "0.1",
        .command_line = {arguments, 6},
        .directory = "/srv/surveys",
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

struct survey_metadata metadata_ended_sample(void)
{
    struct survey_metadata metadata = metadata_sample();

    metadata.state = SURVEY_FINISHED;
    metadata.ended = true;
    metadata.end_us = 1700000001000000;
    metadata.achieved_rate = 99999.5;
    metadata.graph = (struct metadata_graph){1000, 2000, 300, 400, true, true};
    metadata.reached = 2;
    metadata.ledger = (struct ledger){.generated = 384, .sent = 380, .blocked = 4};
    return metadata;
}

json_t *metadata_sample_load(const struct survey_metadata *metadata)
{
    json_t *document;

    cr_assert_eq(metadata_write(metadata_sample_path, metadata), 0);
    document = json_load_file(metadata_sample_path, 0, NULL);
    cr_assert_not_null(document);
    return document;
}

void metadata_expect_value(const json_t *document, const char *key, const char *expected)
{
    char *text = json_dumps(json_object_get(document, key), JSON_COMPACT | JSON_ENCODE_ANY);

    cr_assert_not_null(text, "%s is missing", key);
    cr_expect_str_eq(text, expected);
    free(text);
}
