// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/error_text.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

Test(error_text, is_a_line_and_passes_its_code_on)
{
    struct error_text error;

    cr_expect_eq(error_text_set(&error, -EINVAL, "'%s' is not a number", "x"), -EINVAL);
    cr_expect_str_eq(error.text, "'x' is not a number");
}

Test(error_text, takes_its_place_in_front)
{
    struct error_text error;

    error_text_set(&error, -EINVAL, "100 %% wrong");
    error_text_prefix(&error, "line %d: ", 7);
    error_text_prefix(&error, "%s: ", "a.csv");
    cr_expect_str_eq(error.text, "a.csv: line 7: 100 % wrong");
}

Test(error_text, cuts_what_is_too_long_behind)
{
    char longer[2 * ERROR_TEXT_SIZE];
    struct error_text error;

    memset(longer, 'a', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    error_text_set(&error, -EINVAL, "%s", longer);
    cr_expect_eq(strlen(error.text), ERROR_TEXT_SIZE - 1);
    error_text_prefix(&error, "line 7: ");
    cr_expect_eq(strlen(error.text), ERROR_TEXT_SIZE - 1);
    cr_expect_eq(strncmp(error.text, "line 7: aaa", 11), 0);
    error_text_prefix(&error, "%s", longer);
    cr_expect_eq(strlen(error.text), ERROR_TEXT_SIZE - 1);
}
