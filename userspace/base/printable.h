// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Text that may come from elsewhere, on its way to a terminal. Names, files and arguments can hold bytes that
 * move the cursor, retitle the window or type for the user; such bytes are shown as \xNN, and all else as it
 * is. What is shown so:
 *
 *   C0 controls and DEL      0x00 to 0x1f, 0x7f; but tabs, and newlines where they end our own lines
 *   C1 controls              U+0080 to U+009F, which many terminals obey in UTF-8, too
 *   line ends of Unicode     U+2028, U+2029
 *   bidirectional controls   all that have the property Bidi_Control (UAX #9): they let text read otherwise
 *                            than it is
 *   whatever is not UTF-8    RFC 3629: also overlong forms, surrogates, and beyond U+10FFFF
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    PRINTABLE_GROWTH = 4, /* bytes that one may become */
};

/* printable_put() writes `length` bytes of `from` to `to`, which has room for PRINTABLE_GROWTH times as many,
 * and returns how many it wrote. Newlines stay where `lines`, and are shown as \x0a elsewhere. */
size_t printable_put(char *to, const char *from, size_t length, bool lines);

/* printable_whole() is how many of the `length` bytes do not belong to a character that goes on behind them:
 * for those who get a text in pieces. */
size_t printable_whole(const char *text, size_t length);

/* printable_copy() is `text` as one line, for free(); NULL when memory is short. */
char *printable_copy(const char *text);
