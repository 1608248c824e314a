// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/host_text.h"

#include <stdio.h>

const char *host_text(struct names *names, struct address address, char text[HOST_TEXT_SIZE])
{
    char numbers[ADDRESS_TEXT_SIZE];
    const char *name;

    address_format(address, numbers);
    if (names_get(names, address, &name) == NAME_KNOWN)
        snprintf(text, HOST_TEXT_SIZE, "%s (%s)", name, numbers);
    else
        snprintf(text, HOST_TEXT_SIZE, "%s", numbers);
    return text;
}
