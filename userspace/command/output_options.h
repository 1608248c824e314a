// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options for writing records, the same for survey, trace, ping and decode: to which files, in which
 * format, with which columns.
 *
 *   --format NAME      is used, whatever the file's name, unless there are several files; else
 *   --output NAME.EXT  the extension is used, which must be that of a format; else
 *   --output NAME, -   CSV
 *
 * Files whose names end in .gz or .zst are compressed, in any format.
 */
#pragma once

#include <stdbool.h>

#include "base/options.h"
#include "session/record_file.h"

/* Where records go: the default or the given files in their order, with stdout last. */
struct output_names {
    const char *names[OUTPUTS_MAX]; /* NULL: no more */
    unsigned count;                 /* of given names; the first replaces the default */
};

OPTION_PARSER(option_outputs, struct output_names); /* may be given several times */

/* OUTPUT_FILES() lists an array of OUTPUTS_MAX paths for command_files_check(). */
#define OUTPUT_FILES(paths, role)                                                                            \
    {"--output", (paths)[0], role}, {"--output", (paths)[1], role}, {"--output", (paths)[2], role},          \
    {                                                                                                        \
        "--output", (paths)[3], role                                                                         \
    }
_Static_assert(OUTPUTS_MAX == 4, "as many as OUTPUT_FILES() has");

struct output_options {
    struct output_names output;
    const char *format, *fields;
    bool overwrite;
};

/* The specifications of these options, whose struct is at `base`. `letter` is the short form of --format, 0:
 * none. `what` is the help of --output, `files` that of --overwrite. */
#define OUTPUT_OPTION_SPECS(base, letter, what, files)                                                       \
    OUTPUT_OPTION(base, "output", 'o', "FILE", option_outputs, output, what),                                \
        OUTPUT_OPTION(base, "overwrite", 0, NULL, option_flag, overwrite, files),                            \
        OUTPUT_OPTION(base, "format", letter, "NAME", option_name, format,                                   \
                      "format, whatever the name of the file", .choices = output_format_choices),            \
        OUTPUT_OPTION(base, "fields", 0, "LIST", option_text, fields,                                        \
                      "columns of the records, separated by commas; *: all\n(default: the first twelve)",    \
                      .choices = record_column_choices)

#define OUTPUT_OPTION(base, name, letter, argument, parser, field, ...)                                      \
    {                                                                                                        \
        name, letter, argument, OPTION_FIELD_AT(parser, base, struct output_options, field),                 \
            .help = __VA_ARGS__                                                                              \
    }

/* output_options_take_stdout() returns whether records are written to stdout. */
bool output_options_take_stdout(const struct output_options *options);

/* output_options_choose() writes the result of the options into `out`; no places if nothing is written.
 * Returns an exit code, after one line on stderr that begins with `command` if the options are not
 * possible. */
int output_options_choose(const char *command, const struct output_options *options,
                          struct record_output *out);
