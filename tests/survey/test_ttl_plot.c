// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/ttl_plot.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

/* For free(). */
static char *plot(const uint64_t *counts, unsigned rows, unsigned columns)
{
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    ttl_plot_print(counts, rows, columns, out);
    fclose(out);
    return text;
}

/* Without the heading. */
static size_t widest_row(const char *text)
{
    size_t widest = 0;

    for (text += strcspn(text, "\n") + 1; *text; text++) {
        size_t length = strcspn(text, "\n");

        if (length > widest)
            widest = length;
        text += length;
    }
    return widest;
}

Test(ttl_plot, columns_are_as_high_as_their_counts)
{
    static const uint64_t counts[PROBE_MAX_TTL + 1] = {[1] = 900, [2] = 1200, [3] = 600, [4] = 500, [16] = 1};
    char *text = plot(counts, 4, 16);

    cr_expect_str_eq(text,
                     "answers by TTL, most at 2: 1,200\n"
                     ":#              \n"
                     "####           .\n"
                     "1   5    10   15\n",
                     "%s", text);
    free(text);
}

Test(ttl_plot, wide_and_narrow)
{
    static const uint64_t counts[PROBE_MAX_TTL + 1] = {[1] = 10, [2] = 10, [63] = 5, [64] = 5};
    char *text = plot(counts, 3, 32);

    cr_expect_not_null(strstr(text, "\n#"), "%s", text);
    cr_expect_not_null(strstr(text, ":\n"), "the last two are one column: %s", text);
    free(text);
    text = plot(counts, 3, 300);
    cr_expect_not_null(strstr(text, "\n### ### "), "%s", text);
    free(text);
}

Test(ttl_plot, fits_where_it_is_to)
{
    uint64_t counts[PROBE_MAX_TTL + 1] = {0};

    for (unsigned last = 0; last <= PROBE_MAX_TTL; last++) {
        counts[last] = UINT64_MAX >> 8;
        for (unsigned columns = 1; columns < 150; columns++) {
            char *text = plot(counts, 5, columns);

            cr_assert_leq(widest_row(text), columns, "%u TTLs, %u columns", last, columns);
            free(text);
        }
    }
}

Test(ttl_plot, nothing_yet)
{
    static const uint64_t counts[PROBE_MAX_TTL + 1] = {0};
    char *text = plot(counts, 3, 80);

    cr_expect_eq(strncmp(text, "answers by TTL: none yet\n", 25), 0);
    free(text);
}
