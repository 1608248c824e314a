// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts in the numbers of a survey that a user would not look for there, as sentences: packets that looked
 * like replies and were rejected.
 */
#pragma once

#include <stddef.h>

#include "survey/status.h"

enum {
    REMARK_SIZE = 320,
    REMARKS_MAX = FILTER_REJECTIONS + DECODE_REJECTIONS,
};

struct remark {
    char text[REMARK_SIZE];
};

/* remarks_make() fills `out` and returns the number of remarks. */
size_t remarks_make(const struct survey_status *status, struct remark out[REMARKS_MAX]);
