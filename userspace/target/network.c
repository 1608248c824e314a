// SPDX-License-Identifier: GPL-2.0-or-later
#include "target/network.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"

enum {
    QUOTE_SIZE = 64,
    MAPPED_LENGTH = 96, /* the prefix of all IPv4-mapped addresses */
};

struct address_or_prefix {
    struct address address;
    unsigned length;
    bool host_bits; /* host bits were given, and have been cleared */
};

static bool is_written_as_ipv6(const char *text)
{
    return strchr(text, ':');
}

static bool parse_quad(const char *text, struct address *address)
{
    return !is_written_as_ipv6(text) && address_parse(text, address);
}

/* Copies `text` up to `stop`, or all of it. Returns where the copy ended, or NULL if it does not fit. */
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

/* Reads a decimal number of up to three digits, without leading zeros. */
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

/* Handles a mapped address whose prefix covers more than the mapped addresses. Then the lowest bit of the
 * mapped marker is not part of the prefix. When it is cleared, the address is plain IPv6. */
static void unmap(struct address_or_prefix *prefix)
{
    prefix->address.low &= ~(1ULL << 32);
    prefix->host_bits = true;
}

/* Returns as network_parse(). */
static int parse_form(const char *text, struct address_or_prefix *out)
{
    char address[ADDRESS_TEXT_SIZE];
    const char *end = copy_until(text, '/', address, sizeof(address));

    if (!end || !address_parse(address, &out->address))
        return -EINVAL;

    unsigned longest = is_written_as_ipv6(address) ? 128 : 32;
    out->length = longest;
    out->host_bits = false;
    if (*end && !parse_length(end + 1, longest, &out->length))
        return -EINVAL;
    if (longest == 32 || !address_is_ipv4(out->address))
        return 0;
    if (out->length == MAPPED_LENGTH)
        return -EAFNOSUPPORT;
    if (out->length < MAPPED_LENGTH)
        unmap(out);
    else
        out->length -= MAPPED_LENGTH;
    return 0;
}

static struct network network_of(struct address_or_prefix prefix)
{
    struct address first = address_first(prefix.address, prefix.length);

    return (struct network){
        .first = first,
        .last = address_last(prefix.address, prefix.length),
        .host_bits = prefix.host_bits || !address_equal(prefix.address, first),
    };
}

/* Reads the first address of a range. Returns the text after the dash, or NULL where `text` does not begin
 * like a range. */
static const char *parse_range_start(const char *text, struct address *first)
{
    char address[ADDRESS_TEXT_SIZE];
    const char *dash = copy_until(text, '-', address, sizeof(address));

    return dash && *dash && address_parse(address, first) ? dash + 1 : NULL;
}

bool network_parse_last(const char *text, struct address first, struct address *last)
{
    return address_parse(text, last) && address_is_ipv4(*last) == address_is_ipv4(first) &&
           address_compare(first, *last) <= 0;
}

static int parse_range(const char *text, struct network *out)
{
    const char *end = parse_range_start(text, &out->first);

    out->host_bits = false;
    return end && network_parse_last(end, out->first, &out->last) ? 0 : -EINVAL;
}

int network_parse(const char *text, struct network *out)
{
    struct address_or_prefix prefix;
    int code = parse_form(text, &prefix);

    if (code == -EINVAL)
        return parse_range(text, out);
    if (!code)
        *out = network_of(prefix);
    return code;
}

/* Copies the start of `text` in a form that may be printed on a terminal. */
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

/* Converts a netmask into a prefix length. */
static bool parse_netmask(const char *text, unsigned *length)
{
    struct address given;

    if (!parse_quad(text, &given))
        return false;

    uint32_t mask = address_ipv4(given);
    if (~mask & (~mask + 1))
        return false;
    *length = (unsigned)__builtin_popcount(mask);
    return true;
}

static bool parse_with_netmask(const char *text, char right[ADDRESS_TEXT_SIZE], unsigned *length)
{
    char address[ADDRESS_TEXT_SIZE];
    const char *end = copy_until(text, '/', address, sizeof(address));
    struct address_or_prefix prefix;

    if (!end || !*end || !parse_quad(address, &prefix.address) || !parse_netmask(end + 1, &prefix.length))
        return false;
    prefix.host_bits = false;
    address_format(network_of(prefix).first, right);
    *length = prefix.length;
    return true;
}

bool network_has_netmask(const char *text)
{
    char right[ADDRESS_TEXT_SIZE];
    unsigned length;

    return parse_with_netmask(text, right, &length) && length < 32;
}

/* If the text has two colons, the user meant IPv6, else IPv4. */
static const struct example {
    const char *prefix, *range;
} examples[] = {
    {"192.0.2.0/24", "192.0.2.0-192.0.2.9"},
    {"2001:db8::/32", "2001:db8::-2001:db8::9"},
};

static const struct example *example_for(const char *text)
{
    const char *colon = strchr(text, ':');

    return &examples[colon && strchr(colon + 1, ':')];
}

int network_explain(const char *text, int code, struct error_text *error)
{
    const struct example *example = example_for(text);
    char quoted[QUOTE_SIZE], right[ADDRESS_TEXT_SIZE];
    struct address first;
    unsigned length;

    quote(text, quoted);
    if (code == -EAFNOSUPPORT)
        return error_text_set(error, code,
                              "'%s' covers the IPv4-mapped addresses of IPv6, which no packet has: write all "
                              "of IPv4 as 0.0.0.0/0",
                              quoted);
    if (code != -EINVAL)
        return error_text_set(error, code, "%s", strerror(-code));
    if (parse_with_netmask(text, right, &length))
        return error_text_set(error, code, "'%s' has a netmask: write it as %s/%u", quoted, right, length);
    if (parse_range_start(text, &first))
        return error_text_set(error, code, "'%s' is not a range such as %s", quoted, example->range);
    return error_text_set(error, code, "'%s' is not an address or prefix such as %s", quoted,
                          example->prefix);
}

bool network_is_origin(const char *word)
{
    if (strncmp(word, "AS", 2) == 0)
        word += 2;
    return (isdigit((unsigned char)word[0]) || word[0] == '{') &&
           word[strspn(word, "0123456789_,{}")] == '\0';
}
