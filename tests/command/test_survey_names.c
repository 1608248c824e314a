// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/survey_names.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

#include "support/own_directory.h"

TestSuite(survey_names, .init = enter_directory, .fini = remove_directory);

static void expect_settled(const char *before, const char *state, const char *targets)
{
    struct survey_options options = survey_options_default();
    struct survey_names names = {0};

    options.state = "r.state";
    options.targets.targets_file = "/lists/targets";
    cr_assert_eq(survey_names_settle(&names, before, &options), 0);
    cr_expect_str_eq(options.state, state, "%s", before);
    cr_expect_str_eq(options.targets.targets_file, targets, "%s", before);
    cr_expect_str_eq(options.records.output.names[0], "-");
    survey_names_free(&names);
}

Test(survey_names, mean_files_of_the_directory_where_they_were_given)
{
    expect_settled("/usr", "/usr/r.state", "/lists/targets");
    expect_settled(directory, "r.state", "/lists/targets");
    expect_settled(NULL, "r.state", "/lists/targets");
}

/* It was moved, is mounted elsewhere now, or JSON could not tell its name. */
Test(survey_names, are_taken_as_they_are_where_it_is_gone)
{
    expect_settled("/nowhere/at/all", "r.state", "/lists/targets");
}
