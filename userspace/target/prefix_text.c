// SPDX-License-Identifier: GPL-2.0-or-later
/* The text forms of target/prefix_list.h: strict parsing, and messages that say what would be right. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/options.h"
#include "target/prefix_list.h"

enum {
    QUOTE_SIZE = 64,
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

static bool parse_length(const char *text, uint8_t *length)
{
    unsigned value = 0;
    size_t digits = 0;

    for (; digits < 3 && isdigit((unsigned char)text[digits]); digits++)
        value = value * 10 + (unsigned)(text[digits] - '0');
    if (digits == 0 || text[digits] || value > 32 || (text[0] == '0' && digits > 1))
        return false;
    *length = (uint8_t)value;
    return true;
}

/* The form alone; host bits may be set. */
static bool parse_form(const char *text, struct prefix *prefix)
{
    char address[IPV4_TEXT_SIZE];
    const char *end = copy_until(text, '/', address, sizeof(address));

    if (!end || !parse_ipv4(address, &prefix->base))
        return false;
    prefix->length = 32;
    return !*end || parse_length(end + 1, &prefix->length);
}

static bool is_ipv6(const char *text)
{
    char address[INET6_ADDRSTRLEN];
    struct in6_addr parsed;

    return copy_until(text, '/', address, sizeof(address)) && inet_pton(AF_INET6, address, &parsed) == 1;
}

static struct prefix without_host_bits(struct prefix prefix)
{
    prefix.base &= ~(uint32_t)(UINT64_C(0xffffffff) >> prefix.length);
    return prefix;
}

int prefix_parse(const char *text, struct prefix *out)
{
    if (!parse_form(text, out))
        return is_ipv6(text) ? -EAFNOSUPPORT : -EINVAL;
    return out->base == without_host_bits(*out).base ? 0 : -EINVAL;
}

/* Reads the first address of a range; what follows the dash, or NULL where it does not begin like one. */
static const char *parse_range_start(const char *text, uint32_t *first)
{
    char address[IPV4_TEXT_SIZE];
    const char *dash = copy_until(text, '-', address, sizeof(address));

    return dash && *dash && parse_ipv4(address, first) ? dash + 1 : NULL;
}

static bool parse_range(const char *text, uint32_t *first, uint32_t *last)
{
    const char *end = parse_range_start(text, first);

    return end && parse_ipv4(end, last) && *first <= *last;
}

/* The longest block that is aligned at `first` and does not go beyond `last`. */
static struct prefix leading_prefix(uint32_t first, uint32_t last)
{
    struct prefix prefix = {first, 32};

    while (prefix.length > 0) {
        struct prefix wider = {first, (uint8_t)(prefix.length - 1)};

        if (without_host_bits(wider).base != first || prefix_last(wider) > last)
            break;
        prefix = wider;
    }
    return prefix;
}

static int add_range(struct prefix_list *list, uint32_t first, uint32_t last)
{
    for (;;) {
        struct prefix prefix = leading_prefix(first, last);
        int code = prefix_list_add(list, prefix);

        if (code || prefix_last(prefix) == last)
            return code;
        first = prefix_last(prefix) + 1;
    }
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

/* Writes why `text`, refused with `code`, is wrong and what would be right. */
static void explain(const char *text, int code, char *reason, size_t size)
{
    char quoted[QUOTE_SIZE], right[IPV4_TEXT_SIZE];
    struct prefix prefix;

    quote(text, quoted);
    if (code == -EAFNOSUPPORT) {
        snprintf(reason, size, "'%s' is IPv6, which is not supported yet", quoted);
    } else if (code != -EINVAL) {
        snprintf(reason, size, "%s", strerror(-code));
    } else if (parse_form(text, &prefix)) {
        ipv4_format(without_host_bits(prefix).base, right);
        snprintf(reason, size, "'%s' has host bits set; %s/%u is the prefix", quoted, right, prefix.length);
    } else if (parse_range_start(text, &prefix.base)) {
        snprintf(reason, size, "'%s' is not a range such as 192.0.2.0-192.0.2.9", quoted);
    } else {
        snprintf(reason, size, "'%s' is not an address or prefix such as 192.0.2.0/24", quoted);
    }
}

int prefix_list_add_text(struct prefix_list *list, const char *text, const char *what,
                         struct prefix_error *error)
{
    struct prefix prefix;
    uint32_t first, last;
    char reason[192];
    int code = prefix_parse(text, &prefix);

    if (code == 0)
        code = prefix_list_add(list, prefix);
    else if (parse_range(text, &first, &last))
        code = add_range(list, first, last);
    if (code) {
        explain(text, code, reason, sizeof(reason));
        snprintf(error->text, sizeof(error->text), "%s: %s", what, reason);
    }
    return code;
}
