// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/whose.h"

#include <stdio.h>
#include <string.h>

#include "output/json_value.h"

/* Names of exchanges may have any length: a long one is cut. */
static size_t put(char *text, size_t length, const char *before, const char *what, const char *after)
{
    int wanted =
        snprintf(text + length, WHOSE_TEXT_SIZE - length, "%s%.*s%s", before, OWNER_TEXT_SIZE, what, after);
    size_t room = WHOSE_TEXT_SIZE - 1 - length;

    return length + ((size_t)wanted < room ? (size_t)wanted : room);
}

const char *whose_text(const struct owners *owners, struct address address, char text[WHOSE_TEXT_SIZE])
{
    char room[OWNER_TEXT_SIZE];
    const char *asn = owners_text(owners, OWNER_ASN, address, room);
    size_t length = 0;

    text[0] = '\0';
    if (owners_know(owners, OWNER_ASN))
        length = put(text, length, asn ? " [AS" : " [", asn ? asn : "*", "]");

    const char *exchange = owners_text(owners, OWNER_IXP, address, room);
    if (exchange)
        length = put(text, length, " [", exchange, "]");

    const char *country = owners_text(owners, OWNER_COUNTRY, address, room);
    if (country)
        length = put(text, length, " [", country, "");
    const char *city = owners_text(owners, OWNER_CITY, address, room);
    if (city)
        length = put(text, length, length && text[length - 1] != ']' ? " " : " [", city, "");
    if (country || city)
        put(text, length, "]", "", "");
    return text;
}

void whose_json(const struct owners *owners, struct address address, json_t *object)
{
    char room[OWNER_TEXT_SIZE];

    for (unsigned fact = 0; fact < OWNER_NAME; fact++) {
        const char *text = owners_text(owners, fact, address, room);

        if (text)
            json_object_set_new(object, owner_fact_name(fact), json_text(text));
    }
}
