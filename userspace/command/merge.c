// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire merge: from options to a configuration of merge/merge.h. */
#include "merge/merge.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/options.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/output_options.h"
#include "output/metadata.h"
#include "session/refuse.h"

struct merge_options {
    const char *metadata;
    struct output_options records;
    struct map_memory memory;
    bool partial, quiet;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct merge_options, name)

static const struct option_spec specs[] = {
    OUTPUT_OPTION_SPECS(offsetof(struct merge_options, records), 'f',
                        "file of results; its extension sets the format\ndefault: - (CSV on stdout)",
                        "overwrite existing results and metadata"),
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "file of metadata\n(default: RESULTS.meta.json beside the results)"},
    {"partial", 0, NULL, FIELD(option_flag, partial), .help = "also if shards are missing or not complete"},
    {"link-memory", 0, "BYTES", FIELD(option_size, memory.links), .help = "for counting links (default: 1G)"},
    {"interface-memory", 0, "BYTES", FIELD(option_size, memory.interfaces),
     .help = "for counting interfaces (default: 1G)"},
    {"duplicate-memory", 0, "BYTES", FIELD(option_size, memory.duplicates),
     .help = "for recognizing probes that were answered in two parts\n(default: 1G)"},
    {"quiet", 'q', NULL, FIELD(option_flag, quiet), .help = "no summary"},
    {0},
};

const struct option_table merge_option_table = {
    .command = "merge",
    .operands = "RESULTS…",
    .summary =
        "Joins the results of a survey's shards, or of runs that continued others: records in the order\nof "
        "their time, with the columns that they have, and the metadata beside each of RESULTS.",
    .specs = specs,
};

/* What depends on the operands, in their order. */
struct merge_setup {
    struct merge_options options;
    struct merge_config config;
    char **metadata_paths;
    char *default_metadata;
    struct command_file *files; /* all files that are read or written */
};

static int allocate(struct merge_setup *setup, size_t count, char **operands)
{
    setup->metadata_paths = calloc(count, sizeof(*setup->metadata_paths));
    setup->files = calloc(2 * count + 1 + OUTPUTS_MAX, sizeof(*setup->files));
    if (!setup->metadata_paths || !setup->files)
        return command_refuse("merge", "out of memory");
    for (size_t i = 0; i < count; i++) {
        if (strcmp(operands[i], "-") == 0)
            return command_refuse("merge", "stdin has no metadata beside it: give the names of files");
        setup->metadata_paths[i] = metadata_path_for(operands[i]);
        if (!setup->metadata_paths[i])
            return command_refuse("merge", "out of memory");
    }
    setup->config.paths = operands;
    setup->config.metadata_paths = setup->metadata_paths;
    setup->config.count = count;
    return EXIT_DONE;
}

/* As in a survey: there is no place for metadata beside results that are no regular file. */
static bool is_file_of_its_own(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

static int choose_output(struct merge_setup *setup)
{
    const struct merge_options *options = &setup->options;
    struct merge_config *config = &setup->config;
    int result = output_options_choose("merge", &options->records, &config->output);

    config->same_columns = !options->records.fields;
    config->metadata_path = options->metadata;
    if (!result && output_options_take_stdout(&options->records))
        result = command_needs_stdout("merge");
    if (result || options->metadata || !is_file_of_its_own(options->records.output.names[0]))
        return result;
    config->metadata_path = setup->default_metadata = metadata_path_for(options->records.output.names[0]);
    return config->metadata_path ? EXIT_DONE : command_refuse("merge", "out of memory");
}

/* Called before any of them is opened. */
static int check_files(struct merge_setup *setup)
{
    const struct merge_config *config = &setup->config;
    struct command_file *files = setup->files;
    size_t count = 0;

    for (unsigned i = 0; i < config->output.count; i++)
        files[count++] = (struct command_file){"--output", config->output.places[i].path, FILE_WRITTEN};
    files[count++] = (struct command_file){"--metadata", config->metadata_path, FILE_WRITTEN};
    for (size_t i = 0; i < config->count; i++) {
        files[count++] = (struct command_file){"RESULTS", config->paths[i], FILE_READ};
        files[count++] = (struct command_file){"metadata of RESULTS", config->metadata_paths[i], FILE_READ};
    }
    return command_files_check("merge", files, count, config->output.overwrite);
}

static int run(struct merge_setup *setup, size_t count, char **operands)
{
    int result = count
                     ? allocate(setup, count, operands)
                     : command_refuse("merge", "give the results of all shards (see 'hopwire merge --help')");

    if (!result)
        result = choose_output(setup);
    if (!result)
        result = check_files(setup);
    setup->config.partial = setup->options.partial;
    setup->config.quiet = setup->options.quiet;
    setup->config.memory = setup->options.memory;
    return result ? result : merge_run(&setup->config);
}

int command_merge(int argc, char **argv)
{
    struct merge_setup setup = {
        .options = {.records.output.names = {"-"}, .memory = {1ULL << 30, 1ULL << 30, 1ULL << 30}},
        .config = {.argc = argc, .argv = argv},
    };
    int first = options_parse(&merge_option_table, argc, argv, &setup.options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    size_t count = (size_t)(argc - first);
    int result = run(&setup, count, argv + first);

    for (size_t i = 0; setup.metadata_paths && i < count; i++)
        free(setup.metadata_paths[i]);
    free(setup.metadata_paths);
    free(setup.default_metadata);
    free(setup.files);
    return result;
}
