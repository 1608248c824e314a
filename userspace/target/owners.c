// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/owners.h"

#include <string.h>

#include "base/enum_table.h"

_Static_assert((int)OWNER_TEXT_SIZE >= (int)ASN_TEXT_SIZE, "a number finds room");

const char *owner_fact_name(enum owner_fact fact)
{
    static const char *const names[] = {
        [OWNER_ASN] = "asn",   [OWNER_IXP] = "ixp",   [OWNER_COUNTRY] = "country",
        [OWNER_CITY] = "city", [OWNER_NAME] = "name",
    };

    ENUM_TABLE(names, OWNER_FACTS);
    return names[fact];
}

static const struct asn_table *table_of(const struct owners *owners, enum owner_fact fact)
{
    return fact == OWNER_ASN ? owners->asn : fact == OWNER_IXP ? owners->ixp : owners->names;
}

static bool is_place(enum owner_fact fact)
{
    return fact == OWNER_COUNTRY || fact == OWNER_CITY;
}

bool owners_know(const struct owners *owners, enum owner_fact fact)
{
    return is_place(fact) ? owners->places != NULL : table_of(owners, fact) != NULL;
}

static const char *place_text(const struct owners *owners, enum owner_fact fact, struct address address,
                              char text[OWNER_TEXT_SIZE])
{
    if (!owners->places)
        return NULL;
    struct place place = place_table_find(owners->places, address);

    memcpy(text, fact == OWNER_COUNTRY ? place.country : place.city, PLACE_TEXT_SIZE);
    return *text ? text : NULL;
}

const char *owners_text(const struct owners *owners, enum owner_fact fact, struct address address,
                        char text[OWNER_TEXT_SIZE])
{
    return is_place(fact) ? place_text(owners, fact, address, text)
                          : asn_text(table_of(owners, fact), address, text);
}
