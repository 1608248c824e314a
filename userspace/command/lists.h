// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists that commands read. Errors in a list are reported as errors. Entries that are not used as written
 * cause one warning per kind, with the first line concerned. */
#pragma once

#include "base/list_file.h"
#include "target/prefix_list.h"

/* command_read_arguments() appends the arguments up to a NULL. command_read_list() appends the file that was
 * given for `option`, or nothing if `path` is NULL. Both return EXIT_DONE, or EXIT_UNUSABLE after a line on
 * stderr. */
int command_read_arguments(const char *command, char **arguments, struct prefix_list *list);
int command_read_list(const char *command, const char *option, const char *path, struct prefix_list *list);

/* These warn of lines of a file in ::ffff:0:0/96 or with host bits; not if there were none. */
void command_tell_mapped(const char *command, const char *option, const char *path, struct list_note note);
void command_tell_host_bits(const char *command, const char *option, const char *path, struct list_note note);
