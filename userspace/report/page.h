// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The report as one page: HTML 5 that is also well-formed XML, in one file that loads nothing. It has no
 * script, and forbids scripts by its Content-Security-Policy, so that no contents of results could run.
 */
#pragma once

#include <stdio.h>

#include "report/figure.h"
#include "target/owners.h"

enum {
    PAGE_SURVEYS_MAX = 16, /* side by side: more could neither be told apart nor fit into 3 MB */
};

/* page_write() writes the page of 1 to PAGE_SURVEYS_MAX surveys; `owners` has the owners of hops. Returns 0
 * or -ENOMEM; the caller checks `out` for write errors. */
int page_write(const struct numbers_list *list, struct owners owners, FILE *out);
