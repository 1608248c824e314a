// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies as caracal writes them, for those who read that: diamond-miner's tables, Iris, Retina. */
#pragma once

#include "output/format.h"

struct caracal_csv {
    struct output_format format; /* for encoder_open(), whose encoder needs it as long as it lasts */
    const char *round;           /* what stands in the last column */
    bool seconds; /* times are seconds since 1970, as before caracal 0.15.4; else microseconds */
};

/* caracal_csv_of() is the format with these. */
struct caracal_csv caracal_csv_of(const char *round, bool seconds);

enum {
    CARACAL_ROUND_MAX = 255, /* bytes, so that a line fits into FORMAT_RECORD_MAX */
};
