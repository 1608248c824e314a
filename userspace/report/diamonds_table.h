// SPDX-License-Identifier: GPL-2.0-or-later
/* The diamonds crossed by most prefixes. */
#pragma once

#include <stdio.h>

#include "report/numbers.h"
#include "target/owners.h"

/* diamonds_table_html() writes a sentence and a <table>, with the owners of the ends; nothing if there are
 * no diamonds. diamonds_table_csv() writes lines without a heading, which diamonds_table_csv_heading()
 * writes. */
void diamonds_table_html(const struct numbers *numbers, struct owners owners, FILE *out);
void diamonds_table_csv(const struct numbers *numbers, struct owners owners, FILE *out);
void diamonds_table_csv_heading(struct owners owners, FILE *out);
