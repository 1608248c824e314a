// SPDX-License-Identifier: GPL-2.0-or-later
/* What is typed at a terminal, as keys: those of mtr and less. Pure. A view that counts nothing up or down may
 * scroll with + and -. */
#pragma once

#include <stddef.h>

enum screen_key {
    SCREEN_NO_KEY,
    SCREEN_KEYS_ENDED, /* the terminal is gone: poll its descriptor no more */
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
 * keys_next() reads one key from the beginning of `typed`; returns how many bytes it was, and what it means:
 * SCREEN_NO_KEY where it means nothing here. 0 where the rest of an escape sequence (ECMA-48, section 5.4) is
 * still to come. Escape alone is a key, as is Escape with a letter: nothing in it is a letter of its own.
 */
size_t keys_next(const char *typed, size_t length, enum screen_key *key);
