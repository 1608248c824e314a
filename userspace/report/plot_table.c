// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/plot_table.h"

#include <math.h>
#include <stdlib.h>

#include "base/printable.h"
#include "report/markup.h"

/* Writes whole numbers with all digits, others with their significant digits. */
static void put_value(double value, FILE *out)
{
    if (isnan(value))
        return;
    fprintf(out, fabs(value) < 1e15 && value == floor(value) ? "%.0f" : "%.6g", value);
}

static void put_row_html(const struct plot *plot, size_t i, FILE *out)
{
    fputs("<tr><th scope=\"row\">", out);
    put_value(plot->xs[i], out);
    fputs("</th>", out);
    for (size_t s = 0; s < plot->series_count; s++) {
        fputs("<td>", out);
        put_value(plot->series[s].y[i], out);
        fputs("</td>", out);
    }
    fputs("</tr>\n", out);
}

static void put_heading_html(const char *text, FILE *out)
{
    fputs("<th scope=\"col\">", out);
    markup_text(text, out);
    fputs("</th>", out);
}

void plot_table_html(const struct plot *plot, size_t rows, FILE *out)
{
    size_t shown = plot->count < rows ? plot->count : rows;

    fputs("<table>\n<caption>", out);
    markup_text(plot->title, out);
    fputs("; ", out);
    markup_text(plot->y.title, out);
    fputs("</caption>\n<thead><tr>", out);
    put_heading_html(plot->x.title, out);
    for (size_t s = 0; s < plot->series_count; s++)
        put_heading_html(plot->series[s].name, out);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (size_t i = 0; i < shown; i++)
        put_row_html(plot, shown > 1 ? i * (plot->count - 1) / (shown - 1) : i, out);
    fputs("</tbody>\n</table>\n", out);
}

void plot_table_text(const char *text, FILE *out)
{
    char *printable = printable_copy(text ? text : "");

    fputc('"', out);
    for (const char *p = printable; p && *p; p++) {
        if (*p == '"')
            fputc('"', out);
        fputc(*p, out);
    }
    fputc('"', out);
    free(printable);
}

void plot_table_csv(const struct plot *plot, FILE *out)
{
    plot_table_text(plot->x.title, out);
    for (size_t s = 0; s < plot->series_count; s++) {
        fputc(',', out);
        plot_table_text(plot->series[s].name, out);
    }
    fputc('\n', out);
    for (size_t i = 0; i < plot->count; i++) {
        put_value(plot->xs[i], out);
        for (size_t s = 0; s < plot->series_count; s++) {
            fputc(',', out);
            put_value(plot->series[s].y[i], out);
        }
        fputc('\n', out);
    }
}
