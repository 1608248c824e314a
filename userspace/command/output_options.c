// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/output_options.h"

#include <errno.h>
#include <string.h>

#include "base/exit_code.h"
#include "session/refuse.h"

/* Returns whether the name has the extension of a format; that of a compression does not count. */
static bool has_extension(const char *path)
{
    const char *slash = strrchr(path, '/'), *dot = strchr(slash ? slash + 1 : path, '.');
    size_t stem;

    packing_of_path(path, &stem);
    return dot && dot < path + stem;
}

int option_outputs(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    struct output_names *names = field;

    if (names->count == OUTPUTS_MAX)
        return error_text_set(error, -EINVAL, "more than %d outputs", OUTPUTS_MAX);
    int code = option_text(spec, text, &names->names[names->count], error);

    if (code)
        return code;
    /* Metadata are written beside the first output, so that must not be stdout. */
    if (names->count && record_file_is_stdout(names->names[0])) {
        names->names[names->count] = names->names[0];
        names->names[0] = text;
    }
    names->count++;
    return 0;
}

bool output_options_take_stdout(const struct output_options *options)
{
    for (unsigned i = 0; i < OUTPUTS_MAX; i++)
        if (record_file_is_stdout(options->output.names[i]))
            return true;
    return false;
}

/* With several outputs, --format is for those whose name does not give a format. */
static int choose_format(const char *command, const struct output_options *options, const char *path,
                         const struct output_format **format)
{
    bool several = options->output.names[1] != NULL; /* also if `count` is from a later command line */
    bool decided = options->format && (!several || !output_format_for_path(path));
    char names[CHOICES_TEXT_SIZE];

    if (decided)
        *format = output_format_find(options->format);
    else
        *format = has_extension(path) ? output_format_for_path(path) : &output_csv;
    if (*format)
        return EXIT_DONE;
    return command_refuse(
        command,
        "--output: the format of '%s' is not clear from its name: end it in one of %s, or give --format",
        path, choices_text(output_format_extensions, names));
}

static int choose_place(const char *command, const struct output_options *options, const char *path,
                        struct record_output *out)
{
    struct output_place *place = &out->places[out->count];

    for (unsigned i = 0; i < out->count; i++)
        if (strcmp(out->places[i].path, path) == 0)
            return command_refuse(command, "--output: '%s' is given twice", path);
    out->count++;
    *place = (struct output_place){.path = path, .packing = packing_of_path(path, &(size_t){0})};
    return choose_format(command, options, path, &place->format);
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
        return command_refuse(command, "--fields: '%.*s' is given twice", (int)wrong.length, wrong.text);
    return command_refuse(command, "--fields: there is no '%.*s', only %s (* for all)", (int)wrong.length,
                          wrong.text, choices_text(record_column_choices, names));
}

int output_options_choose(const char *command, const struct output_options *options,
                          struct record_output *out)
{
    int result = EXIT_DONE;

    *out = (struct record_output){.overwrite = options->overwrite};
    if (!options->output.names[0] && (options->format || options->fields))
        return command_refuse(command, "%s needs --output", options->format ? "--format" : "--fields");
    for (unsigned i = 0; i < OUTPUTS_MAX && options->output.names[i] && !result; i++)
        result = choose_place(command, options, options->output.names[i], out);
    return result ? result : choose_columns(command, options, &out->columns);
}
