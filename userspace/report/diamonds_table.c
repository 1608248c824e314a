// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/diamonds_table.h"

#include <inttypes.h>

#include "base/number.h"
#include "report/diamonds_print.h"
#include "report/markup.h"
#include "report/owners_print.h"
#include "report/plot_table.h"

static void put_summary(const struct diamond_numbers *diamonds, FILE *out)
{
    const char *about = diamonds->one_in > 1 ? "about " : "";

    fprintf(out, "<p>Of %s", about);
    markup_count(diamonds->prefixes, out);
    fprintf(out, " prefix%s with answers to several flows, %s", plural_form(diamonds->prefixes, "", "es"),
            about);
    markup_count(diamonds->crossing, out);
    fprintf(out, " %s behind a diamond, ", plural_form(diamonds->crossing, "is", "are"));
    markup_count(diamonds->open, out);
    fprintf(out, " behind a balancer whose ways do not meet again before silence. There %s ",
            plural_form(diamonds->count, "is", "are"));
    markup_count(diamonds->count, out);
    fprintf(out, " diamond%s", plural(diamonds->count));
    if (diamonds->one_in > 1)
        fprintf(out, " on the ways to one in %" PRIu64 " prefixes, which were examined", diamonds->one_in);
    fputs(".</p>\n", out);
}

static void put_end(struct address address, struct owners owners, FILE *out)
{
    fputs("<th scope=\"row\">", out);
    markup_address(address, out);
    fputs("</th>", out);
    owners_cells(&owners, address, out);
}

static void put_diamond(const struct named_diamond *diamond, struct owners owners, FILE *out)
{
    const struct diamond_facts *facts = &diamond->facts;

    fputs("<tr>", out);
    put_end(diamond->from, owners, out);
    put_end(diamond->to, owners, out);
    fprintf(out, "<td>%" PRIu32 "</td><td>%u</td><td>%u</td><td>", facts->width, facts->length,
            facts->shortest);
    markup_count(facts->prefixes, out);
    fputs("</td></tr>\n", out);
}

static void put_end_heading(const char *end, struct owners owners, FILE *out)
{
    fprintf(out, "<th scope=\"col\">%s</th>", end);
    owners_headings(&owners, out);
}

void diamonds_table_html(const struct numbers *numbers, struct owners owners, FILE *out)
{
    const struct diamond_numbers *diamonds = &numbers->diamonds;

    put_summary(diamonds, out);
    if (!diamonds->named_count)
        return;
    fputs("<table>\n<caption>Diamonds that most prefixes are behind</caption>\n<thead><tr>", out);
    put_end_heading("from", owners, out);
    put_end_heading("to", owners, out);
    fputs("<th scope=\"col\">width</th><th scope=\"col\">length</th><th scope=\"col\">shortest</th>"
          "<th scope=\"col\">prefixes</th></tr></thead>\n<tbody>\n",
          out);
    for (unsigned i = 0; i < diamonds->named_count; i++)
        put_diamond(&diamonds->named[i], owners, out);
    fputs("</tbody>\n</table>\n", out);
}

void diamonds_table_csv_heading(struct owners owners, FILE *out)
{
    fputs("results,", out);
    diamonds_print_heading(owners, out);
}

void diamonds_table_csv(const struct numbers *numbers, struct owners owners, FILE *out)
{
    for (unsigned i = 0; i < numbers->diamonds.named_count; i++) {
        plot_table_text(numbers->name, out);
        fputc(',', out);
        diamonds_print_one(&numbers->diamonds.named[i], owners, out);
    }
}
