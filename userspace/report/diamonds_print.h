// SPDX-License-Identifier: GPL-2.0-or-later
/* Diamonds as a list. */
#pragma once

#include <stdio.h>

#include "report/diamonds.h"
#include "report/owners.h"

/* diamonds_print() writes CSV with a header, a diamond per line, those that most prefixes cross first, with whose its ends
 * are. 0 or -ENOMEM; errors of `out` are its own. */
int diamonds_print(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                   struct owners owners, FILE *out);
