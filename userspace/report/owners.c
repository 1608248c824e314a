// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/owners.h"

#include "report/plot_table.h"

void owners_print_origin(struct owners owners, struct address address, FILE *out)
{
    char text[ASN_TEXT_SIZE];
    const char *origin = asn_text(owners.asn, address, text);

    if (owners.asn)
        fprintf(out, ",%s", origin ? origin : "");
}

void owners_print_exchange(struct owners owners, struct address address, FILE *out)
{
    char text[ASN_TEXT_SIZE];
    const char *name = asn_text(owners.ixp, address, text);

    if (owners.ixp)
        fputc(',', out);
    if (name)
        plot_table_text(name, out);
}
