// SPDX-License-Identifier: GPL-2.0-or-later
/* The hops that answered most often, and those that answered less than they were asked for. */
#pragma once

#include <stdio.h>

#include "report/numbers.h"
#include "target/owners.h"

/* hops_table_html() writes a <table>, with whose they are as far as `owners` say; hops_table_csv() lines without a
 * heading, which hops_table_csv_heading() writes. */
void hops_table_html(const struct numbers *numbers, struct owners owners, FILE *out);
void hops_table_csv(const struct numbers *numbers, struct owners owners, FILE *out);
void hops_table_csv_heading(struct owners owners, FILE *out);

/* hops_table_limited_html() writes a <table> of those that the survey found to answer too little (metadata, `limited`);
 * nothing where it found none, or did not look. */
void hops_table_limited_html(const struct numbers *numbers, FILE *out);
