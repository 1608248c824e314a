// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/choices.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "capture.h"

static bool colours(size_t position, struct choice *out)
{
    static const struct choice list[] = {
        {.name = "red"}, {.name = "any", .more = ":HUE", .help = "of this hue"}, {.name = "blue"}};

    return choice_of(list, sizeof(list) / sizeof(list[0]), position, out);
}

static bool bare(size_t position, struct choice *out)
{
    static const struct choice list[] = {{.name = "csv"}, {.name = "jsonl"}};

    return choice_of(list, sizeof(list) / sizeof(list[0]), position, out);
}

static bool many(size_t position, struct choice *out)
{
    *out = (struct choice){.name = "0123456789"};
    return position < 9;
}

static bool endless(size_t position, struct choice *out)
{
    (void)position;
    *out = (struct choice){.name = "again"};
    return true;
}

Test(choices, are_found_by_their_whole_names)
{
    cr_expect_eq(choices_find(colours, "red"), 0);
    cr_expect_eq(choices_find(colours, "blue"), 2);
    cr_expect_eq(choices_find(colours, "re"), -1);
    cr_expect_eq(choices_find(colours, "any:HUE"), -1);
    cr_expect_eq(choices_find(colours, ""), -1);
}

Test(choices, are_named_in_messages_as_far_as_there_is_room)
{
    char text[CHOICES_TEXT_SIZE];
    struct error_text error;

    cr_expect_str_eq(choices_text(colours, text), "red, any:HUE, blue");
    cr_expect_eq(choices_refuse(colours, "pink", &error), -EINVAL);
    cr_expect_str_eq(error.text, "there is no 'pink', only red, any:HUE, blue");
    cr_expect_eq(strlen(choices_text(endless, text)), CHOICES_TEXT_SIZE - 1);
}

static void expect_help(choice_at *choices, const char *expected)
{
    struct capture output = capture_start(STDOUT_FILENO);

    choices_print_help(choices, 4);
    cr_expect_str_eq(capture_end(&output), expected);
}

Test(choices, have_a_line_each_where_one_needs_words)
{
    expect_help(colours, "    red\n    any:HUE  of this hue\n    blue\n");
    expect_help(bare, "    csv, jsonl\n");
    expect_help(many, "    0123456789, 0123456789, 0123456789, 0123456789, 0123456789, 0123456789, "
                      "0123456789,\n    0123456789, 0123456789\n");
}
