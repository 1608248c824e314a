// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/host6.h"

#include <stdio.h>
#include <string.h>

#include "base/enum_table.h"

static const char *const names[] = {
    [HOST6_RANDOM] = HOST6_NAME_RANDOM,
    [HOST6_LOW] = HOST6_NAME_LOW,
    [HOST6_EUI] = HOST6_NAME_EUI,
};
ENUM_TABLE(names, HOST6_GIVEN); /* which is an address instead of a name */

bool host6_parse(const char *text, struct host6 *out)
{
    struct address given;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (strcmp(text, names[i]) == 0) {
            *out = (struct host6){.kind = (enum host6_kind)i};
            return true;
        }
    if (!address_parse(text, &given) || address_is_ipv4(given) || given.high)
        return false;
    *out = (struct host6){HOST6_GIVEN, given.low};
    return true;
}

const char *host6_format(struct host6 host, char text[ADDRESS_TEXT_SIZE])
{
    if (host.kind == HOST6_GIVEN)
        address_format((struct address){0, host.identifier}, text);
    else
        snprintf(text, ADDRESS_TEXT_SIZE, "%s", names[host.kind]);
    return text;
}
