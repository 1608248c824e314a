// SPDX-License-Identifier: GPL-2.0-or-later
/* Shared by the benchmarks of load-balanced graphs: measured graphs, and the confidence interval of a share
 * of failures. */
#pragma once

/* bench_interval() is Wilson's interval (95 %) for a probability of which `failures` of `runs` were observed
 * (JASA 22, 1927). */
void bench_interval(double failures, double runs, double *low, double *high);

/* bench_graphs() reports on all *.edges of the folder mda in the folder that HOPWIRE_CORPUS names, or prints
 * that it names none. */
typedef void bench_graph(const char *path, const char *name, unsigned runs);
void bench_graphs(bench_graph *report, unsigned runs);
