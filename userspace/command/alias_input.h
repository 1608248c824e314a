// SPDX-License-Identifier: GPL-2.0-or-later
/* The input files of `aliases`: results in any format, or lists of addresses. */
#pragma once

#include "alias/alias_list.h"

/* alias_input_read() adds the addresses of all files up to a NULL: from results those that sent Time
 * Exceeded, from lists all; and their mates if wanted. "-" is a list on stdin. Returns an exit code, after
 * one line on stderr if something was wrong. */
int alias_input_read(const char *command, char **paths, const struct alias_list_config *config,
                     struct alias_list *list);
