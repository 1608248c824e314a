// SPDX-License-Identifier: GPL-2.0-or-later
/* What a trace writes to beside stdout, opened while it still has its caller's privileges. Private to
 * userspace/trace/. */
#pragma once

#include "trace/view.h"

/* output_files_open() opens the results, the file for graphviz and the port for metrics, as far as they are
 * wanted; output_files_begin() empties the files when nothing else can fail any more, and output_files_keep()
 * has those that were made stay. Exit codes, after one line on stderr where it is not EXIT_DONE.
 * output_files_close() is right after every outcome. */
int output_files_open(struct trace_run *run);
int output_files_begin(struct trace_run *run);
void output_files_keep(struct trace_run *run);
void output_files_close(struct trace_run *run);
