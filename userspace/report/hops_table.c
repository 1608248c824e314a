// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/hops_table.h"

#include <inttypes.h>

#include "report/markup.h"
#include "report/owners_print.h"
#include "report/plot_table.h"

static void put_number(uint64_t value, FILE *out)
{
    fputs("<td>", out);
    markup_count(value, out);
    fputs("</td>", out);
}

static void put_hop_html(const struct top_hop *hop, struct owners owners, FILE *out)
{
    fputs("<tr><th scope=\"row\">", out);
    markup_address(hop->address, out);
    fputs("</th>", out);
    owners_cells(&owners, hop->address, out);
    put_number(hop->count, out);
    put_number(hop->over, out);
    fprintf(out, "<td>%u</td><td>%u</td><td>", hop->min_ttl, hop->max_ttl);
    if (hop->min_rtt_us != RECORD_NO_RTT)
        fprintf(out, "%.3f", hop->min_rtt_us / 1000.0);
    fputs("</td></tr>\n", out);
}

void hops_table_html(const struct numbers *numbers, struct owners owners, FILE *out)
{
    fputs("<table>\n<caption>Most seen hops</caption>\n<thead><tr><th scope=\"col\">hop</th>", out);
    owners_headings(&owners, out);
    fputs(
        "<th scope=\"col\">answers</th><th scope=\"col\">error at most</th><th scope=\"col\">lowest TTL</th>"
        "<th scope=\"col\">highest TTL</th><th scope=\"col\">lowest RTT, ms</th></tr></thead>\n<tbody>\n",
        out);
    for (unsigned i = 0; i < numbers->hop_count; i++)
        put_hop_html(&numbers->hops[i], owners, out);
    fputs("</tbody>\n</table>\n", out);
}

void hops_table_csv_heading(struct owners owners, FILE *out)
{
    fputs("results,hop", out);
    owners_print_titles(&owners, "", out);
    fputs(",answers,too_many_by_at_most,min_ttl,max_ttl,min_rtt_us\n", out);
}

void hops_table_csv(const struct numbers *numbers, struct owners owners, FILE *out)
{
    for (unsigned i = 0; i < numbers->hop_count; i++) {
        const struct top_hop *hop = &numbers->hops[i];

        plot_table_text(numbers->name, out);
        fputc(',', out);
        markup_address(hop->address, out);
        owners_print_values(&owners, hop->address, out);
        fprintf(out, ",%" PRIu64 ",%" PRIu64 ",%u,%u,", hop->count, hop->over, hop->min_ttl, hop->max_ttl);
        if (hop->min_rtt_us != RECORD_NO_RTT)
            fprintf(out, "%" PRIu32, hop->min_rtt_us);
        fputc('\n', out);
    }
}

void hops_table_limited_html(const struct numbers *numbers, FILE *out)
{
    const json_t *limited = numbers->has_metadata ? numbers->metadata.limited : NULL, *hop;
    size_t i;

    if (!json_array_size(limited))
        return;
    fputs("<table>\n<caption>Hops that answered less than they were asked for</caption>\n<thead><tr>"
          "<th scope=\"col\">hop</th><th scope=\"col\">asked</th><th "
          "scope=\"col\">answered</th></tr></thead>\n<tbody>\n",
          out);
    json_array_foreach(limited, i, hop)
    {
        if (i == NUMBERS_HOPS)
            break;
        fputs("<tr><th scope=\"row\">", out);
        markup_text(json_string_value(json_object_get(hop, "responder")), out);
        fputs("</th>", out);
        put_number((uint64_t)json_integer_value(json_object_get(hop, "asked")), out);
        put_number((uint64_t)json_integer_value(json_object_get(hop, "answered")), out);
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table>\n", out);
}
