// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire score: compares what a survey found with the truth. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/options.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/map_results.h"
#include "command/truth_setup.h"
#include "output/metadata.h"
#include "output/result_files.h"
#include "output/results_match.h"
#include "sim/score.h"
#include "sim/score_aliases.h"
#include "sim/score_report.h"
#include "sim/score_truth.h"
#include "sim/score_world.h"

struct score_options {
    const char *metadata, *aliases;
    bool json;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct score_options, name)

static const struct option_spec specs[] = {
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "the survey's metadata, for its number of probes and,\nwithout TRUTH, its world (default: "
             "RESULTS.meta.json, where it\n"
             "exists)"},
    {"aliases", 0, "FILE", FIELD(option_text, aliases),
     .help = "output of 'hopwire aliases', to compare with the\ntruth, too"},
    {"json", 0, NULL, FIELD(option_flag, json), .help = "one JSON object on stdout"},
    {0},
};

const struct option_table score_option_table = {
    .command = "score",
    .operands = "RESULTS [TRUTH]",
    .summary = "Prints recall and precision of the interfaces and links in RESULTS (CSV or JSON lines) "
               "against\nTRUTH, which `hopwire sim truth` writes. Either may be -, which is stdin. Without "
               "TRUTH, the\ntruth is computed from the survey's metadata.",
    .specs = specs,
};

static int out_of_memory(void)
{
    log_error("score: out of memory");
    return EXIT_FAILED;
}

/* RESULTS and the metadata of their survey, NULL where there are none. */
struct found {
    const char *path;
    const struct survey_metadata *metadata;
    struct result_files files;
    struct results_match match; /* of the records with the metadata */
};

static void tell_of_results(const struct found *found)
{
    bool unfinished = result_files_unfinished_tail(&found->files);
    struct error_text why;

    if (unfinished)
        log_warning("score: %s: the last line is unfinished and left out: was the survey killed?",
                    found->path);
    if (found->metadata && results_match_doubt(&found->match, found->metadata, found->path, unfinished, &why))
        log_warning("score: %s", why.text);
}

/* Returns 1 for a record, 0 at the end, or a negative number with a line in `error`. */
static int next_record(struct found *found, struct record *record, struct error_text *error)
{
    int got = result_files_next(&found->files, record, error);

    if (got == 1 && found->metadata)
        results_match_add(&found->match, found->metadata, record);
    return got;
}

static int read_results(struct score *score, struct found *found)
{
    struct error_text error;
    struct column_list needed;
    struct span wrong;
    struct record record;
    int got, result = 0;

    column_list_parse(&needed, MAP_RESULTS_COLUMNS, &wrong);
    if (result_files_open(&found->files, &needed, &error)) {
        log_error("score: %s", error.text);
        return EXIT_UNUSABLE;
    }
    while (!result && (got = next_record(found, &record, &error)) == 1)
        result = score_add_record(score, &record);
    if (result)
        return out_of_memory();
    if (got < 0) {
        log_error("score: %s", error.text);
        return EXIT_UNUSABLE;
    }
    tell_of_results(found);
    return score_find_links(score) ? out_of_memory() : EXIT_DONE;
}

static int read_truth(struct score *score, const char *path)
{
    struct error_text error;

    int result = score_read_truth(score, path, &error);

    if (result)
        log_error("score: %s", error.text);
    if (result == -ENOMEM)
        return EXIT_FAILED;
    return result ? EXIT_UNUSABLE : EXIT_DONE;
}

/* Finds the truth in a file, or else that of the world that the survey probed. */
static int find_truth(struct score *score, const char *path, const struct truth_setup *setup)
{
    const struct sim_truth world = truth_setup_truth(setup);

    if (path)
        return read_truth(score, path);
    return score_add_world(score, &world) ? out_of_memory() : EXIT_DONE;
}

static int read_aliases(struct score *score, const char *path)
{
    struct error_text error;
    int result = path ? score_read_aliases(score, path, &error) : 0;

    if (!result)
        return EXIT_DONE;
    log_error("score: --aliases: %s", error.text);
    return result == -ENOMEM ? EXIT_FAILED : EXIT_UNUSABLE;
}

static int list_files(struct found *found)
{
    struct error_text error;

    if (!result_files_of(&found->files, found->path, found->metadata, &error))
        return EXIT_DONE;
    log_error("score: %s", error.text);
    return EXIT_FAILED;
}

static int read_metadata(struct survey_metadata *metadata, const char *path)
{
    struct error_text error;

    if (!metadata_read(path, metadata, &error))
        return EXIT_DONE;
    log_error("score: %s", error.text);
    return EXIT_UNUSABLE;
}

/* A file that was named must exist; otherwise results may lack metadata. Returns NULL, with EXIT_DONE in
 * `status`, if there are none. */
static char *find_metadata(const char *results, const struct score_options *options, int *status)
{
    char *path;

    *status = EXIT_DONE;
    if (!options->metadata && strcmp(results, "-") == 0)
        return NULL;
    path = options->metadata ? strdup(options->metadata) : metadata_path_for(results);
    if (!path) {
        *status = out_of_memory();
    } else if (!options->metadata && access(path, F_OK)) {
        free(path);
        path = NULL;
    }
    return path;
}

static int print(const struct score *score, const struct score_probes *probes, bool json)
{
    if (!json)
        score_print(score, probes, stdout);
    else if (score_print_json(score, probes, stdout))
        return out_of_memory();
    return EXIT_DONE;
}

static int check_files(const char *results, const char *truth, const struct score_options *options)
{
    const struct command_file files[] = {
        {"stdout", "-", FILE_WRITTEN},
        {"RESULTS", results, FILE_READ},
        {"TRUTH", truth, FILE_READ},
        {"--metadata", options->metadata, FILE_READ},
        {"--aliases", options->aliases, FILE_READ},
    };

    return command_files_check("score", files, sizeof(files) / sizeof(files[0]), false);
}

/* `metadata` is NULL if there are none. */
static int score_files(const char *results, const char *truth, const char *metadata,
                       const struct score_options *options)
{
    struct survey_metadata survey = {0};
    struct score_probes probes = {0};
    struct found found = {.path = results, .metadata = metadata ? &survey : NULL};
    struct score score = {.aliases = options->aliases != NULL};
    struct truth_setup setup = {.source = sim_truth_host()};
    int status = metadata ? read_metadata(&survey, metadata) : EXIT_DONE;

    if (!status && metadata)
        score_probes_read(&probes, &survey);
    if (!status)
        status = list_files(&found);
    if (!status && !truth)
        status = truth_setup_read("score", metadata, &setup);
    if (!status)
        status = read_results(&score, &found);
    if (!status)
        status = find_truth(&score, truth, &setup);
    if (!status)
        status = read_aliases(&score, options->aliases);
    if (!status)
        status = print(&score, &probes, options->json);
    truth_setup_free(&setup);
    score_free(&score);
    result_files_close(&found.files);
    metadata_free(&survey);
    return status;
}

static int score_with_metadata(const char *results, const char *truth, const struct score_options *options)
{
    int status = check_files(results, truth, options);

    if (status)
        return status;
    char *metadata = find_metadata(results, options, &status);
    if (!status && !truth && !metadata) {
        log_error("score: %s has no metadata beside it from which the truth can be computed: give TRUTH, or "
                  "--metadata FILE",
                  results);
        status = EXIT_UNUSABLE;
    }
    if (!status)
        status = score_files(results, truth, metadata, options);
    free(metadata);
    return status;
}

static int check_operands(int count, char **operands)
{
    if (count < 1 || count > 2) {
        log_error("score: needs one or two files: RESULTS [TRUTH] (see 'hopwire score --help')");
        return EXIT_UNUSABLE;
    }
    if (count == 2 && strcmp(operands[0], "-") == 0 && strcmp(operands[1], "-") == 0) {
        log_error("score: only one of RESULTS and TRUTH can be stdin");
        return EXIT_UNUSABLE;
    }
    return EXIT_DONE;
}

int command_score(int argc, char **argv)
{
    struct score_options options = {0};
    int first = options_parse(&score_option_table, argc, argv, &options);

    if (first == OPTIONS_HELP)
        return EXIT_DONE;
    if (first < 0 || check_operands(argc - first, argv + first))
        return EXIT_UNUSABLE;
    return score_with_metadata(argv[first], argc - first == 2 ? argv[first + 1] : NULL, &options);
}
