// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies in the format of caracal, for programs that read it: diamond-miner's tables, Iris, Retina. */
#pragma once

#include "output/format.h"

struct caracal_csv {
    struct output_format format; /* for encoder_open(); its encoder needs it as long as it exists */
    const char *round;           /* value of the last column */
    bool seconds; /* times are in seconds since 1970, as before caracal 0.15.4; else in microseconds */
};

/* caracal_csv_of() returns the format with these settings. */
struct caracal_csv caracal_csv_of(const char *round, bool seconds);

enum {
    CARACAL_ROUND_MAX = 255, /* bytes, so that a line fits into FORMAT_RECORD_MAX */
};
