// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/ttl_plot.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/number.h"

enum {
    LEVELS = 3,         /* of a character: '.', ':', '#' */
    WIDTH_MAX = 4,      /* characters of a column, with the blank behind it */
    FEWEST_TTLS = 16,   /* with fewer, the columns would move with every new TTL that answers */
    NUMBERED_EVERY = 5, /* TTLs */
};

/* The mapping from TTLs to columns: `each` TTLs share a column, which is `width` characters wide. */
struct scale {
    unsigned columns, each, width;
    unsigned most_ttl;
    uint64_t most; /* highest count of any column */
};

static uint64_t column_count(const uint64_t *counts, const struct scale *scale, unsigned column)
{
    uint64_t sum = 0;

    for (unsigned i = 0, ttl = 1 + column * scale->each; i < scale->each && ttl <= PROBE_MAX_TTL; i++, ttl++)
        sum += counts[ttl];
    return sum;
}

static struct scale scale_of(const uint64_t *counts, unsigned columns)
{
    struct scale scale = {.most_ttl = 1};
    unsigned last = PROBE_MAX_TTL;

    while (last > FEWEST_TTLS && !counts[last])
        last--;
    for (unsigned ttl = 2; ttl <= last; ttl++)
        if (counts[ttl] > counts[scale.most_ttl])
            scale.most_ttl = ttl;
    scale.each = columns ? (last + columns - 1) / columns : last;
    scale.columns = (last + scale.each - 1) / scale.each;
    scale.width = columns / scale.columns;
    if (scale.width > WIDTH_MAX)
        scale.width = WIDTH_MAX;
    for (unsigned i = 0; i < scale.columns; i++)
        if (column_count(counts, &scale, i) > scale.most)
            scale.most = column_count(counts, &scale, i);
    return scale;
}

/* Any count above zero is visible. */
static unsigned level_of(uint64_t count, uint64_t most, unsigned rows)
{
    unsigned level = most ? (unsigned)((double)count / (double)most * rows * LEVELS + 0.5) : 0;

    return count && !level ? 1 : level;
}

static void print_row(const uint64_t *counts, const struct scale *scale, unsigned row, unsigned rows,
                      FILE *out)
{
    static const char glyphs[] = " .:#";

    for (unsigned i = 0; i < scale->columns; i++) {
        unsigned level = level_of(column_count(counts, scale, i), scale->most, rows), below = row * LEVELS;
        unsigned here = level > below ? level - below : 0;

        for (unsigned n = 0; n < scale->width; n++)
            fputc(n && n + 1 == scale->width ? ' ' : glyphs[here > LEVELS ? LEVELS : here], out);
    }
    fputc('\n', out);
}

/* Prints TTLs below their columns, where there is room. */
static void print_axis(const struct scale *scale, FILE *out)
{
    unsigned end = 0;

    for (unsigned i = 0; i < scale->columns; i++) {
        unsigned ttl = 1 + i * scale->each, place = i * scale->width;
        bool numbered = ttl == 1 || ttl % NUMBERED_EVERY < scale->each;

        if (!numbered || (end && place <= end) || place + 2 > scale->columns * scale->width)
            continue;
        end = place + (unsigned)fprintf(out, "%*s%u", (int)(place - end), "", ttl) - (place - end);
    }
    fputc('\n', out);
}

void ttl_plot_print(const uint64_t counts[PROBE_MAX_TTL + 1], unsigned rows, unsigned columns, FILE *out)
{
    const struct scale scale = scale_of(counts, columns);
    char number[NUMBER_TEXT_SIZE];

    if (scale.most)
        fprintf(out, "answers by TTL, most at %u: %s\n", scale.most_ttl,
                number_group(counts[scale.most_ttl], number));
    else
        fputs("answers by TTL: none yet\n", out);
    for (unsigned row = rows - 2; row-- > 0;)
        print_row(counts, &scale, row, rows - 2, out);
    print_axis(&scale, out);
}
