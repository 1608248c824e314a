// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <criterion/redirect.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "addresses.h"
#include "command/commands.h"
#include "output/metadata.h"
#include "sim/options.h"

enum { MAX_ARGUMENTS = 24 };

/* Runs `hopwire sim …` with the words of `text`. */
static int run_sim(const char *text)
{
    static char copy[512];
    char *argv[MAX_ARGUMENTS] = {NULL};
    int argc = 0;

    snprintf(copy, sizeof(copy), "sim %s", text);
    for (char *word = strtok(copy, " "); word && argc + 1 < MAX_ARGUMENTS; word = strtok(NULL, " "))
        argv[argc++] = word;
    return command_sim(argc, argv);
}

static size_t lines_on_stderr(void)
{
    FILE *file = cr_get_redirected_stderr();
    size_t lines = 0;
    int c;

    fflush(stderr);
    while ((c = fgetc(file)) != EOF)
        lines += c == '\n';
    return lines;
}

#define UNUSABLE(name, arguments)                                                                            \
    Test(command_sim, name)                                                                                  \
    {                                                                                                        \
        cr_redirect_stderr();                                                                                \
        cr_redirect_stdout();                                                                                \
        cr_expect_eq(run_sim(arguments), EXIT_UNUSABLE);                                                     \
        cr_expect_eq(lines_on_stderr(), 1);                                                                  \
    }

UNUSABLE(refuses_unknown_command, "fly")
UNUSABLE(refuses_unknown_option, "truth --fly 1.1.1.1")
UNUSABLE(refuses_unknown_topology, "truth --topology moon 1.1.1.1")
UNUSABLE(refuses_unknown_realism, "truth --realism surreal 1.1.1.1")
UNUSABLE(refuses_no_target, "truth")
UNUSABLE(refuses_special_target, "truth 10.0.0.1")
UNUSABLE(refuses_missing_routes, "truth --topology routes:/nowhere/at/all")
UNUSABLE(refuses_routes_without_a_file, "truth --topology routes: 10.0.0.1")
UNUSABLE(refuses_a_file_that_holds_no_routes, "truth --topology routes:/dev/null")
UNUSABLE(refuses_a_file_that_holds_no_edges, "truth --topology edges:/dev/null")
UNUSABLE(refuses_shares_where_the_file_tells_who_answers, "truth --topology routes:/dev/null --silent 5")
UNUSABLE(refuses_malformed_target, "truth 1.1.1.1.1")
UNUSABLE(refuses_inverted_ttls, "truth --min-ttl 5 --max-ttl 4 1.1.1.1")
UNUSABLE(refuses_missing_directory, "truth --output /nowhere/at/all 1.1.1.1")
UNUSABLE(refuses_missing_metadata, "truth --metadata /nowhere/at/all")
UNUSABLE(refuses_targets_beside_metadata, "truth --metadata /dev/null 1.1.1.1")
UNUSABLE(refuses_missing_targets_file, "truth --targets /nowhere/at/all")

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;

    cr_assert_not_null(file);
    cr_assert_gt(getdelim(&text, &size, '\0', file), 0);
    fclose(file);
    return text;
}

/* Metadata as the survey `--seed 42 --min-ttl 2 --max-ttl 20 --flows 2 --sim=seed=5` of 20.0.0.0/20 leaves
 * it. */
static void write_metadata(const char *path, bool simulated)
{
    struct sim_options sim = sim_options_default();
    struct prefix prefix = {IPV4(0x14000000), 20};
    struct survey_metadata metadata = {
        .layout = layouts,
        .port = 33434,
        .seed = 42,
        .key = {0x0123456789abcdef, 0x0f1e2d3c4b5a6978},
        .source = IPV4(SIM_HOST_ADDRESS),
        .granularity = 24,
        .granularity6 = 48,
        .min_ttl = 2,
        .max_ttl = 20,
        .flows = 2,
        .threads = 1,
        .targets.prefixes = {.prefixes = &prefix, .count = 1},
        .strategy = "exhaustive",
        .version = "test",
        .host = "test",
        .nic = "uplink0",
        .kernel = "test",
    };

    sim.seed = 5;
    if (simulated)
        metadata.sim = sim_options_json(&sim);
    cr_assert_eq(metadata_write(path, &metadata), 0);
    json_decref(metadata.sim);
}

struct scratch {
    char metadata[64], from_metadata[64], by_hand[64], command[256];
};

static void make_scratch(struct scratch *scratch)
{
    char directory[] = "/tmp/hopwire-sim-XXXXXX";

    cr_assert_not_null(mkdtemp(directory));
    snprintf(scratch->metadata, sizeof(scratch->metadata), "%s/meta.json", directory);
    snprintf(scratch->from_metadata, sizeof(scratch->from_metadata), "%s/one", directory);
    snprintf(scratch->by_hand, sizeof(scratch->by_hand), "%s/two", directory);
}

static void remove_scratch(struct scratch *scratch)
{
    unlink(scratch->metadata);
    unlink(scratch->from_metadata);
    unlink(scratch->by_hand);
    *strrchr(scratch->metadata, '/') = '\0';
    rmdir(scratch->metadata);
}

Test(command_sim, truth_from_metadata_is_that_given_by_hand)
{
    struct scratch scratch;

    make_scratch(&scratch);
    write_metadata(scratch.metadata, true);
    snprintf(scratch.command, sizeof(scratch.command), "truth --metadata %s --output %s", scratch.metadata,
             scratch.from_metadata);
    cr_assert_eq(run_sim(scratch.command), EXIT_DONE);
    snprintf(scratch.command, sizeof(scratch.command),
             "truth --survey-seed 42 --survey-key 0123456789abcdef0f1e2d3c4b5a6978 --min-ttl 2 --max-ttl 20 "
             "--flows 2 --seed 5 --output %s 20.0.0.0/20",
             scratch.by_hand);
    cr_assert_eq(run_sim(scratch.command), EXIT_DONE);

    char *from_metadata = read_file(scratch.from_metadata), *by_hand = read_file(scratch.by_hand);
    cr_expect_str_eq(from_metadata, by_hand);
    cr_expect_not_null(strstr(by_hand, "\"kind\":\"link\""));
    free(from_metadata);
    free(by_hand);
    remove_scratch(&scratch);
}

Test(command_sim, real_network_has_no_known_truth)
{
    struct scratch scratch;

    cr_redirect_stderr();
    make_scratch(&scratch);
    write_metadata(scratch.metadata, false);
    snprintf(scratch.command, sizeof(scratch.command), "truth --metadata %s", scratch.metadata);
    cr_expect_eq(run_sim(scratch.command), EXIT_UNUSABLE);
    cr_expect_eq(lines_on_stderr(), 1);
    remove_scratch(&scratch);
}

Test(command_sim, addresses_given_by_hand_are_the_targets)
{
    static const char start[] =
        "{\"kind\":\"route\",\"target\":\"8.8.8.8\",\"flow\":0,\"hops\":[{\"address\":\"240.";
    char line[sizeof(start)];

    cr_redirect_stdout();
    cr_assert_eq(run_sim("truth --realism ideal 8.8.8.8"), EXIT_DONE);
    fflush(stdout);
    cr_assert_not_null(fgets(line, sizeof(line), cr_get_redirected_stdout()));
    cr_expect_str_eq(line, start);
}
