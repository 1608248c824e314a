// SPDX-License-Identifier: GPL-2.0-or-later
/* The file that records are written to. */
#pragma once

/* results_file_open() opens it and empties it; "-" is stdout. A file descriptor, the caller's to close, or a
 * negative errno. */
int results_file_open(const char *path);
