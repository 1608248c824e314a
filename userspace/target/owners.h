// SPDX-License-Identifier: GPL-2.0-or-later
/* The network, place and name of an address, as far as the given files contain them. */
#pragma once

#include <stdbool.h>

#include "target/asn_table.h"
#include "target/place_table.h"

enum owner_fact {
    OWNER_ASN,     /* the AS that announces it */
    OWNER_IXP,     /* the exchange that has it in its peering LAN */
    OWNER_COUNTRY, /* where it is located, according to the file */
    OWNER_CITY,
    OWNER_NAME, /* in the DNS */
    OWNER_FACTS,
};

enum {
    OWNER_TEXT_SIZE = PLACE_TEXT_SIZE,
};

/* A table is NULL where it was not asked for. */
struct owners {
    const struct asn_table *asn;
    const struct asn_table *ixp, *names; /* tables of names (target/named_prefixes.h) */
    struct place_table *places;
};

/* owners_know() returns true if a file with this fact was given. */
bool owners_know(const struct owners *owners, enum owner_fact fact);

/* owners_text() returns the fact about `address`: in `text`, or a text of a table; NULL where it is not known.
 * It may hold any bytes but NUL, so output must make it printable. */
const char *owners_text(const struct owners *owners, enum owner_fact fact, struct address address,
                        char text[OWNER_TEXT_SIZE]);

/* owner_fact_name() returns the name of the fact's column and JSON key. */
const char *owner_fact_name(enum owner_fact fact);
