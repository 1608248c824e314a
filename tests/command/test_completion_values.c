// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <string.h>

#include "command/completion.h"
#include "table.h"

static bool colours(size_t position, struct choice *out)
{
    static const struct option_spec own[] = {{.name = "depth", .argument = "N"}, {.name = "bare"}, {0}};
    static const struct choice list[] = {
        {.name = "red", .options = own},
        {.name = "file", .more = ":FILE"},
        {.name = "blue", .more = "[=%]"},
        {.name = "rate PPS"},
    };

    return choice_of(list, COUNT(list), position, out);
}

Test(completion_values, placeholders_say_what_a_value_is)
{
    static const struct {
        const char *argument;
        choice_at *choices;
        enum completion_kind expected;
    } cases[] = {
        {NULL, NULL, COMPLETION_NONE},
        {"N", NULL, COMPLETION_NONE},
        {"FILES", NULL, COMPLETION_NONE},
        {"FILE", NULL, COMPLETION_FILES},
        {"FILE.meta.json", NULL, COMPLETION_FILES},
        {"[=FILE]", NULL, COMPLETION_FILES},
        {"PATH", NULL, COMPLETION_FILES},
        {"DIR", NULL, COMPLETION_DIRECTORIES},
        {"IF[,IF…]", NULL, COMPLETION_INTERFACES},
        {"on|off", NULL, COMPLETION_NAMES},
        {"ADDRESS|PREFIX", NULL, COMPLETION_NONE},
        {"NAME", colours, COMPLETION_NAMES},
        {"[=FORM]", colours, COMPLETION_NAMES},
        {"LIST", colours, COMPLETION_LIST},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct option_spec spec = {.argument = cases[i].argument, .choices = cases[i].choices};

        cr_expect_eq(completion_of(&spec), cases[i].expected, "%s",
                     cases[i].argument ? cases[i].argument : "none");
    }
}

Test(completion_values, operands_are_known_by_their_first_word)
{
    static const struct {
        const char *operands;
        enum completion_kind expected;
    } cases[] = {
        {"", COMPLETION_NONE},          {"PREFIX|ADDRESS…", COMPLETION_NONE},
        {"RESULTS…", COMPLETION_FILES}, {"FILE.pcap|FILE.pcapng", COMPLETION_FILES},
        {"IN… OUT", COMPLETION_FILES},  {"-- COMMAND [ARGUMENT]…", COMPLETION_PROGRAMS},
        {"HOST…", COMPLETION_HOSTS},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct option_table table = {.operands = cases[i].operands};

        cr_expect_eq(completion_of_operands(&table), cases[i].expected, "%s", cases[i].operands);
    }
}

static void expect_values(const struct option_spec *spec, const char *expected)
{
    struct completion_value value;
    char text[256] = "";

    for (size_t i = 0; completion_value_at(spec, i, &value); i++)
        strcat(strcat(text, i ? " " : ""), value.text);
    cr_expect_str_eq(text, expected);
}

Test(completion_values, names_come_from_the_table)
{
    expect_values(&(struct option_spec){.argument = "NAME", .choices = colours},
                  "red red,depth= red,bare file: blue rate");
    expect_values(&(struct option_spec){.argument = "on|off"}, "on off");
    expect_values(&(struct option_spec){.argument = "N"}, "");
    expect_values(&(struct option_spec){.name = "switch"}, "");
}

Test(completion_values, descriptions_are_a_sentence_in_a_line)
{
    static const struct {
        const char *help, *expected;
    } cases[] = {
        {"plain", "plain"},
        {"of two\nlines (default: 1)", "of two lines"},
        {"first; second", "first"},
        {"default: 1", "default: 1"},
        {NULL, ""},
    };
    char text[COMPLETION_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_str_eq(completion_describe(&(struct option_spec){.help = cases[i].help}, text),
                         cases[i].expected);
}
