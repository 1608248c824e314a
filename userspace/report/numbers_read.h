// SPDX-License-Identifier: GPL-2.0-or-later
/* Results and their metadata, read into numbers. */
#pragma once

#include "base/error_text.h"
#include "report/numbers.h"

/* numbers_read() reads `path`, "-" being stdin, in any format that is read (output/results.h), all its numbered files
 * (output/result_files.h), and what lies beside it as RESULTS.meta.json, if anything does. 0 with `*out`, for
 * numbers_free(); -ENOMEM; or another negative errno with a line in `error`. `path` must outlive it. */
int numbers_read(const char *path, struct numbers **out, struct error_text *error);
