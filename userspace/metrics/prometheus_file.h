// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes a text of metrics to a file. */
#pragma once

#include <stddef.h>

#include "base/late_files.h"

/* prometheus_write_file() replaces `path` by rename, so that a reader always finds a complete text, the old
 * or the new one. If `path` is no regular file, for example a pipe, the text is written to it. With `late`,
 * the keeper of those files does this; NULL: this process. Returns 0 or a negative errno. */
int prometheus_write_file(struct late_files *late, const char *path, const char *text, size_t length);
