// SPDX-License-Identifier: GPL-2.0-or-later
/* How lines are read that have nothing unusual, from the left to the right; for results_*_plain.c only. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct scan {
    const char *at, *end;
};

enum {
    SCAN_DIGITS = 19, /* of any number of so many digits nothing is lost in 64 bits */
};

/* scan_take() passes over `character` where it comes next. */
static inline bool scan_take(struct scan *scan, char character)
{
    bool there = scan->at < scan->end && *scan->at == character;

    scan->at += there;
    return there;
}

/* scan_number() reads digits, at least one; false also where there are more than SCAN_DIGITS. */
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
