// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/dot.h"

#include <stdlib.h>
#include <string.h>

#include "report/written.h"

/* As it is within quotes. */
static void expect_shown(const char *text, const char *expected)
{
    struct written written;

    written_begin(&written);
    dot_text(text, written.out);
    char *shown = written_end(&written);

    cr_expect_str_eq(shown, expected);
    free(shown);
}

Test(dot, texts_of_anybody_stay_within_their_quotes)
{
    expect_shown("", "");
    expect_shown("a \"b\" \\n", "a \\\"b\\\" \\\\n");
    expect_shown("\x1b[2J\n", "\\\\x1b[2J\\\\x0a");
}

/* However long it is, no character is cut in two. */
Test(dot, long_texts_are_whole)
{
    char text[301] = "", expected[301] = "";

    for (unsigned i = 0; i < 100; i++) {
        strcat(text, i % 2 ? "\xe2\x82\xac" : "ab");
        strcat(expected, i % 2 ? "\xe2\x82\xac" : "ab");
    }
    expect_shown(text, expected);
}

Test(dot, vertices_are_called_after_hop_and_address)
{
    char id[DOT_ID_SIZE];

    cr_expect_str_eq(dot_id(3, (struct address){0x20010db800000000, 1}, id), "3/2001:db8::1");
}
