// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Makes text of unknown origin safe for a terminal. Names, files and arguments can contain bytes that move the
 * cursor, change the window's title or simulate typing. Such bytes are written as \xNN, all others unchanged.
 * Written so are:
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
    PRINTABLE_GROWTH = 4, /* bytes that one byte may become */
};

/* printable_put() writes `length` bytes of `from` to `to`, which must have room for PRINTABLE_GROWTH times as
 * many. Returns the number of bytes written. Newlines stay unchanged if `lines` is true and become \x0a
 * otherwise. */
size_t printable_put(char *to, const char *from, size_t length, bool lines);

/* printable_whole() returns how many of the `length` bytes belong to complete characters, for callers who get a
 * text in pieces. */
size_t printable_whole(const char *text, size_t length);

/* printable_copy() returns `text` as one line, which the caller frees, or NULL when memory is short. */
char *printable_copy(const char *text);
