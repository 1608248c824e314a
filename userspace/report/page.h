// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report as one page: HTML 5 that is well-formed XML, too, in one file that needs nothing else and asks for nothing. It
 * has no script, and says so to the browser (Content-Security-Policy), so that nothing that results hold could run.
 */
#pragma once

#include <stdio.h>

#include "report/figure.h"
#include "target/owners.h"

enum {
    PAGE_SURVEYS_MAX = 16, /* side by side: more can neither be told apart nor kept below 3 MB */
};

/* page_write() writes the page of 1 to PAGE_SURVEYS_MAX surveys; `owners` say whose hops are. 0 or -ENOMEM;
 * what goes wrong in writing is for the caller to ask `out`. */
int page_write(const struct numbers_list *list, struct owners owners, FILE *out);
