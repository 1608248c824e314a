// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#include "base/options.h"
#include "capture.h"
#include "table.h"

struct values {
    bool quiet;
    uint32_t ttl;
    const char *output;
    struct option_list lists;
    struct option_optional sim;
    const char *format;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct values, name)

static const struct option_spec own_specs[] = {
    {"depth", 0, "N", FIELD(option_number, ttl), .help = "of objects"},
    {"brief", 0, NULL, FIELD(option_flag, quiet), .help = "no nulls"},
    {0},
};

static bool formats(size_t position, struct choice *out)
{
    static const struct choice list[] = {{.name = "csv"}, {.name = "jsonl", .options = own_specs}};

    return choice_of(list, sizeof(list) / sizeof(list[0]), position, out);
}

static const struct option_spec specs[] = {
    {"quiet", 'q', NULL, FIELD(option_flag, quiet), .help = "no progress"},
    {"max-ttl", 'm', "TTL", FIELD(option_number, ttl), .min = 1, .max = 64,
     .help = "the highest TTL\n(default 32)"},
    {"output", 'o', "FILE", FIELD(option_text, output), .help = "results"},
    {"list", 0, "FILE", FIELD(option_list, lists), .help = "more of them"},
    {"sim", 0, "[=TEXT]", FIELD(option_optional, sim), .help = "simulated"},
    {"format", 0, "NAME", FIELD(option_name, format), .choices = formats, .help = "of the results"},
    {"maximum-of-something-long", 0, "COUNT", FIELD(option_number, ttl), .help = "long"},
    {0},
};

static const struct option_table table = {
    .command = "probe", .operands = "TARGET…", .summary = "Probes.", .specs = specs};

/* Splits `line` at blanks into an argv of the command; returns argc. */
static int split(const char *line, char *copy, char **argv)
{
    int argc = 0;

    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    argv[argc] = NULL;
    return argc;
}

struct parsed {
    int result, argc;
    char *argv[16];
    char words[256];
    struct values values;
    struct capture errors;
};

static struct parsed *parse(const struct option_table *with, const char *line, struct parsed *out)
{
    memset(out, 0, sizeof(*out));
    out->argc = split(line, out->words, out->argv);
    out->errors = capture_start(STDERR_FILENO);
    out->result = options_parse(with, out->argc, out->argv, &out->values);
    capture_end(&out->errors);
    return out;
}

Test(options, every_form_of_an_option_is_taken)
{
    static const struct {
        const char *line;
        uint32_t ttl;
        bool quiet;
    } cases[] = {
        {"probe --max-ttl 7", 7, false},
        {"probe --max-ttl=7", 7, false},
        {"probe -m 7", 7, false},
        {"probe -m7", 7, false},
        {"probe --max-ttl 7 --max-ttl 8", 8, false},
        {"probe --quiet", 0, true},
        {"probe -q", 0, true},
        {"probe -qm7", 7, true},
        {"probe a --quiet b", 0, true},
        {"probe --q", 0, true}, /* getopt takes what is unambiguous */
        {"probe -- --quiet", 0, false},
        {"probe", 0, false},
    };
    struct parsed parsed;

    for (size_t i = 0; i < COUNT(cases); i++) {
        parse(&table, cases[i].line, &parsed);
        cr_expect_gt(parsed.result, 0, "%s: %s", cases[i].line, parsed.errors.text);
        cr_expect_eq(parsed.values.ttl, cases[i].ttl, "%s", cases[i].line);
        cr_expect_eq(parsed.values.quiet, cases[i].quiet, "%s", cases[i].line);
        cr_expect_str_empty(parsed.errors.text);
    }
}

Test(options, operands_come_last)
{
    struct parsed parsed;

    parse(&table, "probe 192.0.2.1 -q 192.0.2.2 --output x -", &parsed);
    cr_assert_eq(parsed.argc - parsed.result, 3);
    cr_assert_str_eq(parsed.argv[parsed.result], "192.0.2.1");
    cr_assert_str_eq(parsed.argv[parsed.result + 1], "192.0.2.2");
    cr_assert_str_eq(parsed.argv[parsed.result + 2], "-");
    cr_assert_str_eq(parsed.values.output, "x");
}

Test(options, a_letter_takes_no_operand_for_a_value_that_may_be_left_out)
{
    static const struct option_spec lettered[] = {
        {"json", 'j', "[=FORM]", FIELD(option_optional, sim), .help = "objects"}, {0}};
    const struct option_table with = {.command = "probe", .operands = "", .summary = "", .specs = lettered};
    struct parsed parsed;

    parse(&with, "probe -j 192.0.2.1", &parsed);
    cr_assert_eq(parsed.argc - parsed.result, 1, "%s", parsed.errors.text);
    cr_assert(parsed.values.sim.given && !parsed.values.sim.text);
    parse(&with, "probe -jatlas 192.0.2.1", &parsed);
    cr_assert_str_eq(parsed.values.sim.text, "atlas");
}

Test(options, another_program_keeps_its_options)
{
    struct option_table stopping = table;
    struct parsed parsed;

    stopping.stop_at_operand = true;
    parse(&stopping, "run -q ping -q -c 1", &parsed);
    cr_assert_eq(parsed.argc - parsed.result, 4);
    cr_assert_str_eq(parsed.argv[parsed.result], "ping");
    parse(&stopping, "run -q -- ping -q", &parsed);
    cr_assert_str_eq(parsed.argv[parsed.result], "ping");
    parse(&stopping, "run --max-ttl", &parsed);
    cr_assert_eq(parsed.result, -EINVAL);
}

Test(options, optional_values_need_an_equals_sign)
{
    struct parsed parsed;

    parse(&table, "probe --sim=seed=7 x", &parsed);
    cr_assert_str_eq(parsed.values.sim.text, "seed=7");
    parse(&table, "probe --sim x", &parsed);
    cr_assert(parsed.values.sim.given);
    cr_assert_null(parsed.values.sim.text);
    cr_assert_str_eq(parsed.argv[parsed.result], "x");
}

Test(options, a_list_collects)
{
    struct parsed parsed;

    parse(&table, "probe --list a -q --list=b", &parsed);
    cr_assert_eq(parsed.values.lists.count, 2);
    cr_assert_str_eq(parsed.values.lists.values[1], "b");
    options_free_list(&parsed.values.lists);
}

Test(options, names_are_those_of_a_table)
{
    struct parsed parsed;

    parse(&table, "probe --format jsonl", &parsed);
    cr_assert_gt(parsed.result, 0);
    cr_assert_str_eq(parsed.values.format, "jsonl");
}

Test(options, what_is_wrong_is_said_in_one_line)
{
    static const struct {
        const char *line, *error;
    } cases[] = {
        {"probe --colour", "hopwire: probe: unknown option '--colour' (see 'hopwire probe --help')\n"},
        {"probe x --colour=red",
         "hopwire: probe: unknown option '--colour=red' (see 'hopwire probe --help')\n"},
        {"probe -x", "hopwire: probe: unknown option '-x' (see 'hopwire probe --help')\n"},
        {"probe -qx", "hopwire: probe: unknown option '-x' (see 'hopwire probe --help')\n"},
        {"probe --max-ttl",
         "hopwire: probe: option '--max-ttl' needs a value (see 'hopwire probe --help')\n"},
        {"probe -m", "hopwire: probe: option '-m' needs a value (see 'hopwire probe --help')\n"},
        {"probe --max-ttl 65", "hopwire: probe: --max-ttl: '65' is not a whole number from 1 to 64\n"},
        {"probe -m 0", "hopwire: probe: --max-ttl: '0' is not a whole number from 1 to 64\n"},
        {"probe --output= x", "hopwire: probe: --output: the value is empty\n"},
        {"probe --format xml", "hopwire: probe: --format: there is no 'xml', only csv, jsonl\n"},
    };
    struct parsed parsed;

    for (size_t i = 0; i < COUNT(cases); i++) {
        parse(&table, cases[i].line, &parsed);
        cr_expect_eq(parsed.result, -EINVAL, "%s", cases[i].line);
        cr_expect_str_eq(parsed.errors.text, cases[i].error);
    }
}

static const char help[] = "usage: hopwire probe [OPTIONS] TARGET…\n"
                           "\n"
                           "Probes.\n"
                           "\n"
                           "  -q, --quiet                   no progress\n"
                           "  -m, --max-ttl TTL             the highest TTL\n"
                           "                                (default 32)\n"
                           "  -o, --output FILE             results\n"
                           "      --list FILE               more of them\n"
                           "      --sim[=TEXT]              simulated\n"
                           "      --format NAME             of the results\n"
                           "                                csv, jsonl\n"
                           "                                options of jsonl:\n"
                           "                                  depth=N  of objects\n"
                           "                                  brief    no nulls\n"
                           "      --maximum-of-something-long COUNT\n"
                           "                                long\n"
                           "  -h, --help                    this text\n";

Test(options, help_is_made_from_the_table)
{
    static const char *const lines[] = {"probe --help", "probe -h", "probe --quiet --help --colour"};
    struct parsed parsed;

    for (size_t i = 0; i < COUNT(lines); i++) {
        struct capture output = capture_start(STDOUT_FILENO);

        parse(&table, lines[i], &parsed);
        cr_expect_str_eq(capture_end(&output), help);
        cr_expect_eq(parsed.result, OPTIONS_HELP);
        cr_expect_str_empty(parsed.errors.text);
    }
}

static int parse_pairs(const char *text, struct values *values, struct capture *errors)
{
    memset(values, 0, sizeof(*values));
    *errors = capture_start(STDERR_FILENO);
    static char copy[256]; /* what text values point into */
    snprintf(copy, sizeof(copy), "%s", text);
    int result = options_parse_pairs(&table, "--sim", copy, values);
    capture_end(errors);
    return result;
}

Test(options, pairs_are_the_options_without_dashes)
{
    struct capture errors;
    struct values values;

    cr_assert_eq(parse_pairs("quiet,max-ttl=9,output=a=b,sim", &values, &errors), 0);
    cr_assert(values.quiet);
    cr_assert_eq(values.ttl, 9);
    cr_assert_str_eq(values.output, "a=b");
    cr_assert(values.sim.given);
    cr_assert_eq(parse_pairs("", &values, &errors), 0);
    cr_assert_str_empty(errors.text);
}

Test(options, wrong_pairs_are_named)
{
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"colour=red", "hopwire: --sim: unknown key 'colour' (see 'hopwire probe --help')\n"},
        {"q", "hopwire: --sim: unknown key 'q' (see 'hopwire probe --help')\n"},
        {"quiet,max-ttl", "hopwire: --sim: key 'max-ttl' needs a value: max-ttl=TTL\n"},
        {"quiet=yes", "hopwire: --sim: key 'quiet' takes no value\n"},
        {"max-ttl=x", "hopwire: --sim: max-ttl: 'x' is not a whole number from 1 to 64\n"},
        {"=1", "hopwire: --sim: unknown key '' (see 'hopwire probe --help')\n"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct capture errors;
        struct values values;

        cr_expect_eq(parse_pairs(cases[i].text, &values, &errors), -EINVAL, "%s", cases[i].text);
        cr_expect_str_eq(errors.text, cases[i].error);
    }
}
