// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/number.h"

#include <stddef.h>
#include <string.h>

/* "00" … "99": two digits per division halve the number of divisions, which take most of the time. */
static const char digit_pairs[] =
    "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
    "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
    "8081828384858687888990919293949596979899";

enum {
    EIGHT_DIGITS = 100000000,
};

static void put_pair(char *p, uint32_t pair)
{
    memcpy(p, digit_pairs + (size_t)2 * pair, 2);
}

/* Writes exactly eight digits, by 32-bit divisions, which cost half as much. */
static void put_eight(char *p, uint32_t value)
{
    uint32_t high = value / 10000, low = value % 10000;

    put_pair(p, high / 100);
    put_pair(p + 2, high % 100);
    put_pair(p + 4, low / 100);
    put_pair(p + 6, low % 100);
}

/* For a value below EIGHT_DIGITS. */
static char *put_short(char *p, uint32_t value)
{
    char digits[8];
    size_t first = sizeof(digits);

    while (value >= 100) {
        first -= 2;
        put_pair(digits + first, value % 100);
        value /= 100;
    }
    if (value >= 10) {
        first -= 2;
        put_pair(digits + first, value);
    } else {
        digits[--first] = (char)('0' + value);
    }
    memcpy(p, digits + first, sizeof(digits) - first);
    return p + sizeof(digits) - first;
}

char *number_put_long(char *p, uint64_t value)
{
    if (value < EIGHT_DIGITS)
        return put_short(p, (uint32_t)value);
    p = number_put_long(p, value / EIGHT_DIGITS);
    put_eight(p, (uint32_t)(value % EIGHT_DIGITS));
    return p + 8;
}

const char *number_group(uint64_t value, char text[NUMBER_TEXT_SIZE])
{
    char digits[NUMBER_DIGITS_MAX];
    size_t count = (size_t)(number_put(digits, value) - digits);
    char *p = text;

    for (size_t i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0)
            *p++ = ',';
        *p++ = digits[i];
    }
    *p = '\0';
    return text;
}

const char *size_format(uint64_t bytes, char text[SIZE_TEXT_SIZE])
{
    static const char units[] = "\0KMGT";
    size_t unit = 0;

    for (; bytes > 4096 && unit + 2 < sizeof(units); unit++)
        bytes = bytes / 1024 + (bytes % 1024 != 0);
    char *end = number_put(text, bytes);
    *end++ = units[unit];
    *end = '\0';
    return text;
}
