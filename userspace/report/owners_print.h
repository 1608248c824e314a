// SPDX-License-Identifier: GPL-2.0-or-later
/* What is known of whose an address is (target/owners.h), as values of CSV and cells of HTML. What was not asked for is not
 * there at all. */
#pragma once

#include <stdio.h>

#include "target/owners.h"

/* owners_print_titles() writes ",asn,ixp…" for a heading of CSV, each with `before` in front of its name;
 * owners_print_values() writes the values of an address below it. */
void owners_print_titles(const struct owners *owners, const char *before, FILE *out);
void owners_print_values(const struct owners *owners, struct address address, FILE *out);

/* owners_headings() and owners_cells() are the same for an HTML table. */
void owners_headings(const struct owners *owners, FILE *out);
void owners_cells(const struct owners *owners, struct address address, FILE *out);
