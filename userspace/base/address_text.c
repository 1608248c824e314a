// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/address_text.h"

#include <arpa/inet.h>
#include <endian.h>
#include <stdio.h>
#include <string.h>

enum {
    GROUPS = 8, /* of 16 bits */
};

/* Reads one to four hex digits; returns where they end, or NULL. */
static const char *parse_group(const char *text, unsigned *group)
{
    /* For each character its digit plus one; 0: not a digit. */
    static const uint8_t digits[256] = {
        ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
        ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
        ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
    };
    const char *p = text;
    unsigned digit;

    for (*group = 0; (digit = digits[(uint8_t)*p]) && p < text + 4; p++)
        *group = *group << 4 | (digit - 1);
    return p > text && !digit ? p : NULL;
}

static struct address join_groups(const uint16_t groups[GROUPS], unsigned count, unsigned gap)
{
    uint64_t halves[2] = {0};

    for (unsigned i = 0; i < count; i++) {
        unsigned place = i < gap ? i : i + GROUPS - count;

        halves[place / 4] |= (uint64_t)groups[i] << (48 - place % 4 * 16);
    }
    return (struct address){halves[0], halves[1]};
}

/* As inet_pton(3), in a quarter of the time: lists have a hundred million addresses. Does not accept IPv4 at
 * the end. */
static bool parse_ipv6(const char *text, struct address *address)
{
    uint16_t groups[GROUPS];
    unsigned count = 0, gap = GROUPS, group;

    if (text[0] == ':' && *++text != ':')
        return false;
    while (*text) {
        if (*text == ':') {
            if (gap < GROUPS)
                return false;
            gap = count;
            if (!*++text)
                break;
        }
        text = parse_group(text, &group);
        if (!text || count == GROUPS || (*text && (*text != ':' || !text[1])))
            return false;
        groups[count++] = (uint16_t)group;
        text += *text == ':';
    }
    *address = join_groups(groups, count, gap);
    return (count == GROUPS) != (gap < GROUPS);
}

/* Reads one to three digits without a leading zero, up to 255; returns where they end, or NULL. */
static const char *take_octet(const char *p, const char *end, uint32_t *octet)
{
    const char *start = p;
    unsigned digit;

    for (*octet = 0; p < end && (digit = (unsigned)*p - '0') <= 9; p++)
        if (p - start == 3 || (p > start && *start == '0'))
            return NULL;
        else
            *octet = *octet * 10 + digit;
    return p > start && *octet <= 255 ? p : NULL;
}

size_t address_take_ipv4(const char *text, size_t length, struct address *address)
{
    const char *p = text, *end = text + length;
    uint32_t ipv4 = 0, octet;

    for (int i = 0; i < 4; i++) {
        if (i && (p == end || *p++ != '.'))
            return 0;
        p = take_octet(p, end, &octet);
        if (!p)
            return 0;
        ipv4 = ipv4 << 8 | octet;
    }
    *address = address_of_ipv4(ipv4);
    return (size_t)(p - text);
}

bool address_parse(const char *text, struct address *address)
{
    uint8_t bytes[ADDRESS_BYTES];
    size_t length = strlen(text);

    if (length && address_take_ipv4(text, length, address) == length)
        return true;
    if (!strchr(text, '.'))
        return parse_ipv6(text, address);
    if (inet_pton(AF_INET6, text, bytes) != 1)
        return false;
    *address = address_load(bytes);
    return true;
}

/* Writes digits and a dot: always four bytes, of which the last may be too many. Without branches, because
 * the order of lengths is unpredictable. */
static char *format_octet(char *p, unsigned octet)
{
    unsigned hundreds = octet / 100, tens = octet / 10 % 10, ones = octet % 10;
    unsigned leading_zeros = (octet < 100) + (octet < 10);
    uint32_t digits = ('0' + ones) << 16 | ('0' + tens) << 8 | ('0' + hundreds);
    uint32_t text = htole32(((uint32_t)'.' << 24 | digits) >> 8 * leading_zeros);

    memcpy(p, &text, sizeof(text));
    return p + sizeof(text) - leading_zeros;
}

/* Fast, as the functions below: writers of results print two addresses per record. */
static size_t format_ipv4(uint32_t ipv4, char *text)
{
    char *p = text;

    for (int shift = 24; shift >= 0; shift -= 8)
        p = format_octet(p, ipv4 >> shift & 0xff);
    p[-1] = '\0'; /* replaces the last dot */
    return (size_t)(p - text) - 1;
}

static unsigned group_of(struct address address, unsigned i)
{
    return (i < GROUPS / 2 ? address.high : address.low) >> (48 - 16 * (i % 4)) & 0xffff;
}

/* Returns the first of the longest runs of at least two groups that are 0 (RFC 5952, section 4.2); GROUPS if
 * there is none. */
static unsigned find_zeros(struct address address, unsigned *length)
{
    unsigned zeros = 0, runs, longer;

    for (unsigned i = 0; i < GROUPS; i++)
        zeros |= (unsigned)(group_of(address, i) == 0) << i;
    runs = zeros & zeros >> 1; /* where runs of `length` begin */
    *length = 2;
    for (; (longer = runs & zeros >> *length) != 0; runs = longer)
        ++*length;
    return runs ? (unsigned)__builtin_ctz(runs) : GROUPS;
}

/* Writes four bytes; those behind the digits are too many. All digits are made at once: each value is in a
 * byte of its own, and from 10 on, adding 6 carries into the upper half of the byte. */
static char *format_group(char *p, unsigned group)
{
    uint32_t values = group >> 12 | (group & 0xf00) | (group & 0xf0) << 12 | (group & 0xf) << 24;
    uint32_t letters = (values + 0x06060606) >> 4 & 0x01010101;
    unsigned leading_zeros = (group < 0x1000) + (group < 0x100) + (group < 0x10);
    uint32_t text = htole32((values + 0x30303030 + letters * ('a' - '9' - 1)) >> 8 * leading_zeros);

    memcpy(p, &text, sizeof(text));
    return p + sizeof(text) - leading_zeros;
}

static size_t format_ipv6(struct address address, char text[ADDRESS_TEXT_SIZE])
{
    unsigned length, zeros = find_zeros(address, &length), i = 0;
    char *p = text;

    while (i < GROUPS) {
        if (i == zeros) {
            p -= i > 0; /* overwrites the colon before */
            p = stpcpy(p, "::");
            i += length;
        } else {
            p = format_group(p, group_of(address, i++));
            *p++ = ':';
        }
    }
    p -= zeros == GROUPS || zeros + length < GROUPS; /* the last colon */
    *p = '\0';
    return (size_t)(p - text);
}

/* ::/96 except ::/112: as inet_ntop(3) writes it. */
static bool ends_in_ipv4(struct address address)
{
    return address.high == 0 && address.low >> 32 == 0 && address.low >> 16 != 0;
}

size_t address_format(struct address address, char text[ADDRESS_TEXT_SIZE])
{
    if (address_is_ipv4(address))
        return format_ipv4(address_ipv4(address), text);
    if (!ends_in_ipv4(address))
        return format_ipv6(address, text);
    memcpy(text, "::", 2);
    return 2 + format_ipv4(address_ipv4(address), text + 2);
}

const char *mac_format(const uint8_t mac[6], char text[MAC_TEXT_SIZE])
{
    snprintf(text, MAC_TEXT_SIZE, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3], mac[4],
             mac[5]);
    return text;
}
