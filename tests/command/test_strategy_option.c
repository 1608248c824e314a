// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/strategy_option.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/exit_code.h"
#include "capture.h"
#include "table.h"

struct walk_options {
    uint32_t gap;
    double share;
    const char *from;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct walk_options, name)

static const struct option_spec walk_specs[] = {
    {"gap", 0, "N", FIELD(option_number, gap), .min = 1, .max = 9, .help = "silent hops that end a walk"},
    {"share", 0, "PPS", FIELD(option_rate, share), .help = "of the rate"},
    {"from", 0, "FILE", FIELD(option_text, from), .help = "what is known"},
    {0},
};

static const struct walk_options walk_defaults = {.gap = 3, .share = 10};
static const struct strategy_ops walk = {.name = "walk",
                                         .options = walk_specs,
                                         .options_size = sizeof(struct walk_options),
                                         .defaults = &walk_defaults};
static const struct strategy_ops plain = {.name = "plain"};

/* The exit code, with what was said in `said`. */
static int parse(const struct strategy_ops *ops, const char *text, struct strategy_choice *choice,
                 struct capture *said)
{
    *choice = (struct strategy_choice){.text = strdup(text)};
    *said = capture_start(STDERR_FILENO);
    int result = command_parse_strategy("survey", ops, choice->text, choice);

    capture_end(said);
    return result;
}

Test(strategy_option, a_strategy_has_options_of_its_own)
{
    static const struct {
        const char *text;
        struct walk_options expected;
    } cases[] = {
        {"", {.gap = 3, .share = 10}},
        {"gap=2", {.gap = 2, .share = 10}},
        {"gap=9,share=2k,from=a.csv", {.gap = 9, .share = 2000, .from = "a.csv"}},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct strategy_choice choice;
        struct capture said;

        cr_assert_eq(parse(&walk, cases[i].text, &choice, &said), EXIT_DONE, "%s", said.text);
        const struct walk_options *options = choice.options;
        cr_expect_eq(choice.ops, &walk);
        cr_expect_eq(options->gap, cases[i].expected.gap);
        cr_expect_eq(options->share, cases[i].expected.share);
        if (cases[i].expected.from)
            cr_expect_str_eq(options->from, cases[i].expected.from);
        command_free_strategy(&choice);
    }
}

Test(strategy_option, what_it_does_not_know_is_refused_by_name)
{
    static const struct {
        const struct strategy_ops *ops;
        const char *text, *said;
    } cases[] = {
        {&walk, "gap=0", "--strategy: gap: "},
        {&walk, "gap", "--strategy: key 'gap' needs a value: gap=N"},
        {&walk, "hops=3", "--strategy: unknown key 'hops' (see 'hopwire survey --help')"},
        {&plain, "gap=2", "--strategy: unknown key 'gap' (see 'hopwire survey --help')"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct strategy_choice choice;
        struct capture said;

        cr_expect_eq(parse(cases[i].ops, cases[i].text, &choice, &said), EXIT_UNUSABLE);
        cr_expect_not_null(strstr(said.text, cases[i].said), "%s", said.text);
        command_free_strategy(&choice);
    }
}

Test(strategy_option, a_strategy_is_found_by_its_name)
{
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"exhaustive", NULL},
        {"exhaustive,", NULL},
        {"exhaustive,gap=2", "unknown key 'gap'"},
        {"Exhaustive", "there is no 'Exhaustive', only exhaustive"},
        {"exhaustive2", "there is no 'exhaustive2'"},
        {"", "there is no ''"},
        {",gap=2", "there is no ''"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct capture said = capture_start(STDERR_FILENO);
        struct strategy_choice choice;
        int result = command_choose_strategy("survey", cases[i].text, &choice);

        capture_end(&said);
        cr_expect_eq(result, cases[i].said ? EXIT_UNUSABLE : EXIT_DONE, "%s", cases[i].text);
        cr_expect(!cases[i].said || strstr(said.text, cases[i].said), "%s: %s", cases[i].text, said.text);
        command_free_strategy(&choice);
    }
}
