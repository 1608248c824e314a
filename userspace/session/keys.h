// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses what is typed at a terminal into keys, the same as those of mtr and less. Pure. A view without
 * numbers to adjust may scroll with + and -. */
#pragma once

#include <stddef.h>

enum screen_key {
    SCREEN_NO_KEY,
    SCREEN_KEYS_ENDED, /* the terminal is gone: do not poll its descriptor any more */
    SCREEN_QUIT,
    SCREEN_PAUSE,
    SCREEN_RESET,
    SCREEN_NAMES,
    SCREEN_PLUS,
    SCREEN_MINUS,
    SCREEN_UP,
    SCREEN_DOWN,
    SCREEN_PAGE_UP,
    SCREEN_PAGE_DOWN,
    SCREEN_TOP,
    SCREEN_BOTTOM,
};

/*
 * keys_next() reads one key from the start of `typed`. Returns its length in bytes, and the key:
 * SCREEN_NO_KEY if it has no meaning here. Returns 0 if the rest of an escape sequence (ECMA-48, section 5.4)
 * is still missing. Escape alone is a key, and so is Escape with a letter: that letter is no key of its own.
 */
size_t keys_next(const char *typed, size_t length, enum screen_key *key);
