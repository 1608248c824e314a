// SPDX-License-Identifier: GPL-2.0-or-later
/* Prints the owner of an address (target/owners.h) as CSV values and HTML cells. Columns that were not
 * requested are left out. */
#pragma once

#include <stdio.h>

#include "target/owners.h"

/* origin_print() writes an AS number or several as a CSV value, in quotes where a set has commas. */
void origin_print(const char *origin, FILE *out);

/* owners_print_titles() writes ",asn,ixp…" for a CSV heading, each name prefixed with `before`.
 * owners_print_values() writes the corresponding values of an address. */
void owners_print_titles(const struct owners *owners, const char *before, FILE *out);
void owners_print_values(const struct owners *owners, struct address address, FILE *out);

/* owners_headings() and owners_cells() do the same for an HTML table. */
void owners_headings(const struct owners *owners, FILE *out);
void owners_cells(const struct owners *owners, struct address address, FILE *out);
