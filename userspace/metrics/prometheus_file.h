// SPDX-License-Identifier: GPL-2.0-or-later
/* A text of metrics in a file. */
#pragma once

#include <stddef.h>

#include "base/late_files.h"

/* prometheus_write_file() replaces `path` by rename, so that whoever reads it finds a whole text: the old or
 * the new one. What is no regular file, a pipe for one, is written to. `late` (NULL:
 * not) has it done by its keeper. 0 or a negative errno. */
int prometheus_write_file(struct late_files *late, const char *path, const char *text, size_t length);
