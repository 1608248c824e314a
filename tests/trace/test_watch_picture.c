// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/watch_picture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum {
    HOPS = 20,
    COLUMNS = 80,
};

/* The picture, for free(). */
static char *picture(struct scroll *scroll, unsigned rows)
{
    static struct hop_stats hops[HOPS];
    const struct watch_table table = {.hops = hops, .first_ttl = 1, .count = HOPS, .width = COLUMNS};
    const struct watch_heading heading = {.title = "192.0.2.1"};
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    watch_picture_print(&heading, &table, scroll, rows, out);
    fclose(out);
    return text;
}

static unsigned count_lines(const char *text)
{
    unsigned lines = 0;

    for (; (text = strchr(text, '\n')); text++)
        lines++;
    return lines;
}

/* Every hop is shown or told of, and no row more than there are. */
Test(watch_picture, of_any_height)
{
    for (unsigned rows = 0; rows < 40; rows++) {
        struct scroll scroll = {0};
        char *text = picture(&scroll, rows);

        cr_expect_leq(count_lines(text), rows, "%u rows", rows);
        cr_expect_eq(scroll.shown + scroll.below, HOPS, "%u rows", rows);
        cr_expect_eq(strstr(text, "more below") != NULL, scroll.below && rows > 1, "%u rows", rows);
        cr_expect_eq(strstr(text, "Loss%") != NULL, rows > 0, "%u rows", rows);
        cr_expect_eq(strstr(text, "keys:") != NULL, rows >= 8, "%u rows", rows);
        free(text);
    }
}

Test(watch_picture, scrolled)
{
    struct scroll scroll = {0};
    char *text = picture(&scroll, 10);

    cr_expect_not_null(strstr(text, "  1.|-- "));
    cr_expect_not_null(strstr(text, "  5.|-- "));
    cr_expect_null(strstr(text, "  6.|-- "));
    cr_expect_not_null(strstr(text, "\n... 15 more below\n"));
    free(text);
    scroll_move(&scroll, SCREEN_BOTTOM);
    text = picture(&scroll, 10);
    cr_expect_not_null(strstr(text, " 20.|-- "));
    cr_expect_null(strstr(text, " 15.|-- "));
    cr_expect_not_null(strstr(text, "\n... 15 more above\n"));
    cr_expect_not_null(strstr(text, "Loss%"));
    free(text);
}
