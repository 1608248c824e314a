// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/exit_code.h"
#include "command/output_options.h"
#include "command/survey_setup.h"
#include "output/metadata.h"
#include "session/refuse.h"
#include "state/state_file.h"
#include "survey/recall.h"

/* For results that are no regular file (stdout, a pipe, /dev/null) there is no place for metadata beside
 * them. */
static bool is_file_of_its_own(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

/* Input from a pipe can be read only once. */
static bool can_be_read_again(const struct option_list *paths)
{
    struct stat status;
    bool all = true;

    for (size_t i = 0; i < paths->count; i++)
        all &= strcmp(paths->values[i], "-") != 0 && stat(paths->values[i], &status) == 0 &&
               S_ISREG(status.st_mode);
    return all;
}

int survey_choose_rotation(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    struct record_output *output = &setup->config.records;

    for (unsigned i = 0; options->rotate && i < output->count; i++)
        if (!is_file_of_its_own(output->places[i].path))
            return command_refuse("survey", "--rotate needs --output FILE: %s is not a file",
                                  output->places[i].path);
    return options->rotate
               ? rotation_options_choose(&setup->rotated, output, options->rotate, options->dry_run)
               : EXIT_DONE;
}

/* Refuses formats of which nothing is written before the end: a kill would lose all records. */
static int check_formats(const struct record_output *output)
{
    for (unsigned i = 0; i < output->count; i++) {
        const struct output_format *format = output->places[i].format;

        if (format->at_end)
            return command_refuse("survey",
                                  "--output: %s is written only at the end, so a crash would lose all "
                                  "records: write .parquet, and let 'hopwire convert' make %s of it",
                                  format->name, format->extension);
    }
    return EXIT_DONE;
}

int survey_choose_output(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    int result = output_options_choose("survey", &options->records, &setup->config.records);

    if (!result)
        result = check_formats(&setup->config.records);
    if (result)
        return result;
    setup->config.records.overwrite |= setup->resumption.owns.results;
    for (unsigned i = 0; i < setup->config.records.count; i++)
        setup->config.records.places[i].goes_on = setup->resumption.found;
    setup->config.overwrite_status = options->records.overwrite || setup->resumption.owns.status;
    setup->config.metadata_path = options->metadata;
    setup->config.control_path = options->control;
    setup->config.status_path = options->status_file;
    if (can_be_read_again(&options->targets.blocklists))
        setup->config.blocklists = options->targets.blocklists;
    if (!result && (options->dry_run || output_options_take_stdout(&options->records)))
        result = command_needs_stdout("survey");
    if (result || options->metadata || !is_file_of_its_own(options->records.output.names[0]))
        return result;
    setup->config.metadata_path = setup->default_metadata =
        metadata_path_for(options->records.output.names[0]);
    return setup->default_metadata ? EXIT_DONE : command_refuse("survey", "out of memory");
}

/* A compressed group at the end of such a file could not be removed again. */
static bool can_go_on(const struct output_place *place)
{
    return place->format->appendable && !(place->format->sealed && place->packing);
}

/* Why records cannot be appended to an output; NULL: they can. */
static const char *obstacle_of(const struct output_place *place)
{
    if (!is_file_of_its_own(place->path))
        return "results that are not a file";
    return can_go_on(place) ? NULL : "results in compressed Parquet";
}

/* Why a survey with these outputs cannot be resumed; NULL: it can. */
static const char *obstacle(const struct survey_setup *setup)
{
    const struct survey_config *config = &setup->config;
    const char *why = config->metadata_path ? NULL : "results that are not a file";

    for (unsigned i = 0; i < config->records.count && !why; i++)
        why = obstacle_of(&config->records.places[i]);
    if (why)
        return why;
    if (!config->strategy.ops->save)
        return "a strategy without a state";
    return recall_is_possible(&config->records.columns) ? NULL
                                                        : "results without the columns responder, target, "
                                                          "flow, probe_ttl, icmp_type, icmp_code, flags";
}

int survey_choose_state(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    const char *why = obstacle(setup);
    bool wanted = options->state || options->resumable || options->resume;

    if (options->resume && options->dry_run)
        return command_refuse("survey", "--resume and --dry-run exclude each other");
    if (why && wanted)
        return command_refuse("survey", "a survey with %s cannot be resumed", why);
    if (why && is_file_of_its_own(options->records.output.names[0]) && !options->dry_run && !options->quiet)
        setup->obstacle = why;
    if (why || options->dry_run)
        return EXIT_DONE;
    setup->config.resumable = options->resumable;
    for (unsigned i = 0; i < setup->rotated.count; i++)
        setup->rotated.rotations[i].files.lasting = true;
    setup->config.state_path = options->state;
    if (!options->state)
        setup->config.state_path = setup->default_state = state_path_for(options->records.output.names[0]);
    return setup->config.state_path ? EXIT_DONE : command_refuse("survey", "out of memory");
}
