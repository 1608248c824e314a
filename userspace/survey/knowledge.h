// SPDX-License-Identifier: GPL-2.0-or-later
/* The knowledge of a survey from its replies: which probes were answered, interfaces and links. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* knowledge_open() allocates its memory. Returns EXIT_DONE, or the exit code after one line on stderr.
 * knowledge_close() may be called after any outcome, once no receiver runs. */
int knowledge_open(struct survey *survey);
void knowledge_close(struct survey *survey);
