// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/probe_line.h"

#include <stdbool.h>
#include <string.h>

#include "base/address_text.h"

#define MAPPED_PREFIX "::ffff:"

/* The rest of a line. */
struct cursor {
    const char *at, *end;
};

/* Returns a digit's value, or more than 9. */
static unsigned digit(char c)
{
    return (unsigned char)c - (unsigned)'0';
}

/* Takes digits while their number is at most `most`. */
static bool take_number(struct cursor *cursor, uint64_t most, uint64_t *out)
{
    const char *start = cursor->at;

    for (*out = 0; cursor->at < cursor->end && digit(*cursor->at) <= 9 && *out <= most; cursor->at++)
        *out = *out * 10 + digit(*cursor->at);
    return cursor->at > start && *out <= most;
}

static bool take_comma(struct cursor *cursor)
{
    bool there = cursor->at < cursor->end && *cursor->at == ',';

    cursor->at += there;
    return there;
}

static bool take_field(struct cursor *cursor, uint64_t most, uint64_t *out)
{
    return take_comma(cursor) && take_number(cursor, most, out);
}

/* Reads an IPv4 address. Nearly all lines have one, and inet_pton(3) takes longer than all the rest. */
static bool read_quad(const char *text, size_t length, struct address *out)
{
    struct cursor cursor = {text, text + length};
    uint64_t octet;
    uint32_t quad = 0;

    for (int i = 0; i < 4; i++) {
        if (i && (cursor.at == cursor.end || *cursor.at++ != '.'))
            return false;
        if (!take_number(&cursor, UINT8_MAX, &octet))
            return false;
        quad = quad << 8 | (uint32_t)octet;
    }
    *out = address_of_ipv4(quad);
    return cursor.at == cursor.end;
}

static bool read_whole_number(const char *text, size_t length, struct address *out)
{
    struct cursor cursor = {text, text + length};
    uint64_t address;

    if (!take_number(&cursor, UINT32_MAX, &address) || cursor.at != cursor.end)
        return false;
    *out = address_of_ipv4((uint32_t)address);
    return true;
}

static bool read_address(const char *text, size_t length, struct address *out)
{
    const size_t prefix = sizeof(MAPPED_PREFIX) - 1;
    char copy[ADDRESS_TEXT_SIZE];

    if (length > prefix && memcmp(text, MAPPED_PREFIX, prefix) == 0 &&
        read_quad(text + prefix, length - prefix, out))
        return true;
    if (read_quad(text, length, out) || read_whole_number(text, length, out))
        return true;
    if (length >= sizeof(copy))
        return false;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return address_parse(copy, out);
}

static bool take_address(struct cursor *cursor, struct address *out)
{
    const char *start = cursor->at, *comma = memchr(start, ',', (size_t)(cursor->end - start));

    cursor->at = comma ? comma : cursor->end;
    return read_address(start, (size_t)(cursor->at - start), out);
}

/* Returns 0 where it is none of these. */
static uint8_t protocol_of(const char *name, size_t length, bool ipv4)
{
    if (length == 3 && memcmp(name, "udp", 3) == 0)
        return PROTOCOL_UDP;
    if (length == 4 && memcmp(name, "icmp", 4) == 0)
        return ipv4 ? PROTOCOL_ICMP : PROTOCOL_ICMPV6;
    return length == 5 && memcmp(name, "icmp6", 5) == 0 && !ipv4 ? PROTOCOL_ICMPV6 : 0;
}

static bool take_protocol(struct cursor *cursor, struct address target_address, uint8_t *out)
{
    if (!take_comma(cursor))
        return false;

    const char *start = cursor->at, *comma = memchr(start, ',', (size_t)(cursor->end - start));
    cursor->at = comma ? comma : cursor->end;
    *out = protocol_of(start, (size_t)(cursor->at - start), address_is_ipv4(target_address));
    return *out != 0;
}

static bool take_options(struct cursor *cursor, uint64_t *flow_label, uint64_t *wait_us)
{
    if (cursor->at < cursor->end && !take_field(cursor, IPV6_FLOW_LABEL, flow_label))
        return false;
    if (cursor->at < cursor->end && !take_field(cursor, UINT32_MAX, wait_us))
        return false;
    return cursor->at == cursor->end;
}

const char *probe_line_read(const char *text, size_t length, struct probe_line *out)
{
    bool carriage = length && text[length - 1] == '\r';
    struct cursor cursor = {text, text + length - carriage};
    uint64_t source_port, port, ttl, flow_label = 0, wait_us = 0;
    struct address target_address;
    uint8_t protocol;

    if (!take_address(&cursor, &target_address))
        return "no address";
    if (!take_field(&cursor, UINT16_MAX, &source_port) || !take_field(&cursor, UINT16_MAX, &port))
        return "no port";
    if (!take_field(&cursor, UINT8_MAX, &ttl))
        return "no TTL";
    if (!take_protocol(&cursor, target_address, &protocol))
        return "no protocol of this family: udp, icmp or icmp6";
    if (!take_options(&cursor, &flow_label, &wait_us))
        return "after the protocol a flow label and a time in microseconds may follow, and nothing else";
    *out = (struct probe_line){
        .probe =
            {
                .target_address = target_address,
                .flow = (uint16_t)port,
                .query = (uint16_t)source_port,
                .ttl = (uint8_t)ttl,
                .owner = given_owner(protocol, (uint32_t)flow_label),
            },
        .wait_us = (uint32_t)wait_us,
    };
    return NULL;
}
