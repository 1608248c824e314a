// SPDX-License-Identifier: GPL-2.0-or-later
/* The memory that replies may wait in, shared among the queues of all entrances. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* way_in_share_memory() needs the entrances. EXIT_DONE, or the exit code after one line on stderr where there
 * is too little; where there is less than is needed that is one line, too. */
int way_in_share_memory(struct survey *survey);
