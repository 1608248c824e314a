// SPDX-License-Identifier: GPL-2.0-or-later
/* What the benchmarks of load-balanced graphs share: measured graphs, and how sure a share of failures is. */
#pragma once

/* bench_interval() is Wilson's interval for a probability of which `failures` of `runs` are known, 95 % (JASA 22, 1927). */
void bench_interval(double failures, double runs, double *low, double *high);

/* bench_graphs() reports on all *.edges of the folder mda in that which HOPWIRE_CORPUS names, or says that it names none. */
typedef void bench_graph(const char *path, const char *name, unsigned runs);
void bench_graphs(bench_graph *report, unsigned runs);
