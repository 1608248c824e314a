// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which lines of a long text a screen shows. Does no input or output. Where not all lines fit, the last row
 * says what is out of sight:
 *
 *     line 3                     above: lines 1 and 2
 *     line 4
 *     ... 2 more above, 5 more below
 */
#pragma once

#include "session/keys.h"

struct scroll {
    unsigned first; /* line at the top, counted from 0; starts at 0 */
    unsigned shown; /* lines shown, without the row about the others; set by scroll_fit() */
    unsigned below; /* lines out of sight below; set by scroll_fit() */
};

enum {
    SCROLL_TEXT_SIZE = 80,
};

/* scroll_fit() adapts to a text of `lines` lines on `rows` rows. Unless all lines fit, the last line is
 * never above the last row. */
void scroll_fit(struct scroll *scroll, unsigned lines, unsigned rows);

/* scroll_move() does what a key asks for; scroll_fit() must be called next. Other keys change nothing. */
void scroll_move(struct scroll *scroll, enum screen_key key);

/* scroll_text() writes what is out of sight, or "" where nothing is. Returns `text`. */
const char *scroll_text(const struct scroll *scroll, char text[SCROLL_TEXT_SIZE]);
