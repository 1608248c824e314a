// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/owners.h"

#include "report/markup.h"
#include "report/plot_table.h"

static void print(const struct asn_table *table, struct address address, FILE *out)
{
    char text[ASN_TEXT_SIZE];
    const char *owner = asn_text(table, address, text);

    if (table)
        fputc(',', out);
    if (owner)
        plot_table_text(owner, out);
}

void owners_print_origin(struct owners owners, struct address address, FILE *out)
{
    print(owners.asn, address, out);
}

void owners_print_exchange(struct owners owners, struct address address, FILE *out)
{
    print(owners.ixp, address, out);
}

static void put_cell(const struct asn_table *table, struct address address, FILE *out)
{
    char text[ASN_TEXT_SIZE];

    if (!table)
        return;
    fputs("<td class=\"text\">", out);
    markup_text(asn_text(table, address, text), out);
    fputs("</td>", out);
}

void owners_cells(struct owners owners, struct address address, FILE *out)
{
    put_cell(owners.asn, address, out);
    put_cell(owners.ixp, address, out);
}
