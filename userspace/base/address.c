// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address.h"

#include <stdio.h>

static char *format_octet(char *p, unsigned octet)
{
    if (octet >= 100)
        *p++ = (char)('0' + octet / 100);
    if (octet >= 10)
        *p++ = (char)('0' + octet / 10 % 10);
    *p++ = (char)('0' + octet % 10);
    return p;
}

size_t ipv4_format(uint32_t address, char text[IPV4_TEXT_SIZE])
{
    char *p = text;

    for (int shift = 24; shift >= 0; shift -= 8) {
        p = format_octet(p, address >> shift & 0xff);
        *p++ = shift ? '.' : '\0';
    }
    return (size_t)(p - text) - 1;
}

const char *mac_format(const uint8_t mac[6], char text[MAC_TEXT_SIZE])
{
    snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
    return text;
}
