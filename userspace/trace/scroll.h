// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which lines of a long text a screen shows. Pure. Where not all fit, the last row tells what is out of
 * sight:
 *
 *     line 3                     above: lines 1 and 2
 *     line 4
 *     ... 2 more above, 5 more below
 */
#pragma once

#include "session/keys.h"

struct scroll {
    unsigned first; /* line at the top, from 0 on; begins as 0 */
    unsigned shown; /* lines, without the row that tells of others; as scroll_fit() found */
    unsigned below; /* lines out of sight, likewise */
};

enum {
    SCROLL_TEXT_SIZE = 80,
};

/* scroll_fit() adapts to a text of so many lines on so many rows: the last line is never above the last row
 * but where all fit. */
void scroll_fit(struct scroll *scroll, unsigned lines, unsigned rows);

/* scroll_move() does what a key asks for; scroll_fit() comes next. Other keys change nothing. */
void scroll_move(struct scroll *scroll, enum screen_key key);

/* scroll_text() says what is out of sight, "" where nothing is. Returns `text`. */
const char *scroll_text(const struct scroll *scroll, char text[SCROLL_TEXT_SIZE]);
