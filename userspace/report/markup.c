// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/markup.h"

#include <stdlib.h>
#include <string.h>

#include "base/address_text.h"
#include "base/number.h"
#include "base/printable.h"

/* U+FFFE and U+FFFF are valid UTF-8, but no characters of XML (XML 1.0, section 2.2). */
static bool is_no_character(const char *p)
{
    return strncmp(p, "\xef\xbf\xbe", 3) == 0 || strncmp(p, "\xef\xbf\xbf", 3) == 0;
}

static void put_escaped(const char *p, FILE *out)
{
    for (; *p; p++) {
        if (is_no_character(p)) {
            fputs("&#xFFFD;", out);
            p += 2;
        } else if (strchr("&<>\"'", *p)) {
            fprintf(out, "&#%d;", *p);
        } else {
            fputc(*p, out);
        }
    }
}

void markup_text_up_to(const char *text, size_t most, FILE *out)
{
    size_t length = text ? strnlen(text, most + 1) : 0, shown = length;

    if (length > most)
        shown = printable_whole(text, most);
    char *cut = strndup(text ? text : "", shown), *printable = cut ? printable_copy(cut) : NULL;

    if (printable)
        put_escaped(printable, out);
    if (length > shown)
        fputs("…", out);
    free(printable);
    free(cut);
}

void markup_text(const char *text, FILE *out)
{
    markup_text_up_to(text, MARKUP_TEXT_MAX, out);
}

void markup_base64(const unsigned char *bytes, size_t length, FILE *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    for (size_t i = 0; i < length; i += 3) {
        size_t here = length - i < 3 ? length - i : 3;
        unsigned word = (unsigned)bytes[i] << 16;

        word |= here > 1 ? (unsigned)bytes[i + 1] << 8 : 0;
        word |= here > 2 ? bytes[i + 2] : 0;
        for (size_t k = 0; k < 4; k++)
            fputc(k <= here ? digits[word >> (18 - 6 * k) & 63] : '=', out);
    }
}

void markup_count(uint64_t count, FILE *out)
{
    char number[NUMBER_TEXT_SIZE];

    fputs(number_group(count, number), out);
}

void markup_address(struct address address, FILE *out)
{
    char text[ADDRESS_TEXT_SIZE];

    address_format(address, text);
    fputs(text, out);
}
