// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/diamonds_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/address_text.h"
#include "report/owners_print.h"

void diamonds_print_heading(struct owners owners, FILE *out)
{
    fputs("from,to,width,length,shortest,prefixes", out);
    owners_print_titles(&owners, "from_", out);
    owners_print_titles(&owners, "to_", out);
    fputc('\n', out);
}

void diamonds_print_one(const struct named_diamond *diamond, struct owners owners, FILE *out)
{
    const struct diamond_facts *facts = &diamond->facts;
    char from[ADDRESS_TEXT_SIZE], to[ADDRESS_TEXT_SIZE];

    address_format(diamond->from, from);
    address_format(diamond->to, to);
    fprintf(out, "%s,%s,%" PRIu32 ",%u,%u,%" PRIu64, from, to, facts->width, facts->length, facts->shortest,
            facts->prefixes);
    owners_print_values(&owners, diamond->from, out);
    owners_print_values(&owners, diamond->to, out);
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
