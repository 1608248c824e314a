// SPDX-License-Identifier: GPL-2.0-or-later
/* The numbers of a report as CSV, a file a figure, in a directory of their own: for gnuplot, R and the like. */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "report/figure.h"
#include "target/owners.h"

/* data_files_check() looks, before anything is made, whether `directory` may be filled: it is not there, has nothing in
 * it, or `overwrite` is set. data_files_beside() says whether `results` lie in it. data_files_write() makes it and writes the files. 0 or a negative errno with a line in
 * `error`. */
int data_files_check(const char *directory, bool overwrite, struct error_text *error);
bool data_files_beside(const char *directory, const char *results); /* a file of ours could be one of them */
int data_files_write(const char *directory, bool overwrite, const struct numbers_list *list,
                     struct owners owners, struct error_text *error);
