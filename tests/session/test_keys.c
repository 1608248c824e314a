// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/keys.h"

#include <criterion/criterion.h>
#include <string.h>

#include "table.h"

Test(keys, of_mtr_and_less)
{
    static const struct {
        const char *typed;
        size_t length; /* of the first key */
        enum screen_key key;
    } cases[] = {
        {"", 0, SCREEN_NO_KEY},         {"q", 1, SCREEN_QUIT},
        {"Q", 1, SCREEN_QUIT},          {"p", 1, SCREEN_PAUSE},
        {"P", 1, SCREEN_PAUSE},         {"r", 1, SCREEN_RESET},
        {"n", 1, SCREEN_NAMES},         {"x", 1, SCREEN_NO_KEY},
        {"\n", 1, SCREEN_NO_KEY},       {"j", 1, SCREEN_DOWN},
        {"+", 1, SCREEN_PLUS},          {"k", 1, SCREEN_UP},
        {"-", 1, SCREEN_MINUS},         {" ", 1, SCREEN_PAGE_DOWN},
        {"f", 1, SCREEN_PAGE_DOWN},     {"\x06", 1, SCREEN_PAGE_DOWN},
        {"\x04", 1, SCREEN_PAGE_DOWN},  {"b", 1, SCREEN_PAGE_UP},
        {"\x02", 1, SCREEN_PAGE_UP},    {"\x15", 1, SCREEN_PAGE_UP},
        {"g", 1, SCREEN_TOP},           {"G", 1, SCREEN_BOTTOM},
        {"\x1b[A", 3, SCREEN_UP},       {"\x1b[Bq", 3, SCREEN_DOWN},
        {"\x1bOA", 3, SCREEN_UP},       {"\x1bOB", 3, SCREEN_DOWN},
        {"\x1b[5~", 4, SCREEN_PAGE_UP}, {"\x1b[6~", 4, SCREEN_PAGE_DOWN},
        {"\x1b[H", 3, SCREEN_TOP},      {"\x1b[1~", 4, SCREEN_TOP},
        {"\x1b[7~", 4, SCREEN_TOP},     {"\x1b[F", 3, SCREEN_BOTTOM},
        {"\x1bOF", 3, SCREEN_BOTTOM},   {"\x1b[4~", 4, SCREEN_BOTTOM},
        {"\x1b[8~", 4, SCREEN_BOTTOM},  {"\x1b[1;5B", 6, SCREEN_DOWN}, /* with Control */
        {"\x1b[2~", 4, SCREEN_NO_KEY},  {"\x1b[99999999999~", 14, SCREEN_NO_KEY},
        {"\x1b[C", 3, SCREEN_NO_KEY},   {"\x1bOp", 3, SCREEN_NO_KEY},
        {"\x1bq", 2, SCREEN_NO_KEY},                                 /* with Alt */
        {"\x1b", 1, SCREEN_NO_KEY},     {"\x1b[", 0, SCREEN_NO_KEY}, /* not whole */
        {"\x1bO", 0, SCREEN_NO_KEY},    {"\x1b[5", 0, SCREEN_NO_KEY},
        {"\xc3\xa4", 1, SCREEN_NO_KEY},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        enum screen_key key;

        cr_expect_eq(keys_next(cases[i].typed, strlen(cases[i].typed), &key), cases[i].length, "case %zu", i);
        cr_expect_eq(key, cases[i].key, "case %zu", i);
    }
}
