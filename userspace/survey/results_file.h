// SPDX-License-Identifier: GPL-2.0-or-later
/* The file of a survey's records and the thread that writes it. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* results_file_open() opens the file, without changing it, and starts the writer. Returns EXIT_DONE, or
 * the exit code after one line on stderr. record_file_close() must be called after any outcome. */
int results_file_open(struct survey *survey);
