// SPDX-License-Identifier: GPL-2.0-or-later
/* The hops that answered most often, and those that answered less than they were asked. */
#pragma once

#include <stdio.h>

#include "report/numbers.h"
#include "target/owners.h"

/* hops_table_html() writes a <table>, with the owners as far as `owners` has them. hops_table_csv() writes
 * lines without a heading, which hops_table_csv_heading() writes. */
void hops_table_html(const struct numbers *numbers, struct owners owners, FILE *out);
void hops_table_csv(const struct numbers *numbers, struct owners owners, FILE *out);
void hops_table_csv_heading(struct owners owners, FILE *out);

/* hops_table_limited_html() writes a <table> of the hops that answered too little according to the survey
 * (metadata, `limited`); nothing if there are none, or if the survey did not check. */
void hops_table_limited_html(const struct numbers *numbers, FILE *out);
