// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/printable.h"
#include "table.h"

struct shown {
    const char *text, *shown;
};

static void check(const struct shown *table, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *shown = printable_copy(table[i].text);

        cr_assert_str_eq(shown, table[i].shown);
        free(shown);
    }
}

Test(printable, text_stays_readable)
{
    static const struct shown table[] = {
        {"", ""},
        {"www.example.net", "www.example.net"},
        {" ~\t\\x1b", " ~\t\\x1b"},
        {"b\xc3\xbc"
         "cher",
         "b\xc3\xbc"
         "cher"},
        {"\xe4\xbe\x8b\xe3\x81\x88", "\xe4\xbe\x8b\xe3\x81\x88"}, /* U+4F8B U+3048 */
        {"\xf0\x9f\x8c\x90", "\xf0\x9f\x8c\x90"},                 /* U+1F310 */
        {"\xd8\xb9\xd7\xa9", "\xd8\xb9\xd7\xa9"},                 /* letters from right to left */
        {"\xc2\xa0\xed\x9f\xbf\xee\x80\x80",
         "\xc2\xa0\xed\x9f\xbf\xee\x80\x80"}, /* next to what is refused */
        {"\xe2\x80\xa7\xe2\x81\xa5", "\xe2\x80\xa7\xe2\x81\xa5"},
        {"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"}, /* U+10FFFF, the last */
    };

    check(table, COUNT(table));
}

Test(printable, controls_are_shown_as_hexadecimal_digits)
{
    static const struct shown table[] = {
        {"\x1b[31mred", "\\x1b[31mred"},
        {"\x1b]0;title\x07", "\\x1b]0;title\\x07"},
        {"a\rb\x08"
         "c",
         "a\\x0db\\x08"
         "c"},
        {"one\ntwo", "one\\x0atwo"},
        {"\x7f", "\\x7f"},
        {"\xc2\x9b"
         "31m",
         "\\xc2\\x9b"
         "31m"}, /* U+009B: CSI in one */
        {"\xc2\x80\xc2\x9f", "\\xc2\\x80\\xc2\\x9f"},
        {"\xe2\x80\xae"
         "gpj",
         "\\xe2\\x80\\xae"
         "gpj"}, /* U+202E */
        {"\xe2\x80\xaa\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x80\\xaa\\xe2\\x81\\xa6\\xe2\\x81\\xa9"},
        {"\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f", "\\xd8\\x9c\\xe2\\x80\\x8e\\xe2\\x80\\x8f"},
        {"\xe2\x80\xa8\xe2\x80\xa9", "\\xe2\\x80\\xa8\\xe2\\x80\\xa9"},
    };

    check(table, COUNT(table));
}

/* RFC 3629, sections 3 and 4. */
Test(printable, whatever_is_not_utf8_is_too)
{
    static const struct shown table[] = {
        {"\x9b"
         "31m",
         "\\x9b"
         "31m"},
        {"\xff", "\\xff"},
        {"\xc0\x9b", "\\xc0\\x9b"}, /* overlong */
        {"\xc1\xbf", "\\xc1\\xbf"},
        {"\xe0\x82\x9b", "\\xe0\\x82\\x9b"},
        {"\xf0\x80\x82\x9b", "\\xf0\\x80\\x82\\x9b"},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80"},          /* a surrogate */
        {"\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"}, /* beyond U+10FFFF */
        {"\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80"},
        {"\xe2\x82", "\\xe2\\x82"},              /* cut */
        {"\xe2\x82\x1b[m", "\\xe2\\x82\\x1b[m"}, /* what follows is judged by itself */
        {"\xe2\xc3\xbc", "\\xe2\xc3\xbc"},
    };

    check(table, COUNT(table));
}

Test(printable, newlines_of_our_own_stay)
{
    char shown[64];

    size_t length = printable_put(shown, "a\nb\r\n", 5, true);
    cr_assert_eq(length, strlen("a\nb\\x0d\n"));
    cr_assert_arr_eq(shown, "a\nb\\x0d\n", length);
}

Test(printable, no_byte_becomes_more_than_four)
{
    char from[256], to[PRINTABLE_GROWTH * sizeof(from)];

    for (int byte = 0; byte < 256; byte++) {
        memset(from, byte, sizeof(from));
        cr_assert_leq(printable_put(to, from, sizeof(from), false), sizeof(to));
    }
}

Test(printable, a_character_that_goes_on_waits)
{
    static const struct {
        const char *text;
        size_t whole;
    } table[] = {
        {"", 0},
        {"ab", 2},
        {"a\xc3", 1},
        {"a\xc3\xbc", 3},
        {"a\xe2\x82", 1},
        {"a\xe2\x82\xac", 4},
        {"a\xf0\x9f\x8c", 1},
        {"a\xf0\x9f\x8c\x90", 5},
        {"a\xff", 2},
        {"a\xe0\x82", 3}, /* goes on as no character does */
        {"\x9b\x9b\x9b", 3},
        {"a\xc3\xbc\x9b", 4},
    };

    for (size_t i = 0; i < COUNT(table); i++)
        cr_assert_eq(printable_whole(table[i].text, strlen(table[i].text)), table[i].whole, "row %zu", i);
}
