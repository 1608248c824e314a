// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The options about records that are written, the same for survey, trace, ping and decode: where they go, in
 * which format, with which columns.
 *
 *   --format NAME      decides, whatever the name of the file, unless there are several; else
 *   --output NAME.EXT  the extension, which has to be that of a format; else
 *   --output NAME, -   CSV
 *
 * What ends in .gz or .zst is compressed, in any format.
 */
#pragma once

#include <stdbool.h>

#include "base/options.h"
#include "session/record_file.h"

/* Where records go: the default or what was given, in the order in which it was, stdout behind files. */
struct output_names {
    const char *names[OUTPUTS_MAX]; /* NULL: no more */
    unsigned count;                 /* that were given; the first of them takes the place of the default */
};

OPTION_PARSER(option_outputs, struct output_names); /* may be given again and again */

/* OUTPUT_FILES() is for command_files_check(): those of an array of OUTPUTS_MAX paths. */
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

/* The specifications of these options, whose struct is at `base`; `letter` is that of --format, 0: none.
 * `what` is said of --output, `files` of what --overwrite overwrites. */
#define OUTPUT_OPTION_SPECS(base, letter, what, files)                                                       \
    OUTPUT_OPTION(base, "output", 'o', "FILE", option_outputs, output, what),                                \
        OUTPUT_OPTION(base, "overwrite", 0, NULL, option_flag, overwrite, files),                            \
        OUTPUT_OPTION(base, "format", letter, "NAME", option_name, format, "whatever the name of the file",  \
                      .choices = output_format_choices),                                                     \
        OUTPUT_OPTION(base, "fields", 0, "LIST", option_text, fields,                                        \
                      "columns of the records, joined by commas; *: all\n(default: the first twelve)",       \
                      .choices = record_column_choices)

#define OUTPUT_OPTION(base, name, letter, argument, parser, field, ...)                                      \
    {                                                                                                        \
        name, letter, argument, OPTION_FIELD_AT(parser, base, struct output_options, field),                 \
            .help = __VA_ARGS__                                                                              \
    }

/* output_options_take_stdout() says whether records take it for themselves. */
bool output_options_take_stdout(const struct output_options *options);

/* output_options_choose() is what they ask for; there are no places where nothing is written. An exit code,
 * after one line on stderr that begins with `command` where they cannot be met. */
int output_options_choose(const char *command, const struct output_options *options,
                          struct record_output *out);
