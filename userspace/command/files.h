// SPDX-License-Identifier: GPL-2.0-or-later
/* Checks all files given to a command together, before any of them is touched. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/options.h"

enum file_role {
    FILE_READ,
    FILE_WRITTEN,  /* a result: existing contents are overwritten only with --overwrite */
    FILE_REPLACED, /* rewritten repeatedly: existing contents are an older version */
};

struct command_file {
    const char *name; /* "--output", or another name for messages */
    const char *path; /* "-": stdin or stdout; NULL: not given */
    enum file_role role;
};

/*
 * command_files_check() refuses, after one line on stderr,
 *
 *   - a file to be written that cannot be written, or has contents, unless `overwrite` is set;
 *   - a file to be written that is also another one of them, read or written, even under another name.
 *
 * Devices and pipes may be given twice. Returns EXIT_DONE or EXIT_UNUSABLE.
 */
int command_files_check(const char *command, const struct command_file *files, size_t count, bool overwrite);

/* command_files_check_lists() also checks `lists`, which are read; `name` is their name in messages. */
int command_files_check_lists(const char *command, const struct command_file *files, size_t count,
                              const char *name, const struct option_list *lists, bool overwrite);
