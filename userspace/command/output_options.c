// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/output_options.h"

#include <string.h>

#include "base/exit_code.h"
#include "session/refuse.h"

/* Of a format: that of a compressed file is none. */
static bool has_extension(const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strchr(slash ? slash + 1 : path, '.');
    size_t stem;

    packing_of_path(path, &stem);
    return dot && dot < path + stem;
}

static int choose_format(const char *command, const struct output_options *options,
                         const struct output_format **format)
{
    char names[CHOICES_TEXT_SIZE];

    if (options->format)
        *format = output_format_find(options->format);
    else
        *format = has_extension(options->output) ? output_format_for_path(options->output) : &output_csv;
    if (*format)
        return EXIT_DONE;
    return command_refuse(
        command, "--output: the name '%s' does not say a format: end it in one of %s, or give --format",
        options->output, choices_text(output_format_extensions, names));
}

static int choose_columns(const char *command, const struct output_options *options,
                          struct column_list *columns)
{
    char names[CHOICES_TEXT_SIZE];
    struct span wrong;

    *columns = column_list_default();
    if (!options->fields || column_list_parse(columns, options->fields, &wrong))
        return EXIT_DONE;
    if (column_find(wrong))
        return command_refuse(command, "--fields: '%.*s' stands there twice", (int)wrong.length, wrong.text);
    return command_refuse(command, "--fields: there is no '%.*s', only %s (* for all)", (int)wrong.length,
                          wrong.text, choices_text(record_column_choices, names));
}

int output_options_choose(const char *command, const struct output_options *options,
                          struct record_output *out)
{
    *out = (struct record_output){.path = options->output, .overwrite = options->overwrite};
    if (!options->output && (options->format || options->fields))
        return command_refuse(command, "%s is about --output, which is not given",
                              options->format ? "--format" : "--fields");
    if (options->output)
        out->packing = packing_of_path(options->output, &(size_t){0});
    int result = options->output ? choose_format(command, options, &out->format) : EXIT_DONE;

    return result ? result : choose_columns(command, options, &out->columns);
}
