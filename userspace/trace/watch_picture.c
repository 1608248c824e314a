// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/watch_picture.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEADING_ROWS = 3,
    SMALLEST_WITH_HEADING = 8, /* rows; with fewer, only hops are shown */
};

/* Returns the text of the table, to be freed by free(), and its number of lines; NULL when memory is
 * short. */
static char *table_text(const struct watch_table *table, unsigned *lines)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    *lines = 0;
    if (!out)
        return NULL;
    watch_table_print(table, out);
    if (fclose(out)) {
        free(text);
        return NULL;
    }
    for (const char *end = text; (end = strchr(end, '\n')); end++)
        ++*lines;
    return text;
}

/* Writes `count` lines of `text`. Returns the text behind them. */
static const char *put_lines(const char *text, unsigned count, FILE *out)
{
    for (; count && *text; count--) {
        size_t length = strcspn(text, "\n") + 1;

        if (out)
            fwrite(text, 1, length, out);
        text += length;
    }
    return text;
}

/* The line of column headings stays where it is, whichever hops are shown. */
static void put_table(const struct watch_table *table, struct scroll *scroll, unsigned rows, FILE *out)
{
    unsigned lines;
    char *text = table_text(table, &lines);
    char rest[SCROLL_TEXT_SIZE];

    if (!text)
        return;
    const char *hops = put_lines(text, rows ? 1 : 0, out);
    scroll_fit(scroll, lines - 1, rows ? rows - 1 : 0);
    put_lines(put_lines(hops, scroll->first, NULL), scroll->shown, out);
    if (rows > 1 && *scroll_text(scroll, rest))
        fprintf(out, "%.*s\n", (int)table->width, rest);
    free(text);
}

void watch_picture_print(const struct watch_heading *heading, const struct watch_table *table,
                         struct scroll *scroll, unsigned rows, FILE *out)
{
    bool has_heading = rows >= SMALLEST_WITH_HEADING;

    if (has_heading)
        watch_heading_print(heading, table->width, out);
    put_table(table, scroll, rows - (has_heading ? HEADING_ROWS : 0), out);
}
