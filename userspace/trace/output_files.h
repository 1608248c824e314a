// SPDX-License-Identifier: GPL-2.0-or-later
/* The outputs of a trace beside stdout. They are opened while the process still has its caller's
 * privileges. Private to userspace/trace/. */
#pragma once

#include "trace/view.h"

/* output_files_open() opens the results, the file for graphviz and the port for metrics, as configured.
 * output_files_begin() empties the files; it is called when nothing else can fail any more.
 * Both return an exit code, after one line on stderr where it is not EXIT_DONE. output_files_keep() prevents
 * the removal of files that were created. output_files_close() may be called after any outcome. */
int output_files_open(struct trace_run *run);
int output_files_begin(struct trace_run *run);
void output_files_keep(struct trace_run *run);
void output_files_close(struct trace_run *run);
