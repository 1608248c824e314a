// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Several outputs of a survey that goes on: each has written a beginning of the same records, one more of them than another
 * where frames or groups were under way. What one lacks it is given from the one that has most. Private to
 * userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* refill_output() gives `output`, once it is continued, what it lacks. An exit code, after one line on stderr. */
int refill_output(struct survey *survey, unsigned output);
