// SPDX-License-Identifier: GPL-2.0-or-later
/* The script for zsh: one function per command, which calls _arguments. */
#include <stdio.h>
#include <string.h>

#include "command/completion.h"

/* The action of _arguments for each kind; NULL: names, or nothing. */
static const char *action_of(enum completion_kind kind)
{
    switch (kind) {
    case COMPLETION_FILES:
        return "_files";
    case COMPLETION_DIRECTORIES:
        return "_directories";
    case COMPLETION_HOSTS:
        return "_hosts";
    case COMPLETION_PROGRAMS:
        return "_normal";
    case COMPLETION_INTERFACES:
        return "_net_interfaces";
    default:
        return NULL;
    }
}

/* Prints a text for use between single quotes, and in brackets or behind a colon. */
static void print_text(const char *text)
{
    for (; *text; text++)
        if (*text == '\'')
            printf("'\\''");
        else
            printf("%s%c", strchr("[]:\\", *text) ? "\\" : "", *text);
}

static void print_names(const struct option_spec *spec)
{
    bool list = completion_of(spec) == COMPLETION_LIST;
    struct completion_value value;

    printf("%s", list ? "_sequence compadd -" : "(");
    for (size_t i = 0; completion_value_at(spec, i, &value); i++) {
        printf(" ");
        print_text(value.text);
    }
    printf("%s", list ? "" : ")");
}

static void print_value(const struct option_spec *spec)
{
    const char *action = action_of(completion_of(spec));
    struct completion_value value;

    printf("%s:", completion_is_optional(spec) ? ":" : "");
    print_text(spec->argument);
    printf(":");
    if (action)
        printf("%s", action);
    else if (completion_value_at(spec, 0, &value))
        print_names(spec);
    else
        printf(" ");
}

/* Prints '*--tx=[how frames leave]:NAME:(auto ring)'; the star allows the option several times. */
static void print_option(const struct option_spec *spec)
{
    char text[COMPLETION_TEXT_SIZE];
    bool optional = completion_is_optional(spec);
    const char *behind_name = spec->argument ? optional ? "=-" : "=" : "";
    const char *behind_letter = spec->argument ? optional ? "-" : "+" : "";

    if (spec->letter)
        printf("        '*'{-%c%s,--%s%s}'[", spec->letter, behind_letter, spec->name, behind_name);
    else
        printf("        '*--%s%s[", spec->name, behind_name);
    print_text(completion_describe(spec, text));
    printf("]");
    if (spec->argument)
        print_value(spec);
    printf("' \\\n");
}

static void print_operands(const struct option_table *table)
{
    const char *action = action_of(completion_of_operands(table));
    struct completion_value value;

    printf("        '*:");
    print_text(table->operands);
    printf(":");
    if (table->choices) {
        printf("_alternative \"names:name:(");
        for (size_t i = 0; completion_operand_at(table, i, &value); i++)
            printf("%s%s", i ? " " : "", value.text);
        printf(")\"");
        if (action)
            printf(" \"others:other:%s\"", action);
    } else {
        printf("%s", action ? action : " ");
    }
    printf("'\n");
}

/* The function for "sim run" is _hopwire_sim_run. */
static void print_function_name(const char *path)
{
    printf("_hopwire_");
    for (; *path; path++)
        putchar(*path == ' ' ? '_' : *path);
}

static void print_function(const char *path, const struct option_table *table)
{
    print_function_name(path);
    printf("()\n{\n    _arguments -s -S \\\n");
    for (const struct option_spec *spec = table->specs; spec->name; spec++)
        print_option(spec);
    printf("        '(-h --help)'{-h,--help}'[this text]' \\\n");
    print_operands(table);
    printf("}\n\n");
}

/* Once the name of the command was passed, it is `words[1]`. */
static void print_chooser(const char *function, const struct command *list)
{
    printf(
        "%s()\n{\n    local curcontext=$curcontext context state state_descr line\n    typeset -A opt_args\n"
        "    local -a names=(\n",
        function);
    for (const struct command *command = list; command->name; command++) {
        printf("        '%s:", command->name);
        print_text(command->help);
        printf("'\n");
    }
    printf("    )\n\n"
           "    _arguments -C '1:command:->command' '*::argument:->argument'\n"
           "    case $state in\n"
           "    command) _describe command names ;;\n"
           "    argument) (( $+functions[%s_$words[1]] )) && %s_$words[1] ;;\n"
           "    esac\n}\n\n",
           function, function);
}

void completion_print_zsh(void)
{
    printf("#compdef hopwire caracal\n# Completion of hopwire in zsh; made by 'hopwire completion zsh'.\n\n");
    completion_each(print_function);
    for (const struct command *command = command_list; command->name; command++)
        if (command->parts) {
            char function[64];

            snprintf(function, sizeof(function), "_hopwire_%s", command->name);
            print_chooser(function, command->parts);
        }
    print_chooser("_hopwire", command_list);
    printf(
        "if [[ $service == caracal ]]; then\n    _hopwire_caracal \"$@\"\nelse\n    _hopwire \"$@\"\nfi\n");
}
