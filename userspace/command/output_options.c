// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/output_options.h"

#include <string.h>

#include "base/exit_code.h"
#include "base/name_list.h"
#include "session/refuse.h"

static bool has_extension(const char *path)
{
    const char *slash = strrchr(path, '/');

    return strchr(slash ? slash + 1 : path, '.') != NULL;
}

static int choose_format(const char *command, const struct output_options *options,
                         const struct output_format **format)
{
    char names[NAME_LIST_SIZE];

    if (options->format) {
        *format = output_format_find(options->format);
        return *format ? EXIT_DONE
                       : command_refuse(command, "--format: there is no '%s', only %s", options->format,
                                        output_format_names(names, sizeof(names)));
    }
    *format = has_extension(options->output) ? output_format_for_path(options->output) : &output_csv;
    return *format
               ? EXIT_DONE
               : command_refuse(command,
                                "--output: the name '%s' does not say a format: end it in .csv or .jsonl, or "
                                "give --format (%s)",
                                options->output, output_format_names(names, sizeof(names)));
}

static int choose_columns(const char *command, const struct output_options *options,
                          struct column_list *columns)
{
    char names[COLUMN_NAMES_SIZE];
    struct span wrong;

    *columns = column_list_default();
    if (!options->fields || column_list_parse(columns, options->fields, &wrong))
        return EXIT_DONE;
    if (column_find(wrong))
        return command_refuse(command, "--fields: '%.*s' stands there twice", (int)wrong.length, wrong.text);
    return command_refuse(command, "--fields: there is no '%.*s', only %s (* for all)", (int)wrong.length,
                          wrong.text, column_names(names, sizeof(names)));
}

int output_options_choose(const char *command, const struct output_options *options,
                          struct record_output *out)
{
    *out = (struct record_output){.path = options->output, .overwrite = options->overwrite};
    if (!options->output && (options->format || options->fields))
        return command_refuse(command, "%s is about --output, which is not given",
                              options->format ? "--format" : "--fields");
    int result = options->output ? choose_format(command, options, &out->format) : EXIT_DONE;

    return result ? result : choose_columns(command, options, &out->columns);
}
