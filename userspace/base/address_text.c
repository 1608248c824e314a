// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address_text.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

bool address_parse(const char *text, struct address *address)
{
    uint8_t bytes[ADDRESS_BYTES];
    uint32_t ipv4;

    if (inet_pton(AF_INET, text, &ipv4) == 1) {
        *address = address_of_ipv4(BE32(ipv4));
        return true;
    }
    if (inet_pton(AF_INET6, text, bytes) != 1)
        return false;
    *address = address_load(bytes);
    return true;
}

/* Writes digits and a dot, four bytes in all, of which the last may be too many. No branches: which lengths
 * come in what order nobody can foresee. */
static char *format_octet(char *p, unsigned octet)
{
    unsigned hundreds = octet / 100, tens = octet / 10 % 10, ones = octet % 10;
    unsigned leading_zeros = (octet < 100) + (octet < 10);
    uint32_t digits = ('0' + ones) << 16 | ('0' + tens) << 8 | ('0' + hundreds);
    uint32_t text = htole32(((uint32_t)'.' << 24 | digits) >> 8 * leading_zeros);

    memcpy(p, &text, sizeof(text));
    return p + sizeof(text) - leading_zeros;
}

/* Fast: the writers of results print two addresses a record. */
static size_t format_ipv4(uint32_t ipv4, char text[ADDRESS_TEXT_SIZE])
{
    char *p = text;

    for (int shift = 24; shift >= 0; shift -= 8)
        p = format_octet(p, ipv4 >> shift & 0xff);
    p[-1] = '\0'; /* for the last dot */
    return (size_t)(p - text) - 1;
}

size_t address_format(struct address address, char text[ADDRESS_TEXT_SIZE])
{
    uint8_t bytes[ADDRESS_BYTES];

    if (address_is_ipv4(address))
        return format_ipv4(address_ipv4(address), text);
    address_store(bytes, address);
    inet_ntop(AF_INET6, bytes, text, ADDRESS_TEXT_SIZE);
    return strlen(text);
}

const char *mac_format(const uint8_t mac[6], char text[MAC_TEXT_SIZE])
{
    snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
    return text;
}
