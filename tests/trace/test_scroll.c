// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/scroll.h"

#include <criterion/criterion.h>

#include "table.h"

Test(scroll, fits_any_text_on_any_screen)
{
    for (unsigned lines = 0; lines < 30; lines++)
        for (unsigned rows = 0; rows < 30; rows++)
            for (unsigned first = 0; first < 40; first++) {
                struct scroll scroll = {.first = first};
                char text[SCROLL_TEXT_SIZE];

                scroll_fit(&scroll, lines, rows);
                cr_assert_eq(scroll.first + scroll.shown + scroll.below, lines);
                bool told = *scroll_text(&scroll, text);
                cr_assert_eq(told, scroll.shown < lines);
                cr_assert_leq(scroll.shown + (rows && told), rows);
                if (lines <= rows)
                    cr_assert_eq(scroll.shown, lines);
                else if (rows)
                    cr_assert_eq(scroll.shown, rows - 1, "no row is empty");
            }
}

Test(scroll, keys_move_it)
{
    static const struct {
        enum screen_key key;
        const char *text;
    } steps[] = {
        {SCREEN_NO_KEY, "... 16 more below"},
        {SCREEN_UP, "... 16 more below"},
        {SCREEN_DOWN, "... 1 more above, 15 more below"},
        {SCREEN_PAGE_DOWN, "... 5 more above, 11 more below"},
        {SCREEN_BOTTOM, "... 16 more above"},
        {SCREEN_DOWN, "... 16 more above"},
        {SCREEN_PAGE_DOWN, "... 16 more above"},
        {SCREEN_UP, "... 15 more above, 1 more below"},
        {SCREEN_PAGE_UP, "... 11 more above, 5 more below"},
        {SCREEN_TOP, "... 16 more below"},
        {SCREEN_PAGE_UP, "... 16 more below"},
        {SCREEN_QUIT, "... 16 more below"},
    };
    struct scroll scroll = {0};
    char text[SCROLL_TEXT_SIZE];

    scroll_fit(&scroll, 20, 5);
    for (size_t i = 0; i < COUNT(steps); i++) {
        scroll_move(&scroll, steps[i].key);
        scroll_fit(&scroll, 20, 5);
        cr_expect_str_eq(scroll_text(&scroll, text), steps[i].text, "step %zu", i);
    }
}

/* The end stays in sight when the screen grows, and all is shown once it fits. */
Test(scroll, follows_the_screen)
{
    struct scroll scroll = {0};
    char text[SCROLL_TEXT_SIZE];

    scroll_fit(&scroll, 20, 5);
    scroll_move(&scroll, SCREEN_BOTTOM);
    scroll_fit(&scroll, 20, 11);
    cr_expect_str_eq(scroll_text(&scroll, text), "... 10 more above");
    scroll_fit(&scroll, 20, 5);
    cr_expect_str_eq(scroll_text(&scroll, text), "... 10 more above, 6 more below");
    scroll_fit(&scroll, 20, 20);
    cr_expect_str_eq(scroll_text(&scroll, text), "");
    cr_expect_eq(scroll.first, 0);
}
