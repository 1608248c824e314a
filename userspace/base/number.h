// SPDX-License-Identifier: GPL-2.0-or-later
/* Decimal text of numbers. */
#pragma once

#include <stdint.h>

enum {
    NUMBER_DIGITS_MAX = 20, /* of 2^64 - 1 */
    NUMBER_TEXT_SIZE = 27,  /* "18,446,744,073,709,551,615" and its NUL */
    SIZE_TEXT_SIZE = 24,
};

/* number_put() writes the digits of `value`, at most NUMBER_DIGITS_MAX and no NUL, and returns the address
 * after the last digit. The writers of results call it ten times per record. So it does not use printf(), and a
 * single digit needs no function call. */
char *number_put_long(char *p, uint64_t value);

static inline char *number_put(char *p, uint64_t value)
{
    if (value >= 10)
        return number_put_long(p, value);
    *p = (char)('0' + value);
    return p + 1;
}

/* number_group() writes 1234567 as "1,234,567" and returns `text`. */
const char *number_group(uint64_t value, char text[NUMBER_TEXT_SIZE]);

/* size_format() writes a number of bytes in the form that options accept, "512M", and returns `text`. It uses
 * the largest unit in which the number is at least 4, and rounds up, so that the size in the text is always
 * enough. */
const char *size_format(uint64_t bytes, char text[SIZE_TEXT_SIZE]);

/* For messages about `count` things: plural() returns the ending of the noun, "" or "s"; plural_form() returns
 * `one` or `several`, such as "is" or "are". */
static inline const char *plural_form(uint64_t count, const char *one, const char *several)
{
    return count == 1 ? one : several;
}

static inline const char *plural(uint64_t count)
{
    return plural_form(count, "", "s");
}

/* NUMBER_TEXT() is a constant as it stands in the source, for texts of help. */
#define NUMBER_TEXT(constant)  NUMBER_TEXT_(constant)
#define NUMBER_TEXT_(constant) #constant
