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
#include "output/result_files.h"
#include "output/results_match.h"
#include "session/record_stream.h"
#include "session/refuse.h"

struct convert_options {
    struct output_options records; /* except that the output is an operand */
    const char *metadata;
    uint64_t memory; /* bytes; 0: not given */
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct convert_options, name)

static const struct option_spec specs[] = {
    {"to", 't', "NAME", FIELD(option_name, records.format), .choices = output_format_choices,
     .help = "the format, whatever the name of OUT"},
    {"fields", 0, "LIST", FIELD(option_text, records.fields), .choices = record_column_choices,
     .help = "columns of OUT, separated by commas\n(default: those of IN)"},
    {"overwrite", 0, NULL, FIELD(option_flag, records.overwrite), .help = "overwrite OUT if it exists"},
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "metadata, for formats that contain it (default:\nIN.meta.json, if it is there)"},
    {"memory", 0, "BYTES", FIELD(option_size, memory),
     .help =
         "for sorting, if OUT needs it (default: 1G); further\nrecords wait in files in $TMPDIR or /var/tmp"},
    {0},
};

const struct option_table convert_option_table = {
    .command = "convert",
    .operands = "IN… OUT",
    .summary = "Writes the results in all of IN to OUT, in the format of OUT's extension. The first bytes of "
               "IN\nshow its format; the metadata of numbered files show which files there are. Either may "
               "be -:\nstdin, or CSV on stdout.",
    .specs = specs,
};

struct conversion {
    char **in; /* ends with NULL */
    struct record_output output;
    struct survey_metadata metadata;
    bool has_metadata;
    bool has_several;           /* more than one IN: the metadata is of the first */
    struct result_files files;  /* of the input that is being read */
    struct results_match match; /* of its records with the metadata */
    struct record_stream stream;
    uint64_t memory;
};

/* Records written before are complete in all formats, except those whose file has another name until it is
 * complete. */
static int say_damage(const struct conversion *conversion, const struct error_text *error)
{
    char *part = output_place_part(&conversion->output.places[0]);

    log_error("convert: %s", error->text);
    if (part)
        log_info("convert: the records before that are in %s", part);
    free(part);
    return EXIT_UNUSABLE;
}

static int say_error(const struct error_text *error)
{
    log_error("convert: %s", error->text);
    return EXIT_UNUSABLE;
}

static int check_file(const struct conversion *conversion, const struct convert_options *options,
                      const char *in, const char *part)
{
    const struct command_file files[] = {
        {"OUT", conversion->output.places[0].path, FILE_WRITTEN},
        {"what becomes OUT", part, FILE_WRITTEN},
        {"IN", in, FILE_READ},
        {"--metadata", options->metadata, FILE_READ},
    };

    return command_files_check("convert", files, sizeof(files) / sizeof(files[0]),
                               options->records.overwrite);
}

/* Checks an input and the files that it stands for; if these are not found, opening them reports it later. */
static int check_in(const struct conversion *conversion, const struct convert_options *options,
                    const char *in, const char *part)
{
    struct result_files files;
    struct error_text error;
    int result = check_file(conversion, options, in, part);
    bool found = result_files_find(&files, in, &error) == 0;

    for (size_t i = 0; found && i < files.count && !result; i++)
        result = check_file(conversion, options, files.paths[i], part);
    result_files_close(&files);
    return result;
}

static int check_files(const struct conversion *conversion, const struct convert_options *options)
{
    char *part = output_place_part(&conversion->output.places[0]);
    int result = EXIT_DONE;

    for (char **in = conversion->in; *in && !result; in++)
        result = check_in(conversion, options, *in, part);
    free(part);
    return result;
}

/* Results may lack metadata; a file that was named must exist. */
static int read_metadata(struct conversion *conversion, const char *named)
{
    const char *in = conversion->in[0];
    char *beside = named || strcmp(in, "-") == 0 ? NULL : result_files_metadata_path(in);
    const char *path = named ? named : beside && access(beside, F_OK) == 0 ? beside : NULL;
    struct error_text error;
    int result = path ? metadata_read(path, &conversion->metadata, &error) : 0;

    conversion->has_metadata = path && !result;
    free(beside);
    return result ? say_error(&error) : EXIT_DONE;
}

/* Opens the next input and reads its first record; all columns in `needed` must be there. */
static int open_next(struct conversion *conversion, const struct column_list *needed, struct record *out,
                     struct error_text *error)
{
    result_files_close(&conversion->files);
    int code = result_files_find(&conversion->files, *conversion->in, error);

    if (!code)
        code = result_files_open(&conversion->files, needed, error);
    return code ? code : result_files_next(&conversion->files, out, error);
}

/* The columns of IN are known once its first record was read. */
static int open_output(struct conversion *conversion, bool asked)
{
    struct column_list there = result_files_columns(&conversion->files);

    if (!asked && there.count)
        conversion->output.columns = there;
    int result = record_stream_open(&conversion->stream, "convert", &conversion->output,
                                    conversion->has_metadata ? &conversion->metadata : NULL);

    if (!result && conversion->memory)
        conversion->stream.recorders.list[0].encoder->memory = conversion->memory;
    return result;
}

static void tell_of_in(const struct conversion *conversion)
{
    bool unfinished = result_files_unfinished_tail(&conversion->files);
    struct error_text why;

    if (unfinished)
        log_warning("convert: the end of %s is unfinished and left out: was the survey killed?",
                    *conversion->in);
    if (result_files_passed(&conversion->files))
        log_warning("convert: %s: measurements left out because hopwire does not read their kind: %" PRIu64,
                    *conversion->in, result_files_passed(&conversion->files));
    if (conversion->has_metadata && !conversion->has_several &&
        results_match_doubt(&conversion->match, &conversion->metadata, *conversion->in, unfinished, &why))
        log_warning("convert: %s", why.text);
}

/* Reports what OUT cannot store. */
static void tell_of_out(const struct conversion *conversion)
{
    const struct encoder *encoder = conversion->stream.recorders.list[0].encoder;

    if (encoder->format->not_held)
        log_info("convert: %s does not contain %s", encoder->format->name, encoder->format->not_held);
    if (encoder->left_out)
        log_warning("convert: records left out because %s cannot represent them: %" PRIu64,
                    encoder->format->name, encoder->left_out);
}

/* Copies the rest of one IN; returns 0 at its end. */
static int copy_one(struct conversion *conversion, int got, struct record *record, struct error_text *error)
{
    for (; got == 1 && !record_stream_failed(&conversion->stream);
         got = result_files_next(&conversion->files, record, error)) {
        if (conversion->has_metadata)
            results_match_add(&conversion->match, &conversion->metadata, record);
        recorders_append(&conversion->stream.recorders, record);
    }
    if (got == 0)
        tell_of_in(conversion);
    return got;
}

/* Copies one IN after the other; the later ones need the columns of the first. */
static int copy_all(struct conversion *conversion, int got, struct record *record, struct error_text *error)
{
    got = copy_one(conversion, got, record, error);
    while (got == 0 && conversion->in[1]) {
        conversion->in++;
        got = open_next(conversion, &conversion->output.columns, record, error);
        if (got >= 0)
            got = copy_one(conversion, got, record, error);
    }
    return got;
}

static int copy(struct conversion *conversion, bool asked)
{
    const struct column_list none = {0};
    struct record record;
    struct error_text error;
    int got = open_next(conversion, asked ? &conversion->output.columns : &none, &record, &error);
    int result = got < 0 ? say_error(&error) : open_output(conversion, asked);

    if (result)
        return result;
    got = copy_all(conversion, got, &record, &error);
    result = record_stream_finish(&conversion->stream, got == 0);
    if (!result && got == 0)
        tell_of_out(conversion);
    return got < 0 ? say_damage(conversion, &error) : result;
}

/* The name of stdout does not give a format: CSV. */
static int choose_format(struct conversion *conversion, const struct convert_options *options)
{
    const char *out = options->records.output.names[0];
    char names[CHOICES_TEXT_SIZE];

    if (options->records.format || strcmp(out, "-") == 0 || output_format_for_path(out))
        return output_options_choose("convert", &options->records, &conversion->output);
    return command_refuse("convert",
                          "the format of '%s' is not clear from its name: end it in one of %s, or give --to",
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
    return result ? result : copy(conversion, asked);
}

int command_convert(int argc, char **argv)
{
    struct convert_options options = {0};
    struct conversion conversion = {0};
    int first = options_parse(&convert_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (argc - first < 2)
        return command_refuse("convert", "needs two files: IN OUT (see 'hopwire convert --help')");
    conversion.in = argv + first;
    conversion.has_several = argc - first > 2;
    options.records.output.names[0] = argv[argc - 1];
    argv[argc - 1] = NULL;
    conversion.memory = options.memory;
    int result = convert(&conversion, &options);

    result_files_close(&conversion.files);
    record_stream_close(&conversion.stream);
    if (conversion.has_metadata)
        metadata_free(&conversion.metadata);
    return result;
}
