// SPDX-License-Identifier: GPL-2.0-or-later
/* One-line files of /proc and /sys. Files about devices show the namespace in which /sys was mounted, not the
 * thread's. */
#pragma once

#include <stddef.h>

/* text_file_read() reads the first line without its newline. Returns 0 or a negative errno. */
int text_file_read(const char *path, char *out, size_t size);

/* text_file_number() reads a decimal number. Returns 0, -EINVAL if there is none, or another negative
 * errno. */
int text_file_number(const char *path, long *out);
