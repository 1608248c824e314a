// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A file that gets its name when it is complete. Until then it has another name in the same directory:
 *
 *   part_file_open() ── write ──> NAME.part ── part_file_settle() ──> NAME
 *
 * A killed run leaves NAME.part, which nobody takes for a complete file. A run that has given up its rights
 * (late_files.h) uses late_files_settle().
 */
#pragma once

#include <stdbool.h>

#define PART_FILE_SUFFIX ".part"

/* part_file_suits() returns whether `path` can be replaced in this way: it is a file, or does not exist. Pipes,
 * devices and targets of symbolic links are written directly. */
bool part_file_suits(const char *path);

/* part_file_path() returns the name that the file has meanwhile, which the caller frees, or NULL when memory is
 * short. */
char *part_file_path(const char *path);

/* part_file_open() opens the file as output_file_open() does. A file at `path` counts as existing, too, and the
 * new file gets its mode. */
int part_file_open(const char *path, unsigned mode, bool overwrite, bool *created);

/* part_file_open_again() opens a file to append to, for reading and writing: the complete file at `path`, or
 * the NAME.part of a killed run. It returns the descriptor or a negative errno, -ENOENT if neither exists.
 * part_file_unsettle() renames a complete file to NAME.part, until it is settled again. It returns 0 or a
 * negative errno. */
int part_file_open_again(const char *path);
int part_file_unsettle(const char *path);

/* part_file_settle() renames NAME.part to NAME and replaces a file of that name. Returns 0 or a negative errno. */
int part_file_settle(const char *path);
