// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/network.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"
#include "base/options.h"

enum {
    QUOTE_SIZE = 64,
    IPV6_TEXT_SIZE = INET6_ADDRSTRLEN,
    MAPPED_LENGTH = 96, /* the prefix of all IPv4-mapped addresses */
};

struct address_or_prefix {
    uint32_t address;
    unsigned length;
};

/* Copies what stands before `stop`, or all of `text`. Returns where it ended, or NULL if it does not fit. */
static const char *copy_until(const char *text, char stop, char *out, size_t size)
{
    const char *end = strchrnul(text, stop);
    size_t length = (size_t)(end - text);

    if (length >= size)
        return NULL;
    memcpy(out, text, length);
    out[length] = '\0';
    return end;
}

/* A decimal number of up to three digits, without leading zeros. */
static bool parse_length(const char *text, unsigned longest, unsigned *length)
{
    size_t digits = strspn(text, "0123456789");

    if (digits == 0 || digits > 3 || text[digits] || (text[0] == '0' && digits > 1))
        return false;
    *length = 0;
    for (size_t i = 0; i < digits; i++)
        *length = *length * 10 + (unsigned)(text[i] - '0');
    return *length <= longest;
}

static bool parse_ipv4_form(const char *text, struct address_or_prefix *out)
{
    char address[IPV4_TEXT_SIZE];
    const char *end = copy_until(text, '/', address, sizeof(address));

    if (!end || !parse_ipv4(address, &out->address))
        return false;
    out->length = 32;
    return !*end || parse_length(end + 1, 32, &out->length);
}

static bool parse_ipv6_form(const char *text, struct in6_addr *address, unsigned *length)
{
    char part[IPV6_TEXT_SIZE];
    const char *end = copy_until(text, '/', part, sizeof(part));

    if (!end || inet_pton(AF_INET6, part, address) != 1)
        return false;
    *length = 128;
    return !*end || parse_length(end + 1, 128, length);
}

/* The prefix of all of them stands in lists of special ranges of IPv6, and means IPv6 there. */
static bool parse_mapped(const char *text, struct address_or_prefix *out)
{
    struct in6_addr address;

    if (!parse_ipv6_form(text, &address, &out->length) || !IN6_IS_ADDR_V4MAPPED(&address) ||
        out->length <= MAPPED_LENGTH)
        return false;
    memcpy(&out->address, &address.s6_addr[12], sizeof(out->address));
    out->address = ntohl(out->address);
    out->length -= MAPPED_LENGTH;
    return true;
}

static struct network network_of(struct address_or_prefix prefix)
{
    uint32_t host_bits = (uint32_t)(UINT64_C(0xffffffff) >> prefix.length);

    return (struct network){
        .first = prefix.address & ~host_bits,
        .last = prefix.address | host_bits,
        .host_bits = prefix.address & host_bits,
    };
}

static bool set_range(uint32_t first, uint32_t last, struct network *out)
{
    *out = (struct network){.first = first, .last = last};
    return first <= last;
}

/* Reads the first address of a range; what follows the dash, or NULL where it does not begin like one. */
static const char *parse_range_start(const char *text, uint32_t *first)
{
    char address[IPV4_TEXT_SIZE];
    const char *dash = copy_until(text, '-', address, sizeof(address));

    return dash && *dash && parse_ipv4(address, first) ? dash + 1 : NULL;
}

static bool parse_range(const char *text, struct network *out)
{
    uint32_t first, last;
    const char *end = parse_range_start(text, &first);

    return end && parse_ipv4(end, &last) && set_range(first, last, out);
}

static bool is_ipv6(const char *text)
{
    char first[IPV6_TEXT_SIZE];
    struct in6_addr address;
    unsigned length;

    if (parse_ipv6_form(text, &address, &length))
        return true;
    const char *dash = copy_until(text, '-', first, sizeof(first));
    return dash && *dash && inet_pton(AF_INET6, first, &address) == 1 &&
           inet_pton(AF_INET6, dash + 1, &address) == 1;
}

int network_parse(const char *text, struct network *out)
{
    struct address_or_prefix prefix;

    if (parse_ipv4_form(text, &prefix) || parse_mapped(text, &prefix)) {
        *out = network_of(prefix);
        return 0;
    }
    if (parse_range(text, out))
        return 0;
    return is_ipv6(text) ? -EAFNOSUPPORT : -EINVAL;
}

/* The start of `text` as it may be printed on a terminal. */
static const char *quote(const char *text, char quoted[QUOTE_SIZE])
{
    size_t i = 0;

    for (; i < QUOTE_SIZE - 1 && text[i]; i++)
        quoted[i] = isprint((unsigned char)text[i]) ? text[i] : '?';
    if (text[i])
        memcpy(quoted + i - 3, "...", 3);
    quoted[i] = '\0';
    return quoted;
}

/* The prefix length that a netmask stands for. */
static bool parse_netmask(const char *text, unsigned *length)
{
    uint32_t mask;

    if (!parse_ipv4(text, &mask) || (~mask & (~mask + 1)))
        return false;
    *length = (unsigned)__builtin_popcount(mask);
    return true;
}

static bool parse_with_netmask(const char *text, char right[IPV4_TEXT_SIZE], unsigned *length)
{
    char address[IPV4_TEXT_SIZE];
    const char *end = copy_until(text, '/', address, sizeof(address));
    struct address_or_prefix prefix;

    if (!end || !*end || !parse_ipv4(address, &prefix.address) || !parse_netmask(end + 1, &prefix.length))
        return false;
    ipv4_format(network_of(prefix).first, right);
    *length = prefix.length;
    return true;
}

int network_explain(const char *text, int code, struct error_text *error)
{
    char quoted[QUOTE_SIZE], right[IPV4_TEXT_SIZE];
    uint32_t first;
    unsigned length;

    quote(text, quoted);
    if (code == -EAFNOSUPPORT)
        return error_text_set(error, code, "'%s' is IPv6, which is not supported yet", quoted);
    if (code != -EINVAL)
        return error_text_set(error, code, "%s", strerror(-code));
    if (parse_with_netmask(text, right, &length))
        return error_text_set(error, code, "'%s' has a netmask; %s/%u is the prefix", quoted, right, length);
    if (parse_range_start(text, &first))
        return error_text_set(error, code, "'%s' is not a range such as 192.0.2.0-192.0.2.9", quoted);
    return error_text_set(error, code, "'%s' is not an address or prefix such as 192.0.2.0/24", quoted);
}

bool network_is_origin(const char *word)
{
    if (strncmp(word, "AS", 2) == 0)
        word += 2;
    return (isdigit((unsigned char)word[0]) || word[0] == '{') &&
           word[strspn(word, "0123456789_,{}")] == '\0';
}
