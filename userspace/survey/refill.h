// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Completes the outputs of a resumed survey that has several. Each has written the same records from the first on,
 * but where frames or groups were under way, one has more than another. Missing records are copied from the output
 * that has most. Private to userspace/survey/.
 */
#pragma once

#include "survey/parts.h"

/* refill_output() gives `output` the records that it lacks, once it is open to be continued. Returns an exit
 * code, after one line on stderr. */
int refill_output(struct survey *survey, unsigned output);
