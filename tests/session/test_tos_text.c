// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/tos_text.h"

#include <criterion/criterion.h>

#include "table.h"

Test(tos_text, says_what_became_of_which)
{
    static const struct {
        uint16_t before, now;
        const char *text;
    } cases[] = {
        {0, 0, ""},
        {184, 184, ""},
        {184, 0, " [dscp 46 -> 0]"},
        {0, 1, " [ecn Not-ECT -> ECT(1)]"},
        {2, 3, " [ecn ECT(0) -> CE]"},
        {186, 35, " [dscp 46 -> 8, ecn ECT(0) -> CE]"},
        {255, 0, " [dscp 63 -> 0, ecn CE -> Not-ECT]"},
        {184, RECORD_NO_TOS, ""},
        {RECORD_NO_TOS, 184, ""},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[TOS_TEXT_SIZE];

        cr_expect_str_eq(tos_change(cases[i].before, cases[i].now, text), cases[i].text, "case %zu: %s", i,
                         text);
    }
}

Test(tos_text, what_is_not_quoted_is_not_changed)
{
    cr_expect(!tos_is_changed(184, &(struct record){.quoted_tos = 184}));
    cr_expect(!tos_is_changed(184, &(struct record){.quoted_tos = RECORD_NO_TOS}));
    cr_expect(tos_is_changed(184, &(struct record){.quoted_tos = 0}));
}
