// SPDX-License-Identifier: GPL-2.0-or-later
/* The text forms of target/prefix_list.h: strict parsing, and messages that say what would be right. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/options.h"
#include "target/prefix_list.h"

enum {
    /* What a line may hold before its comment. The longest entry, a range, has 31 characters; the rest is
     * room for blanks. A longer line is no list of prefixes. */
    LINE_SIZE = 256,
    QUOTE_SIZE = 64,
};

/* Where a text comes from; line 0: not from a file. */
struct origin {
    const char *name;
    unsigned long line;
};

__attribute__((format(printf, 4, 5))) static int fail(struct prefix_error *error, const struct origin *origin,
                                                      int code, const char *format, ...)
{
    char reason[256];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(reason, sizeof(reason), format, arguments);
    va_end(arguments);
    if (origin->line)
        snprintf(error->text, sizeof(error->text), "%s: line %lu: %s", origin->name, origin->line, reason);
    else
        snprintf(error->text, sizeof(error->text), "%s: %s", origin->name, reason);
    return code;
}

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
static int explain(const char *text, int code, const struct origin *origin, struct prefix_error *error)
{
    char quoted[QUOTE_SIZE], right[IPV4_TEXT_SIZE];
    struct prefix prefix;

    quote(text, quoted);
    if (code == -EAFNOSUPPORT)
        return fail(error, origin, code, "'%s' is IPv6, which is not supported yet", quoted);
    if (code != -EINVAL)
        return fail(error, origin, code, "%s", strerror(-code));
    if (parse_form(text, &prefix)) {
        ipv4_format(without_host_bits(prefix).base, right);
        return fail(error, origin, code, "'%s' has host bits set; %s/%u is the prefix", quoted, right,
                    prefix.length);
    }
    if (parse_range_start(text, &prefix.base))
        return fail(error, origin, code, "'%s' is not a range such as 192.0.2.0-192.0.2.9", quoted);
    return fail(error, origin, code, "'%s' is not an address or prefix such as 192.0.2.0/24", quoted);
}

static int add_entry(struct prefix_list *list, const char *text, const struct origin *origin,
                     struct prefix_error *error)
{
    struct prefix prefix;
    uint32_t first, last;
    int code = prefix_parse(text, &prefix);

    if (code == 0)
        code = prefix_list_add(list, prefix);
    else if (parse_range(text, &first, &last))
        code = add_range(list, first, last);
    return code ? explain(text, code, origin, error) : 0;
}

int prefix_list_add_text(struct prefix_list *list, const char *text, const char *what,
                         struct prefix_error *error)
{
    return add_entry(list, text, &(struct origin){.name = what}, error);
}

enum line_status {
    LINE_READ,
    LINE_NONE,
    LINE_FAILED, /* errno tells */
    LINE_TOO_LONG,
    LINE_HOLDS_NUL,
};

/* Reads a line without its end and its comment, which may be of any length. */
static enum line_status read_line(FILE *file, char line[LINE_SIZE])
{
    bool in_comment = false;
    size_t length = 0;
    int c;

    while ((c = getc_unlocked(file)) != EOF && c != '\n') {
        in_comment |= c == '#';
        if (c == '\0')
            return LINE_HOLDS_NUL;
        if (in_comment)
            continue;
        if (length == LINE_SIZE - 1)
            return LINE_TOO_LONG;
        line[length++] = (char)c;
    }
    line[length] = '\0';
    if (ferror(file))
        return LINE_FAILED;
    return c == '\n' || length > 0 ? LINE_READ : LINE_NONE;
}

/* Carriage returns are blanks too: files come from Windows. */
static char *trim(char *line)
{
    size_t length;

    while (isspace((unsigned char)*line))
        line++;
    length = strlen(line);
    while (length > 0 && isspace((unsigned char)line[length - 1]))
        length--;
    line[length] = '\0';
    return line;
}

static int read_lines(struct prefix_list *list, FILE *file, struct origin *origin, struct prefix_error *error)
{
    char line[LINE_SIZE];
    enum line_status status;

    for (origin->line = 1; (status = read_line(file, line)) == LINE_READ; origin->line++) {
        const char *text = trim(line);
        int code = *text ? add_entry(list, text, origin, error) : 0;

        if (code)
            return code;
    }
    if (status == LINE_FAILED) {
        int code = -errno;

        return fail(error, &(struct origin){.name = origin->name}, code, "%s", strerror(-code));
    }
    if (status == LINE_TOO_LONG)
        return fail(error, origin, -EINVAL,
                    "longer than %d characters; one address or prefix a line is expected", LINE_SIZE - 1);
    if (status == LINE_HOLDS_NUL)
        return fail(error, origin, -EINVAL, "holds a NUL byte; a text file is expected");
    return 0;
}

int prefix_list_read_file(struct prefix_list *list, const char *path, struct prefix_error *error)
{
    bool from_stdin = strcmp(path, "-") == 0;
    struct origin origin = {.name = from_stdin ? "stdin" : path};
    FILE *file = from_stdin ? stdin : fopen(path, "re");
    int code;

    if (!file) {
        code = -errno;
        return fail(error, &origin, code, "%s", strerror(-code));
    }
    code = read_lines(list, file, &origin, error);
    if (!from_stdin)
        fclose(file);
    return code;
}
