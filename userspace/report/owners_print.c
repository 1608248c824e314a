// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/owners_print.h"

#include <string.h>

#include "base/enum_table.h"
#include "report/markup.h"
#include "report/plot_table.h"

void origin_print(const char *origin, FILE *out)
{
    if (strchr(origin, ','))
        plot_table_text(origin, out);
    else
        fputs(origin, out);
}

void owners_print_titles(const struct owners *owners, const char *before, FILE *out)
{
    for (unsigned fact = 0; fact < OWNER_FACTS; fact++)
        if (owners_know(owners, fact))
            fprintf(out, ",%s%s", before, owner_fact_name(fact));
}

void owners_print_values(const struct owners *owners, struct address address, FILE *out)
{
    char room[OWNER_TEXT_SIZE];

    for (unsigned fact = 0; fact < OWNER_FACTS; fact++) {
        if (!owners_know(owners, fact))
            continue;
        const char *text = owners_text(owners, fact, address, room);

        fputc(',', out);
        if (text && fact == OWNER_ASN)
            origin_print(text, out);
        else if (text)
            plot_table_text(text, out);
    }
}

void owners_headings(const struct owners *owners, FILE *out)
{
    static const char *const titles[] = {
        [OWNER_ASN] = "AS",    [OWNER_IXP] = "exchange", [OWNER_COUNTRY] = "country",
        [OWNER_CITY] = "city", [OWNER_NAME] = "name",
    };
    ENUM_TABLE(titles, OWNER_FACTS);

    for (unsigned fact = 0; fact < OWNER_FACTS; fact++)
        if (owners_know(owners, fact))
            fprintf(out, "<th scope=\"col\" class=\"text\">%s</th>", titles[fact]);
}

void owners_cells(const struct owners *owners, struct address address, FILE *out)
{
    char room[OWNER_TEXT_SIZE];

    for (unsigned fact = 0; fact < OWNER_FACTS; fact++) {
        if (!owners_know(owners, fact))
            continue;
        fputs("<td class=\"text\">", out);
        markup_text(owners_text(owners, fact, address, room), out);
        fputs("</td>", out);
    }
}
