// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the numbers of a survey tell that nobody would look for in them, in sentences: replies that were not
 * taken for such.
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

/* remarks_make() fills `out` and returns how many there are. */
size_t remarks_make(const struct survey_status *status, struct remark out[REMARKS_MAX]);
