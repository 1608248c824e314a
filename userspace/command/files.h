// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that a command is given, looked at together before any of them is touched. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "base/options.h"

enum file_role {
    FILE_READ,
    FILE_WRITTEN,  /* a result: what is there is not overwritten unasked */
    FILE_REPLACED, /* again and again: what is there is the text before */
};

struct command_file {
    const char *name; /* "--output", or what else messages call it */
    const char *path; /* "-": stdin or stdout; NULL: not given */
    enum file_role role;
};

/*
 * command_files_check() refuses, after one line on stderr,
 *
 *   - a file to be written that cannot be, or that has something in it, unless `overwrite` is set;
 *   - a file to be written that is another of them too, read or written, whatever the two are called.
 *
 * Devices and pipes may be both. EXIT_DONE or EXIT_UNUSABLE.
 */
int command_files_check(const char *command, const struct command_file *files, size_t count, bool overwrite);

/* command_files_check_lists() looks at `lists` as well, which are read and which messages call `name`. */
int command_files_check_lists(const char *command, const struct command_file *files, size_t count,
                              const char *name, const struct option_list *lists, bool overwrite);
