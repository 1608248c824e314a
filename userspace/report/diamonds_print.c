// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/diamonds_print.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/address_text.h"

static void print_diamond(const struct diamond_facts *facts, struct address from, struct address to,
                          struct owners owners, FILE *out)
{
    char texts[2][ADDRESS_TEXT_SIZE];

    address_format(from, texts[0]);
    address_format(to, texts[1]);
    fprintf(out, "%s,%s,%" PRIu32 ",%u,%u,%" PRIu64, texts[0], texts[1], facts->width, facts->length,
            facts->shortest, facts->prefixes);
    owners_print_origin(owners, from, out);
    owners_print_origin(owners, to, out);
    owners_print_exchange(owners, to, out);
    fputc('\n', out);
}

int diamonds_print(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                   struct owners owners, FILE *out)
{
    uint32_t *order = diamonds_order(diamonds, interfaces);

    if (!order)
        return -ENOMEM;
    fprintf(out, "from,to,width,length,shortest,prefixes%s%s\n", owners.asn ? ",from_asn,to_asn" : "",
            owners.ixp ? ",to_ixp" : "");
    for (size_t i = 0; i < diamonds->ends.count; i++)
        print_diamond(&diamonds->facts[order[i]], interfaces->addresses[diamonds_from(diamonds, order[i])],
                      interfaces->addresses[diamonds_to(diamonds, order[i])], owners, out);
    free(order);
    return 0;
}
