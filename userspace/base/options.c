// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"

enum {
    OPTIONS_MAX = 128,     /* options of one command */
    GETOPT_FIRST = 0x1000, /* getopt values of long options: higher than every letter */
    HELP_COLUMN = 32,      /* where the help text starts */
    LEFT_SIZE = 80,        /* of what stands before it */
};

struct getopt_form {
    struct option longs[OPTIONS_MAX + 2];
    char shorts[3 * OPTIONS_MAX + 4];
};

static bool takes_optional(const struct option_spec *spec)
{
    return spec->argument && strncmp(spec->argument, "[=", 2) == 0;
}

static int argument_form(const struct option_spec *spec)
{
    if (!spec->argument)
        return no_argument;
    return takes_optional(spec) ? optional_argument : required_argument;
}

static void build_getopt(const struct option_table *table, struct getopt_form *form)
{
    char *letters = form->shorts;
    int count = 0;

    *letters++ = table->stop_at_operand ? '+' : ':';
    if (table->stop_at_operand)
        *letters++ = ':';
    for (const struct option_spec *spec = table->specs; spec->name && count < OPTIONS_MAX; spec++, count++) {
        form->longs[count] = (struct option){spec->name, argument_form(spec), NULL, GETOPT_FIRST + count};
        if (spec->letter) {
            *letters++ = spec->letter;
            /* getopt(3) requires two colons if the value may be left out. */
            for (int colons = argument_form(spec); colons > 0; colons--)
                *letters++ = ':';
        }
    }
    form->longs[count++] = (struct option){"help", no_argument, NULL, 'h'};
    form->longs[count] = (struct option){0};
    *letters++ = 'h';
    *letters = '\0';
}

static const struct option_spec *find_spec(const struct option_table *table, int value)
{
    if (value >= GETOPT_FIRST)
        return &table->specs[value - GETOPT_FIRST];
    for (const struct option_spec *spec = table->specs; spec->name; spec++)
        if (spec->letter == value)
            return spec;
    return NULL;
}

static int refuse_unknown(const struct option_table *table, char **argv)
{
    /* getopt stores the letter in optopt; for long options it is 0, and the text is the last one scanned. */
    if (optopt && optopt < GETOPT_FIRST)
        log_error("%s: unknown option '-%c' (see 'hopwire %s --help')", table->command, optopt,
                  table->command);
    else
        log_error("%s: unknown option '%s' (see 'hopwire %s --help')", table->command, argv[optind - 1],
                  table->command);
    return -EINVAL;
}

static int refuse_missing(const struct option_table *table, char **argv)
{
    log_error("%s: option '%s' needs a value (see 'hopwire %s --help')", table->command, argv[optind - 1],
              table->command);
    return -EINVAL;
}

int options_parse(const struct option_table *table, int argc, char **argv, void *out)
{
    struct getopt_form form;
    int value;

    build_getopt(table, &form);
    optind = 0; /* glibc: start over, needed after another table was parsed */
    opterr = 0;
    while ((value = getopt_long(argc, argv, form.shorts, form.longs, NULL)) != -1) {
        struct error_text error = {""};
        const struct option_spec *spec;

        if (value == 'h' && !find_spec(table, 'h')) {
            options_print_help(table);
            return OPTIONS_HELP;
        }
        if (value == ':')
            return refuse_missing(table, argv);
        spec = value == '?' ? NULL : find_spec(table, value);
        if (!spec)
            return refuse_unknown(table, argv);
        if (spec->parse(spec, optarg, (char *)out + spec->offset, &error)) {
            log_error("%s: --%s: %s", table->command, spec->name, error.text);
            return -EINVAL;
        }
    }
    return optind;
}

static int parse_pair(const struct option_table *table, const char *prefix, char *pair, void *out)
{
    struct error_text error = {""};
    char *value = strchr(pair, '=');
    const struct option_spec *spec = table->specs;

    if (value)
        *value++ = '\0';
    while (spec->name && strcmp(spec->name, pair) != 0)
        spec++;
    if (!spec->name) {
        log_error("%s: unknown key '%s' (see 'hopwire %s --help')", prefix, pair, table->command);
        return -EINVAL;
    }
    if (spec->argument && !takes_optional(spec) && !value) {
        log_error("%s: key '%s' needs a value: %s=%s", prefix, pair, pair, spec->argument);
        return -EINVAL;
    }
    if (!spec->argument && value) {
        log_error("%s: key '%s' takes no value", prefix, pair);
        return -EINVAL;
    }
    if (spec->parse(spec, value, (char *)out + spec->offset, &error)) {
        log_error("%s: %s: %s", prefix, pair, error.text);
        return -EINVAL;
    }
    return 0;
}

int options_parse_pairs(const struct option_table *table, const char *prefix, char *text, void *out)
{
    char *rest = NULL;

    for (char *pair = strtok_r(text, ",", &rest); pair; pair = strtok_r(NULL, ",", &rest)) {
        int error = parse_pair(table, prefix, pair, out);
        if (error)
            return error;
    }
    return 0;
}

/* Width on the screen: UTF-8 continuation bytes take no column. */
static int screen_width(const char *text)
{
    int width = 0;

    for (; *text; text++)
        width += ((unsigned char)*text & 0xc0) != 0x80;
    return width;
}

/* Returns how "gap=N" is written, and its width. */
static int write_own(const struct option_spec *own, char text[LEFT_SIZE])
{
    snprintf(text, LEFT_SIZE, "%s%s%s", own->name, own->argument ? "=" : "",
             own->argument ? own->argument : "");
    return screen_width(text);
}

/* Prints a table of the options of a choice, such as "gap=N  silent hops that end a walk". */
static void print_own_options(const struct choice *choice)
{
    char text[LEFT_SIZE];
    int widest = 0, width;

    for (const struct option_spec *own = choice->options; own && own->name; own++) {
        width = write_own(own, text);
        widest = width > widest ? width : widest;
    }
    if (widest)
        printf("%*soptions of %s:\n", HELP_COLUMN, "", choice->name);
    for (const struct option_spec *own = choice->options; own && own->name; own++) {
        width = write_own(own, text);
        printf("%*s%s%*s%s\n", HELP_COLUMN + 2, "", text, widest + 2 - width, "", own->help);
    }
}

static void print_option(const struct option_spec *spec)
{
    char left[LEFT_SIZE];
    int length = snprintf(left, sizeof(left), "  %c%c%c --%s", spec->letter ? '-' : ' ',
                          spec->letter ? spec->letter : ' ', spec->letter ? ',' : ' ', spec->name);
    if (spec->argument && length > 0)
        snprintf(left + length, sizeof(left) - (size_t)length, takes_optional(spec) ? "%s" : " %s",
                 spec->argument);
    int width = screen_width(left);
    printf("%s%*s", left, width < HELP_COLUMN ? HELP_COLUMN - width : 0, "");
    if (width >= HELP_COLUMN)
        printf("\n%*s", HELP_COLUMN, "");
    for (const char *p = spec->help ? spec->help : ""; *p; p++) {
        putchar(*p);
        if (*p == '\n')
            printf("%*s", HELP_COLUMN, "");
    }
    putchar('\n');
    if (!spec->choices)
        return;
    choices_print_help(spec->choices, HELP_COLUMN);
    struct choice choice;
    for (size_t i = 0; spec->choices(i, &choice); i++)
        print_own_options(&choice);
}

void options_print_help(const struct option_table *table)
{
    static const struct option_spec help = {.name = "help", .letter = 'h', .help = "this text"};

    printf("usage: hopwire %s [OPTIONS] %s\n\n%s\n\n", table->command, table->operands, table->summary);
    if (table->choices) {
        choices_print_help(table->choices, 2);
        putchar('\n');
    }
    for (const struct option_spec *spec = table->specs; spec->name; spec++)
        print_option(spec);
    print_option(&help);
}

void options_free_list(struct option_list *list)
{
    free(list->values);
    *list = (struct option_list){0};
}
