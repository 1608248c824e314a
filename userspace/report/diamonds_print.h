// SPDX-License-Identifier: GPL-2.0-or-later
/* Diamonds as lists: CSV, with whose their ends are. */
#pragma once

#include <stdio.h>

#include "report/diamonds.h"
#include "target/owners.h"

/* diamonds_print() writes a header and a line for each, those that most prefixes cross first. 0 or -ENOMEM; errors of `out`
 * are its own. */
int diamonds_print(const struct diamonds *diamonds, const struct address_numbers *interfaces,
                   struct owners owners, FILE *out);

/* diamonds_print_heading() and diamonds_print_one() are what it consists of. */
void diamonds_print_heading(struct owners owners, FILE *out);
void diamonds_print_one(const struct named_diamond *diamond, struct owners owners, FILE *out);
