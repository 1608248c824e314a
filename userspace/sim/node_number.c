// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/node_number.h"

bool node_number_parse(const char *text, uint32_t *number)
{
    struct address address;

    if (!address_parse(text, &address) || !address_is_ipv4(address))
        return false;
    *number = address_ipv4(address);
    return true;
}

size_t node_number_format(uint32_t number, char text[ADDRESS_TEXT_SIZE])
{
    return address_format(address_of_ipv4(number), text);
}
