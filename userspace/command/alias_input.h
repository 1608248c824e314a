// SPDX-License-Identifier: GPL-2.0-or-later
/* The files that `aliases` is given: results of any format, or lists of addresses. */
#pragma once

#include "alias/alias_list.h"

/* alias_input_read() adds the addresses of all files up to a NULL: of results those who let a TTL expire, of lists all,
 * mates included where they are asked for. "-" is a list on stdin. An exit code, after one line on stderr. */
int alias_input_read(const char *command, char **paths, const struct alias_list_config *config,
                     struct alias_list *list);
