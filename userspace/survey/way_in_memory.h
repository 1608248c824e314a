// SPDX-License-Identifier: GPL-2.0-or-later
/* Shares the memory for waiting replies among the queues of all entrances. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* way_in_share_memory() must be called when the entrances are known. Returns EXIT_DONE, or the exit code
 * after one line on stderr where the memory is too small. It also prints one line where there is less
 * memory than needed. */
int way_in_share_memory(struct survey *survey);
