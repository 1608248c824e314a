// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file that gets its name once it is whole; until then it stands beside it:
 *
 *   part_file_open() ── write ──> NAME.part ── part_file_settle() ──> NAME
 *
 * What was killed leaves NAME.part, which is never taken for a whole file. Late (late_files.h), the file is settled by
 * late_files_settle().
 */
#pragma once

#include <stdbool.h>

#define PART_FILE_SUFFIX ".part"

/* part_file_suits() says whether `path` can be replaced so: it is a file, or nothing. Pipes, devices, and what is behind
 * a symbolic link are written in place. */
bool part_file_suits(const char *path);

/* part_file_path() is where it stands meanwhile, for the caller to free; NULL when memory is short. */
char *part_file_path(const char *path);

/* part_file_open() opens it as output_file_open() does; what is at `path` counts as what is there, too, and the file
 * gets its mode. */
int part_file_open(const char *path, unsigned mode, bool overwrite, bool *created);

/* part_file_open_again() opens one to be gone on with, for reading and writing: what has its name already, or what a killed
 * run has left. -ENOENT where there is neither. part_file_unsettle() takes its name away again, until it is settled once
 * more. Returns the descriptor, and 0, or a negative errno. */
int part_file_open_again(const char *path);
int part_file_unsettle(const char *path);

/* part_file_settle() gives it its name, in the place of what has that now. 0 or a negative errno. */
int part_file_settle(const char *path);
