// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire convert: results in another format. */
#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/options.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/output_options.h"
#include "output/metadata.h"
#include "output/results.h"
#include "session/record_stream.h"
#include "session/refuse.h"

struct convert_options {
    struct output_options records; /* whose `output` is an operand */
    const char *metadata;
    uint64_t memory; /* bytes; 0: not given */
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct convert_options, name)

static const struct option_spec specs[] = {
    {"to", 't', "NAME", FIELD(option_name, records.format), .choices = output_format_choices,
     .help = "the format, whatever the name of OUT"},
    {"fields", 0, "LIST", FIELD(option_text, records.fields), .choices = record_column_choices,
     .help = "columns of OUT, joined by commas (default: those of IN)"},
    {"overwrite", 0, NULL, FIELD(option_flag, records.overwrite), .help = "OUT, if it is there already"},
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "for formats that hold it (default: IN.meta.json,\nif it is there)"},
    {"memory", 0, "BYTES", FIELD(option_size, memory),
     .help = "for sorting, where OUT needs that (default: 1G);\nmore records wait in files in $TMPDIR or "
             "/var/tmp"},
    {0},
};

static const struct option_table table = {
    .command = "convert",
    .operands = "IN OUT",
    .summary =
        "Writes the results in IN to OUT, in the format that its name says. What IN is, its first bytes\n"
        "say. Either may be -: stdin, or CSV on stdout.",
    .specs = specs,
};

struct conversion {
    const char *in;
    struct record_output output;
    struct survey_metadata metadata;
    bool has_metadata;
    struct results *results;
    struct record_stream stream;
    uint64_t memory;
};

static int say_error(const struct error_text *error)
{
    log_error("convert: %s", error->text);
    return EXIT_UNUSABLE;
}

static int check_files(const struct conversion *conversion, const struct convert_options *options)
{
    const struct command_file files[] = {
        {"OUT", conversion->output.places[0].path, FILE_WRITTEN},
        {"IN", conversion->in, FILE_READ},
        {"--metadata", options->metadata, FILE_READ},
    };

    return command_files_check("convert", files, sizeof(files) / sizeof(files[0]),
                               options->records.overwrite);
}

/* Results need not have metadata beside them; what was named has to be there. */
static int read_metadata(struct conversion *conversion, const char *named)
{
    char *beside = named || strcmp(conversion->in, "-") == 0 ? NULL : metadata_path_for(conversion->in);
    const char *path = named ? named : beside && access(beside, F_OK) == 0 ? beside : NULL;
    struct error_text error;
    int result = path ? metadata_read(path, &conversion->metadata, &error) : 0;

    conversion->has_metadata = path && !result;
    free(beside);
    return result ? say_error(&error) : EXIT_DONE;
}

/* What was asked for has to be there. */
static int open_results(struct conversion *conversion, bool asked)
{
    const struct column_list none = {0};
    struct error_text error;

    return results_open(&conversion->results, conversion->in, asked ? &conversion->output.columns : &none,
                        &error)
               ? say_error(&error)
               : EXIT_DONE;
}

/* The columns of IN are known once its first record has been read. */
static int open_output(struct conversion *conversion, bool asked)
{
    struct column_list there = results_columns(conversion->results);

    if (!asked && there.count)
        conversion->output.columns = there;
    int result = record_stream_open(&conversion->stream, "convert", &conversion->output,
                                    conversion->has_metadata ? &conversion->metadata : NULL);

    if (!result && conversion->memory)
        conversion->stream.recorders.list[0].encoder->memory = conversion->memory;
    return result;
}

static int copy(struct conversion *conversion, bool asked)
{
    struct record record;
    struct error_text error;
    int got = results_next(conversion->results, &record, &error);
    int result = got < 0 ? say_error(&error) : open_output(conversion, asked);

    if (result)
        return result;
    for (; got == 1 && !record_stream_failed(&conversion->stream);
         got = results_next(conversion->results, &record, &error))
        recorders_append(&conversion->stream.recorders, &record);
    result = record_stream_finish(&conversion->stream);
    if (got == 0 && results_unfinished_tail(conversion->results))
        log_warning("convert: %s ends in what was not finished: left out; was the survey killed?",
                    conversion->in);
    if (got == 0 && results_passed(conversion->results))
        log_warning("convert: %s: %" PRIu64 " measurements are neither traces nor pings: passed over",
                    conversion->in, results_passed(conversion->results));
    return got < 0 ? say_error(&error) : result;
}

/* stdout has no name that could say more than CSV. */
static int choose_format(struct conversion *conversion, const struct convert_options *options)
{
    const char *out = options->records.output.names[0];
    char names[CHOICES_TEXT_SIZE];

    if (options->records.format || strcmp(out, "-") == 0 || output_format_for_path(out))
        return output_options_choose("convert", &options->records, &conversion->output);
    return command_refuse("convert", "the name '%s' does not say a format: end it in one of %s, or give --to",
                          out, choices_text(output_format_extensions, names));
}

static int convert(struct conversion *conversion, const struct convert_options *options)
{
    bool asked = options->records.fields != NULL;
    int result = choose_format(conversion, options);

    if (!result)
        result = check_files(conversion, options);
    if (!result)
        result = read_metadata(conversion, options->metadata);
    if (!result)
        result = open_results(conversion, asked);
    return result ? result : copy(conversion, asked);
}

int command_convert(int argc, char **argv)
{
    struct convert_options options = {0};
    struct conversion conversion = {0};
    int first = options_parse(&table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (argc - first != 2)
        return command_refuse("convert", "needs two files: IN OUT (see 'hopwire convert --help')");
    conversion.in = argv[first];
    options.records.output.names[0] = argv[first + 1];
    conversion.memory = options.memory;
    int result = convert(&conversion, &options);

    if (conversion.results)
        results_close(conversion.results);
    record_stream_close(&conversion.stream);
    if (conversion.has_metadata)
        metadata_free(&conversion.metadata);
    return result;
}
