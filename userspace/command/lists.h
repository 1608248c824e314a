// SPDX-License-Identifier: GPL-2.0-or-later
/* Lists that commands read: what is wrong with one is an error, what is not used as it stands there a warning
 * of each kind, with its first line. */
#pragma once

#include "base/list_file.h"
#include "target/prefix_list.h"

/* command_read_arguments() appends the arguments, up to a NULL, command_read_list() the file that was given
 * for `option`; nothing where `path` is NULL. EXIT_DONE, or EXIT_UNUSABLE after a line on stderr. */
int command_read_arguments(const char *command, char **arguments, struct prefix_list *list);
int command_read_list(const char *command, const char *option, const char *path, struct prefix_list *list);

/* These warn of lines of a file, of ::ffff:0:0/96 and with host bits; not where there are none. */
void command_tell_mapped(const char *command, const char *option, const char *path, struct list_note note);
void command_tell_host_bits(const char *command, const char *option, const char *path, struct list_note note);
