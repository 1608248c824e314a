// SPDX-License-Identifier: GPL-2.0-or-later
/* The value parsers of base/options.h: one per kind of value. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_text.h"
#include "base/clock.h"
#include "base/options.h"

int option_flag(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    (void)spec;
    (void)text;
    (void)error;
    *(option_flag_field *)field = true;
    return 0;
}

static bool parse_u64(const char *text, uint64_t *value)
{
    char *end;

    /* strtoull accepts signs and blanks, and would turn -1 into 2^64 - 1. */
    if (!isdigit((unsigned char)text[0]))
        return false;
    errno = 0;
    int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
    *value = strtoull(text, &end, base);
    return errno == 0 && *end == '\0' && end != text;
}

int option_number64(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    uint64_t max = spec->max ? spec->max : UINT64_MAX;
    uint64_t value;

    if (!parse_u64(text, &value) || value < spec->min || value > max)
        return error_text_set(error, -EINVAL, "'%s' is not a whole number from %" PRIu64 " to %" PRIu64, text,
                              spec->min, max);
    *(option_number64_field *)field = value;
    return 0;
}

int option_number(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    struct option_spec bounded = *spec;
    uint64_t value = 0;

    if (!bounded.max)
        bounded.max = UINT32_MAX;
    int result = option_number64(&bounded, text, &value, error);
    if (result == 0)
        *(option_number_field *)field = (uint32_t)value;
    return result;
}

int option_text(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    (void)spec;
    if (!*text)
        return error_text_set(error, -EINVAL, "the value is empty");
    *(option_text_field *)field = text;
    return 0;
}

int option_name(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    if (choices_find(spec->choices, text) < 0)
        return choices_refuse(spec->choices, text, error);
    *(option_name_field *)field = text;
    return 0;
}

int option_list(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    option_list_field *list = field;
    const char **values = realloc(list->values, (list->count + 1) * sizeof(*values));

    (void)spec;
    if (!values)
        return error_text_set(error, -EINVAL, "out of memory");
    values[list->count++] = text;
    list->values = values;
    return 0;
}

int option_optional(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    (void)spec;
    (void)error;
    *(option_optional_field *)field = (struct option_optional){.given = true, .text = text};
    return 0;
}

/* Parses a finite number that is at least 0, and its suffix: "2.5M" is 2.5 and "M". */
static bool parse_scaled(const char *text, double *value, const char **suffix)
{
    char *end;

    if (!isdigit((unsigned char)text[0]) && text[0] != '.')
        return false;
    *value = strtod(text, &end);
    *suffix = end;
    return end != text && isfinite(*value);
}

static bool apply_suffix(double *value, const char *suffix, const char *letters, double base)
{
    const char *letter;

    if (!*suffix)
        return true;
    letter = strchr(letters, toupper((unsigned char)suffix[0]));
    if (!letter || suffix[1])
        return false;
    *value *= pow(base, (double)(letter - letters + 1));
    return true;
}

int option_decimal(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    uint64_t max = spec->max ? spec->max : UINT32_MAX;
    const char *suffix;
    double value;

    if (!parse_scaled(text, &value, &suffix) || *suffix || value < (double)spec->min || value > (double)max)
        return error_text_set(error, -EINVAL,
                              "'%s' is not a number such as 0.15, from %" PRIu64 " to %" PRIu64, text,
                              spec->min, max);
    *(option_decimal_field *)field = value;
    return 0;
}

int option_rate(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    const char *suffix;
    double value;

    (void)spec;
    if (strcmp(text, "max") == 0) {
        *(option_rate_field *)field = INFINITY;
        return 0;
    }
    /* One probe per 1,000 s is the lowest rate that the pacer's integer arithmetic can represent. */
    if (!parse_scaled(text, &value, &suffix) || !apply_suffix(&value, suffix, "KMG", 1e3) || value < 0.001 ||
        value > 1e9)
        return error_text_set(error, -EINVAL, "'%s' is not a rate above 0, such as 100k, 2.5M or max", text);
    *(option_rate_field *)field = value;
    return 0;
}

int option_bandwidth(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    const char *suffix;
    double value;

    (void)spec;
    if (!parse_scaled(text, &value, &suffix) || !apply_suffix(&value, suffix, "KMGT", 1e3) || value < 1e3)
        return error_text_set(error, -EINVAL,
                              "'%s' is not a bandwidth of at least 1k bits per second, such as 10G", text);
    *(option_bandwidth_field *)field = value;
    return 0;
}

int option_seconds(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    double max = spec->max ? (double)spec->max : 1e9;
    const char *suffix;
    double value;
    bool valid = parse_scaled(text, &value, &suffix);

    if (valid && strcmp(suffix, "ms") == 0)
        value /= 1e3;
    else if (valid && *suffix && strcmp(suffix, "s") != 0)
        valid = false;
    if (!valid || value < (double)spec->min || value > max)
        return error_text_set(error, -EINVAL,
                              "'%s' is not a time from %" PRIu64 " to %.0f seconds, such as 5 or 200ms", text,
                              spec->min, max);
    *(option_seconds_field *)field = (uint64_t)llround(value * (double)NS_PER_S);
    return 0;
}

int option_size(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    const char *suffix;
    double value;

    (void)spec;
    if (!parse_scaled(text, &value, &suffix) || !apply_suffix(&value, suffix, "KMGT", 1024) || value > 0x1p60)
        return error_text_set(error, -EINVAL, "'%s' is not a size in bytes, such as 512M or 2G", text);
    *(option_size_field *)field = (uint64_t)value;
    return 0;
}

/* 0.0.0.0 and :: mean "no address" (RFC 1122, section 3.2.1.3; RFC 4291, section 2.5.2). */
int option_sources(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    option_sources_field *sources = field;
    struct address given;

    (void)spec;
    if (!address_parse(text, &given))
        return error_text_set(error, -EINVAL, "'%s' is not an address such as 192.0.2.1 or 2001:db8::1",
                              text);
    if (address_is_ipv4(given))
        sources->ipv4 = address_ipv4(given) ? given : ADDRESS_NONE;
    else
        sources->ipv6 = given;
    return 0;
}

bool parse_mac(const char *text, uint8_t mac[6])
{
    for (int i = 0; i < 6; i++) {
        if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]))
            return false;
        mac[i] = (uint8_t)strtoul((char[]){text[0], text[1], '\0'}, NULL, 16);
        text += 2;
        if (*text != (i < 5 ? ':' : '\0'))
            return false;
        text++;
    }
    return true;
}

int option_mac(const struct option_spec *spec, const char *text, void *field, struct error_text *error)
{
    option_mac_field *mac = field;

    (void)spec;
    if (!parse_mac(text, mac->bytes))
        return error_text_set(error, -EINVAL, "'%s' is not an Ethernet address such as 02:00:00:00:00:01",
                              text);
    mac->given = true;
    return 0;
}
