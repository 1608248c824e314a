// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads results and their metadata into numbers. */
#pragma once

#include "base/error_text.h"
#include "report/numbers.h"

/* numbers_read() reads `path` ("-": stdin) in any readable format (output/results.h), with all its numbered
 * files (output/result_files.h), and the file RESULTS.meta.json beside it, if there is one. Returns 0 with
 * `*out`, which numbers_free() frees; -ENOMEM; or another negative errno with a line in `error`. `path` must
 * outlive the numbers. */
int numbers_read(const char *path, struct numbers **out, struct error_text *error);
