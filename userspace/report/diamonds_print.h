// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints diamonds as CSV, with the owners of their ends. */
#pragma once

#include <stdio.h>

#include "report/diamonds.h"
#include "target/owners.h"

/* diamonds_print() writes a header and one line per diamond, those crossed by most prefixes first. Returns 0
 * or -ENOMEM; errors of `out` stay in ferror(). */
int diamonds_print(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                   struct owners owners, FILE *out);

/* diamonds_print_heading() and diamonds_print_one() write its parts. */
void diamonds_print_heading(struct owners owners, FILE *out);
void diamonds_print_one(const struct named_diamond *diamond, struct owners owners, FILE *out);
