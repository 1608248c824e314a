// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/diamonds_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/address_text.h"

void diamonds_print_heading(struct owners owners, FILE *out)
{
    fprintf(out, "from,to,width,length,shortest,prefixes%s%s\n", owners.asn ? ",from_asn,to_asn" : "",
            owners.ixp ? ",to_ixp" : "");
}

void diamonds_print_one(const struct named_diamond *diamond, struct owners owners, FILE *out)
{
    const struct diamond_facts *facts = &diamond->facts;
    char from[ADDRESS_TEXT_SIZE], to[ADDRESS_TEXT_SIZE];

    address_format(diamond->from, from);
    address_format(diamond->to, to);
    fprintf(out, "%s,%s,%" PRIu32 ",%u,%u,%" PRIu64, from, to, facts->width, facts->length, facts->shortest,
            facts->prefixes);
    owners_print_origin(owners, diamond->from, out);
    owners_print_origin(owners, diamond->to, out);
    owners_print_exchange(owners, diamond->to, out);
    fputc('\n', out);
}

int diamonds_print(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                   struct owners owners, FILE *out)
{
    uint32_t *order = diamonds_order(diamonds, interfaces);

    if (!order)
        return -ENOMEM;
    diamonds_print_heading(owners, out);
    for (size_t i = 0; i < diamonds->ends.count; i++) {
        const struct named_diamond diamond = diamonds_named(diamonds, interfaces, order[i]);

        diamonds_print_one(&diamond, owners, out);
    }
    free(order);
    return 0;
}
