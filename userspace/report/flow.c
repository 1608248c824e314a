// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/flow.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "report/plot_table.h"

enum {
    WIDTH = 640,
    SIDE = 8,
    ROW = 64, /* from one bar to the next */
    TEXT_ABOVE = 8,
    BAR = 16,
    LEAST = 2, /* width of any value above 0, however small */
};

/* An equation; the part that goes on to the next one comes first. */
struct flow_row {
    struct ledger_term terms[LEDGER_TERMS_MAX];
    size_t count;
    bool goes_on;
};

/* A part of an equation goes on if it is the total of another equation, or the end of the flow: probes that
 * are sent, records that are written, answers that are heard, packets that are captured. */
static bool is_way_on(const struct ledger *ledger, const char *name)
{
    static const char *const ends[] = {"sent", "written", "answers_heard", "captured"};
    struct ledger_term terms[LEDGER_TERMS_MAX];

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        if (strcmp(name, ends[i]) == 0)
            return true;
    for (unsigned i = 0; ledger_equation(ledger, i, terms); i++)
        if (strcmp(name, terms[0].name) == 0)
            return true;
    return false;
}

static bool read_row(const struct ledger *ledger, unsigned number, struct flow_row *row)
{
    struct ledger_term next[LEDGER_TERMS_MAX];

    row->count = ledger_equation(ledger, number, row->terms);
    for (size_t i = 2; i < row->count; i++) {
        struct ledger_term way = row->terms[i];

        if (!is_way_on(ledger, way.name))
            continue;
        memmove(&row->terms[2], &row->terms[1], (i - 1) * sizeof(way));
        row->terms[1] = way;
    }
    row->goes_on = row->count && ledger_equation(ledger, number + 1, next) &&
                   strcmp(row->terms[1].name, next[0].name) == 0;
    return row->count > 0;
}

static void put_name(const char *name, FILE *out)
{
    for (; *name; name++)
        fputc(*name == '_' ? ' ' : *name, out);
}

static void put_term(const struct ledger_term *term, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    put_name(term->name, out);
    fprintf(out, " %s", number_group(term->value, number));
}

/* "received 1,234 = redirected 1,230 + passed 4": parts that are 0 are left out. */
static void put_text(const struct flow_row *row, int y, FILE *out)
{
    const char *sign = " = ";

    fprintf(out, "<text x='%d' y='%d'>", SIDE, y - TEXT_ABOVE);
    put_term(&row->terms[0], out);
    for (size_t i = 1; i < row->count; i++) {
        if (!row->terms[i].value && i > 1)
            continue;
        fputs(sign, out);
        put_term(&row->terms[i], out);
        sign = " + ";
    }
    fputs("</text>\n", out);
}

static double width_of(uint64_t value, double most)
{
    double width = (WIDTH - 2 * SIDE) * (double)value / most;

    return value ? fmax(width, LEAST) : 0;
}

static double put_piece(double x, int y, double width, const char *colour, FILE *out)
{
    if (width > 0)
        fprintf(out, "<rect class='%s' x='%.1f' y='%d' width='%.1f' height='%d'/>\n", colour, x, y, width,
                BAR);
    return x + width;
}

static void put_row(const struct flow_row *row, int y, double most, FILE *out)
{
    static const char *const lost[] = {"f1", "f3", "f5", "f2"};
    double way = width_of(row->terms[1].value, most), x = put_piece(SIDE, y, way, "f0", out);

    for (size_t i = 2; i < row->count; i++)
        x = put_piece(x, y, width_of(row->terms[i].value, most), lost[(i - 2) % 4], out);
    put_text(row, y, out);
    if (row->goes_on)
        fprintf(out, "<rect class='f0' opacity='0.25' x='%d' y='%d' width='%.1f' height='%d'/>\n", SIDE,
                y + BAR, way, ROW - BAR);
}

static double most_of(const struct ledger *ledger)
{
    struct ledger_term terms[LEDGER_TERMS_MAX];
    uint64_t most = 1;

    for (unsigned i = 0; ledger_equation(ledger, i, terms); i++)
        most = terms[0].value > most ? terms[0].value : most;
    return (double)most;
}

static bool is_shown(const struct flow_row *row)
{
    return row->terms[0].value || row->goes_on;
}

void flow_svg(const struct ledger *ledger, const char *id, FILE *out)
{
    double most = most_of(ledger);
    struct flow_row row;
    int rows = 0;

    for (unsigned i = 0; read_row(ledger, i, &row); i++)
        rows += is_shown(&row);
    fprintf(out,
            "<svg xmlns='http://www.w3.org/2000/svg' class='plot' role='img' viewBox='0 0 %d %d' "
            "aria-labelledby='%s-title %s-text'>\n<title id='%s-title'>Where every packet went</title>\n"
            "<desc id='%s-text'>Each bar is a number of packets. At the left are those that go on to the "
            "next step, beside them those that do not.</desc>\n",
            WIDTH, (rows ? rows : 1) * ROW, id, id, id, id);
    rows = 0;
    for (unsigned i = 0; read_row(ledger, i, &row); i++)
        if (is_shown(&row))
            put_row(&row, rows++ * ROW + ROW - BAR - TEXT_ABOVE * 2, most, out);
    fputs("</svg>\n", out);
}

/* Writes a line of either table. */
typedef void line_put(const char *name, const char *group, const char *counter, uint64_t value, FILE *out);

static void put_reasons(const char *name, const char *group, const char *const *reasons,
                        const uint64_t *values, size_t count, line_put *put, FILE *out)
{
    for (size_t i = 0; i < count; i++)
        if (values[i])
            put(name, group, reasons[i], values[i], out);
}

static void put_terms(const struct ledger *ledger, const char *name, line_put *put, FILE *out)
{
    struct ledger_term terms[LEDGER_TERMS_MAX];

    for (unsigned i = 0; ledger_equation(ledger, i, terms); i++) {
        size_t count = ledger_equation(ledger, i, terms);

        for (size_t k = 0; k < count; k++)
            put(name, terms[0].name, terms[k].name, terms[k].value, out);
    }
    put_reasons(name, "rejected_filter", filter_rejection_names, ledger->rejected_filter, FILTER_REJECTIONS,
                put, out);
    put_reasons(name, "rejected_decode", decode_rejection_names, ledger->rejected_decode, DECODE_REJECTIONS,
                put, out);
}

static void put_line_html(const char *name, const char *group, const char *counter, uint64_t value, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    (void)name;
    fputs("<tr><th scope=\"row\">", out);
    put_name(counter, out);
    fputs("</th><td>", out);
    fputs(number_group(value, number), out);
    fputs("</td><td class=\"text\">", out);
    if (strcmp(group, counter) != 0) {
        fputs("of ", out);
        put_name(group, out);
    }
    fputs("</td></tr>\n", out);
}

void flow_table_html(const struct ledger *ledger, FILE *out)
{
    fputs("<table>\n<caption>Where every packet went</caption>\n<tbody>\n", out);
    put_terms(ledger, NULL, put_line_html, out);
    fputs("</tbody>\n</table>\n", out);
}

static void put_line_csv(const char *name, const char *group, const char *counter, uint64_t value, FILE *out)
{
    plot_table_text(name, out);
    fprintf(out, ",%s,%s,%" PRIu64 "\n", group, counter, value);
}

void flow_table_csv(const struct ledger *ledger, const char *name, FILE *out)
{
    put_terms(ledger, name, put_line_csv, out);
}
