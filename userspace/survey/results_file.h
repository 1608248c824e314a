// SPDX-License-Identifier: GPL-2.0-or-later
/* The file of a survey's records and the thread that writes it. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* results_file_open() opens it, touching nothing in it, and starts the writer. EXIT_DONE, or the exit code
 * after one line on stderr. Closed by record_file_close() after every outcome. */
int results_file_open(struct survey *survey);
