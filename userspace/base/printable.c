// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/printable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum {
    LONGEST = 4, /* bytes of a character (RFC 3629, section 3) */
};

/* Returns the length of a character that begins with the byte `first`; 0 if no character does. */
static size_t expected_length(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first <= 0xdf)
        return 2;
    if (first >= 0xe0 && first <= 0xef)
        return 3;
    return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

static bool continues(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

/* The second byte excludes overlong forms, surrogates, and values above U+10FFFF (RFC 3629, section 4). */
static bool second_fits(uint8_t first, uint8_t second)
{
    switch (first) {
    case 0xe0:
        return second >= 0xa0 && second <= 0xbf;
    case 0xed:
        return second >= 0x80 && second <= 0x9f;
    case 0xf0:
        return second >= 0x90 && second <= 0xbf;
    case 0xf4:
        return second >= 0x80 && second <= 0x8f;
    default:
        return continues(second);
    }
}

/* Returns how many bytes at `text` match the beginning of a character; equal to expected_length() if it is
 * complete. */
static size_t matched_length(const uint8_t *text, size_t length)
{
    size_t expected = expected_length(text[0]), matched = 1;

    while (matched < expected && matched < length &&
           (matched == 1 ? second_fits(text[0], text[1]) : continues(text[matched])))
        matched++;
    return expected ? matched : 0;
}

static uint32_t code_point(const uint8_t *text, size_t length)
{
    uint32_t point = length == 1 ? text[0] : text[0] & (0x7fU >> length);

    for (size_t i = 1; i < length; i++)
        point = point << 6 | (text[i] & 0x3f);
    return point;
}

static bool has_bidi_control(uint32_t point)
{
    return point == 0x061c || point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069);
}

static bool is_harmless(uint32_t point, bool lines)
{
    if (point < 0x20)
        return point == '\t' || (point == '\n' && lines);
    return !(point >= 0x7f && point <= 0x9f) && point != 0x2028 && point != 0x2029 &&
           !has_bidi_control(point);
}

static char *put_hex(char *to, uint8_t byte)
{
    static const char digits[] = "0123456789abcdef";

    *to++ = '\\';
    *to++ = 'x';
    *to++ = digits[byte >> 4];
    *to++ = digits[byte & 0xf];
    return to;
}

size_t printable_put(char *to, const char *from, size_t length, bool lines)
{
    const uint8_t *text = (const uint8_t *)from, *end = text + length;
    char *p = to;

    while (text < end) {
        size_t matched = matched_length(text, (size_t)(end - text));
        bool whole = matched && matched == expected_length(text[0]);

        if (whole && is_harmless(code_point(text, matched), lines)) {
            p = mempcpy(p, text, matched);
            text += matched;
            continue;
        }
        /* If it is no character, one byte is shown, and the next may begin a character. */
        for (size_t i = 0, shown = whole ? matched : 1; i < shown; i++)
            p = put_hex(p, *text++);
    }
    return (size_t)(p - to);
}

size_t printable_whole(const char *text, size_t length)
{
    const uint8_t *bytes = (const uint8_t *)text;

    for (size_t back = 1; back < LONGEST && back <= length; back++) {
        const uint8_t *begin = bytes + length - back;

        if (continues(*begin))
            continue;
        bool unfinished = expected_length(*begin) > back && matched_length(begin, back) == back;
        return unfinished ? length - back : length;
    }
    return length;
}

char *printable_copy(const char *text)
{
    size_t length = strlen(text);
    char *copy = malloc(PRINTABLE_GROWTH * length + 1);

    if (copy)
        copy[printable_put(copy, text, length, false)] = '\0';
    return copy;
}
