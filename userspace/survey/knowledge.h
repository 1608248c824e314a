// SPDX-License-Identifier: GPL-2.0-or-later
/* What a survey knows of replies: which probes were answered, interfaces and links. Private to
 * userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* knowledge_open() asks for its memory. EXIT_DONE, or the exit code after one line on stderr.
 * knowledge_close() is right after every outcome, once no receiver runs. */
int knowledge_open(struct survey *survey);
void knowledge_close(struct survey *survey);
