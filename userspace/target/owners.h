// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose an address is, where and what it is called, as far as files were given that say so. */
#pragma once

#include <stdbool.h>

#include "target/asn_table.h"
#include "target/place_table.h"

enum owner_fact {
    OWNER_ASN,     /* who announces it */
    OWNER_IXP,     /* the exchange whose peering LAN it is of */
    OWNER_COUNTRY, /* where it is said to be */
    OWNER_CITY,
    OWNER_NAME, /* of the DNS */
    OWNER_FACTS,
};

enum {
    OWNER_TEXT_SIZE = PLACE_TEXT_SIZE,
};

/* NULL: not asked for. */
struct owners {
    const struct asn_table *asn;
    const struct asn_table *ixp, *names; /* tables of names (target/named_prefixes.h) */
    const struct place_table *places;
};

/* owners_know() says whether a file was given that has this. */
bool owners_know(const struct owners *owners, enum owner_fact fact);

/* owners_text() is what is known of `address`: in `text`, or of a table; NULL where nothing is. It may hold any bytes but
 * NUL: whoever shows it makes it printable. */
const char *owners_text(const struct owners *owners, enum owner_fact fact, struct address address,
                        char text[OWNER_TEXT_SIZE]);

/* owner_fact_name() is what a column and a key of JSON are called. */
const char *owner_fact_name(enum owner_fact fact);
