// SPDX-License-Identifier: GPL-2.0-or-later
/* The script for fish: one line of complete(1) per option. */
#include <stdio.h>
#include <string.h>

#include "command/completion.h"

/* Prints a text for use between single quotes. */
static void print_text(const char *text)
{
    for (; *text; text++)
        printf("%s%c", strchr("\\'", *text) ? "\\" : "", *text);
}

/* Prints the beginning of a line, with the condition under which it applies. */
static void print_condition(const char *function, const char *path)
{
    printf("complete -c hopwire -n '%s%s%s'", function, *path ? " " : "", path);
}

static const char *action_of(enum completion_kind kind)
{
    switch (kind) {
    case COMPLETION_FILES:
        return " -F";
    case COMPLETION_DIRECTORIES:
        return " -f -a '(__fish_complete_directories)'";
    case COMPLETION_HOSTS:
        return " -f -a '(__fish_print_hostnames)'";
    case COMPLETION_PROGRAMS:
        return " -f -a '(__fish_complete_subcommand)'";
    case COMPLETION_INTERFACES:
        return " -f -a '(__fish_print_interfaces)'";
    default:
        return " -f";
    }
}

static void print_value(const struct option_spec *spec)
{
    bool list = completion_of(spec) == COMPLETION_LIST;
    struct completion_value value;

    printf("%s%s", completion_is_optional(spec) ? "" : " -r", action_of(completion_of(spec)));
    if (!completion_value_at(spec, 0, &value))
        return;
    printf(" -a '%s", list ? "(__fish_append ," : "");
    for (size_t i = 0; completion_value_at(spec, i, &value); i++) {
        printf("%s", i || list ? " " : "");
        print_text(value.text);
    }
    printf("%s'", list ? ")" : "");
}

static void print_option(const char *path, const struct option_spec *spec)
{
    char text[COMPLETION_TEXT_SIZE];

    print_condition("__hopwire_in", path);
    if (spec->letter)
        printf(" -s %c", spec->letter);
    printf(" -l %s", spec->name);
    if (spec->argument)
        print_value(spec);
    printf(" -d '");
    print_text(completion_describe(spec, text));
    printf("'\n");
}

static void print_operands(const char *path, const struct option_table *table)
{
    struct completion_value value;

    print_condition("__hopwire_in", path);
    printf("%s", action_of(completion_of_operands(table)));
    if (table->choices) {
        printf(" -a '");
        for (size_t i = 0; completion_operand_at(table, i, &value); i++)
            printf("%s%s", i ? " " : "", value.text);
        printf("'");
    }
    printf("\n");
}

static void print_options(const char *path, const struct option_table *table)
{
    static const struct option_spec help = {.name = "help", .letter = 'h', .help = "this text"};

    printf("\n");
    print_operands(path, table);
    for (const struct option_spec *spec = table->specs; spec->name; spec++)
        print_option(path, spec);
    print_option(path, &help);
}

static void print_commands(const char *path, const struct command *list)
{
    for (; list->name; list++) {
        print_condition("__hopwire_at", path);
        printf(" -f -a %s -d '", list->name);
        print_text(list->help);
        printf("'\n");
        if (list->parts)
            print_commands(list->name, list->parts);
    }
}

static const char conditions[] =
    "# Whether these words and nothing else stand in the command line behind the program's name.\n"
    "function __hopwire_at\n"
    "    set -l words (commandline -opc)\n"
    "    test \"$argv\" = \"$words[2..]\"\n"
    "end\n\n"
    "# Whether it begins with them.\n"
    "function __hopwire_in\n"
    "    set -l words (commandline -opc)\n"
    "    string match -q -- \"$argv *\" \"$words[2..] \"\n"
    "end\n\n";

void completion_print_fish(void)
{
    printf("# Completion of hopwire in fish; made by 'hopwire completion fish'.\n\n");
    fputs(conditions, stdout);
    printf("complete -c caracal -w 'hopwire caracal'\n");
    print_commands("", command_list);
    completion_each(print_options);
}
