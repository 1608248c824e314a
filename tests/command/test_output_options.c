// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>

#include "base/exit_code.h"
#include "command/output_options.h"

/* One rule for every command that writes records. */
Test(output_options, name_and_format_choose)
{
    static const struct {
        const char *output, *format;
        const struct output_format *chosen; /* NULL: refused */
    } cases[] = {
        {"-", NULL, &output_csv},
        {"results", NULL, &output_csv},
        {"./a.b/results", NULL, &output_csv},
        {"/dev/null", NULL, &output_csv},
        {"results.csv", NULL, &output_csv},
        {"results.jsonl", NULL, &output_jsonl},
        {"results.txt", NULL, NULL},
        {"results.json", NULL, NULL},
        {"results.", NULL, NULL},
        {"results.csv.old", NULL, NULL},
        {"results.txt", "jsonl", &output_jsonl},
        {"results.csv", "jsonl", &output_jsonl},
        {"-", "jsonl", &output_jsonl},
        {"results.csv", "xml", NULL},
        {"results.jsonl.gz", NULL, &output_jsonl},
        {"results.zst", NULL, &output_csv},
        {"results.txt.zst", NULL, NULL},
        {NULL, "csv", NULL},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct output_options options = {.output.names = {cases[i].output}, .format = cases[i].format};
        struct record_output chosen;
        int result = output_options_choose("test", &options, &chosen);

        cr_expect_eq(result, cases[i].chosen ? EXIT_DONE : EXIT_UNUSABLE, "case %zu", i);
        cr_expect_eq(chosen.places[0].format, cases[i].chosen, "case %zu", i);
    }
}

static int give(struct output_options *options, const char *path)
{
    struct error_text error;

    return option_outputs(&(struct option_spec){.name = "output"}, path, &options->output, &error);
}

Test(output_options, several_outputs)
{
    struct output_options options = {.output.names = {"-"}, .format = "jsonl"};
    struct record_output chosen;

    cr_assert_eq(give(&options, "-"), 0);
    cr_assert_eq(give(&options, "r.csv.gz"), 0);
    cr_assert_eq(give(&options, "r.txt"), 0);
    cr_expect(output_options_take_stdout(&options));
    cr_assert_eq(output_options_choose("test", &options, &chosen), EXIT_DONE);
    cr_assert_eq(chosen.count, 3);
    cr_expect_str_eq(chosen.places[0].path, "r.csv.gz", "it is the one that metadata lie beside");
    cr_expect_eq(chosen.places[0].packing, PACKING_GZIP);
    cr_expect_eq(chosen.places[0].format, &output_csv, "the name says it");
    cr_expect_str_eq(chosen.places[1].path, "-");
    cr_expect_eq(chosen.places[1].format, &output_jsonl);
    cr_expect_eq(chosen.places[2].format, &output_jsonl);
    cr_assert_eq(give(&options, "-"), 0);
    cr_expect_eq(output_options_choose("test", &options, &chosen), EXIT_UNUSABLE, "one stands there twice");
    cr_expect_eq(give(&options, "more"), -EINVAL);
}

/* As of a survey that goes on, whose command line this time names none of them. */
Test(output_options, several_outputs_of_an_earlier_command_line)
{
    const struct output_options options = {.output.names = {"r.csv", "r.txt"}, .format = "jsonl"};
    struct record_output chosen;

    cr_assert_eq(output_options_choose("test", &options, &chosen), EXIT_DONE);
    cr_expect_eq(chosen.places[0].format, &output_csv);
    cr_expect_eq(chosen.places[1].format, &output_jsonl);
}

Test(output_options, fields_choose_columns)
{
    static const struct {
        const char *output, *fields;
        unsigned count; /* 0: refused */
    } cases[] = {
        {"-", NULL, DEFAULT_COLUMNS},  {"-", "*", RECORD_COLUMNS},
        {"-", "flow,mpls", 2},         {"-", "flow,x", 0},
        {"-", "flow,flow", 0},         {NULL, "flow", 0},
        {NULL, NULL, DEFAULT_COLUMNS},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct output_options options = {.output.names = {cases[i].output}, .fields = cases[i].fields};
        struct record_output chosen;
        int result = output_options_choose("test", &options, &chosen);

        cr_expect_eq(result, cases[i].count ? EXIT_DONE : EXIT_UNUSABLE, "case %zu", i);
        if (cases[i].count)
            cr_expect_eq(chosen.columns.count, cases[i].count, "case %zu", i);
    }
}
