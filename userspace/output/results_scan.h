// SPDX-License-Identifier: GPL-2.0-or-later
/* Parses lines with nothing unusual from left to right; for results_*_plain.c only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct scan {
    const char *at, *end;
};

enum {
    SCAN_DIGITS = 19, /* every number with this many digits fits 64 bits */
};

/* scan_take() skips `character` if it comes next, and returns whether it did. */
static inline bool scan_take(struct scan *scan, char character)
{
    bool there = scan->at < scan->end && *scan->at == character;

    scan->at += there;
    return there;
}

/* scan_number() reads digits, at least one; it also returns false for more than SCAN_DIGITS. */
static inline bool scan_number(struct scan *scan, uint64_t *value)
{
    const char *start = scan->at;
    uint64_t number = 0;
    unsigned digit;

    for (; scan->at < scan->end && (digit = (unsigned)*scan->at - '0') <= 9; scan->at++)
        number = number * 10 + digit;
    *value = number;
    return scan->at > start && scan->at - start <= SCAN_DIGITS;
}
