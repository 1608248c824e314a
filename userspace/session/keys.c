// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/keys.h"

#include <stdlib.h>

enum {
    ESCAPE = 0x1b,
    CONTROL = 0x1f, /* the bits of a letter that remain when it is typed with Control */
};

static enum screen_key letter(char typed)
{
    switch (typed) {
    case 'q':
    case 'Q':
        return SCREEN_QUIT;
    case 'p':
    case 'P':
        return SCREEN_PAUSE;
    case 'r':
    case 'R':
        return SCREEN_RESET;
    case 'n':
    case 'N':
        return SCREEN_NAMES;
    case '+':
        return SCREEN_PLUS;
    case '-':
        return SCREEN_MINUS;
    case 'k':
        return SCREEN_UP;
    case 'j':
        return SCREEN_DOWN;
    case 'b':
    case 'B' & CONTROL:
    case 'U' & CONTROL:
        return SCREEN_PAGE_UP;
    case ' ':
    case 'f':
    case 'F' & CONTROL:
    case 'D' & CONTROL:
        return SCREEN_PAGE_DOWN;
    case 'g':
        return SCREEN_TOP;
    case 'G':
        return SCREEN_BOTTOM;
    default:
        return SCREEN_NO_KEY;
    }
}

/* Final byte and number of a sequence: Home and End have several sequences. */
static enum screen_key sequence(char end, int number)
{
    static const enum screen_key numbered[] = {
        [1] = SCREEN_TOP,       [4] = SCREEN_BOTTOM, [5] = SCREEN_PAGE_UP,
        [6] = SCREEN_PAGE_DOWN, [7] = SCREEN_TOP,    [8] = SCREEN_BOTTOM,
    };

    switch (end) {
    case 'A':
        return SCREEN_UP;
    case 'B':
        return SCREEN_DOWN;
    case 'H':
        return SCREEN_TOP;
    case 'F':
        return SCREEN_BOTTOM;
    case '~':
        return number >= 0 && number < (int)(sizeof(numbered) / sizeof(numbered[0])) ? numbered[number]
                                                                                     : SCREEN_NO_KEY;
    default:
        return SCREEN_NO_KEY;
    }
}

static int number_at(const char *text, size_t length)
{
    int number = 0;

    for (size_t i = 0; i < length && text[i] >= '0' && text[i] <= '9' && number < 1000; i++)
        number = 10 * number + (text[i] - '0');
    return number;
}

size_t keys_next(const char *typed, size_t length, enum screen_key *key)
{
    size_t end = 2;

    *key = SCREEN_NO_KEY;
    if (length == 0)
        return 0;
    if (typed[0] != ESCAPE) {
        *key = letter(typed[0]);
        return 1;
    }
    if (length == 1 || (typed[1] != '[' && typed[1] != 'O'))
        return length == 1 ? 1 : 2;
    while (end < length && typed[end] >= ' ' && typed[end] < '@')
        end++;
    if (end == length)
        return 0;
    *key = sequence(typed[end], number_at(typed + 2, end - 2));
    return end + 1;
}
