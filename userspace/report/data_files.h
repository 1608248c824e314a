// SPDX-License-Identifier: GPL-2.0-or-later
/* Writes the numbers of a report as CSV for gnuplot, R and the like: one file per figure, in a directory of
 * their own. */
#pragma once

#include <stdbool.h>

#include "base/error_text.h"
#include "report/figure.h"
#include "target/owners.h"

/* data_files_check() checks, before anything is made, whether `directory` may be filled: it does not exist,
 * is empty, or `overwrite` is set. data_files_beside() returns whether `results` are in it.
 * data_files_write() makes the directory and writes the files. The first and the last return 0 or a negative
 * errno with a line in `error`. */
int data_files_check(const char *directory, bool overwrite, struct error_text *error);
bool data_files_beside(const char *directory, const char *results); /* one of our files could replace them */
int data_files_write(const char *directory, bool overwrite, const struct numbers_list *list,
                     struct owners owners, struct error_text *error);
