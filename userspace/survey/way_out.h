// SPDX-License-Identifier: GPL-2.0-or-later
/* How probes of a survey leave: the simulated Internet, if there is one, the ways, and for each way the
 * frame from which its probes are made. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* way_out_beside_simulator() returns true if kernel threads of the simulated Internet run on the senders'
 * CPUs and go before them. */
bool way_out_beside_simulator(const struct survey *survey);

/* way_out_options() returns the options by which a survey, or a dry run, finds its ways. */
struct egress_options way_out_options(const struct survey_config *config);

/* way_out_open() finds the ways, and prints which targets have none. way_out_check_queues() checks whether
 * the TX backend and the TX queues suffice for so many ways and senders; it refuses or warns. They return
 * EXIT_DONE, or the exit code after one line on stderr. way_out_close() may be called after any outcome,
 * once the device is not used any more. */
int way_out_open(struct survey *survey);
int way_out_check_queues(struct survey *survey);
void way_out_close(struct survey *survey);

/* way_out_link() returns the interface of an outlet. way_out_sent() returns how many probes have left by
 * it. */
const struct link_info *way_out_link(const struct survey *survey, const struct outlet *outlet);
uint64_t way_out_sent(const struct survey *survey, const struct outlet *outlet);

/* way_out_longest() returns the MTU, in bytes, that the longest probe that may leave by an outlet needs. */
unsigned way_out_longest(const struct survey *survey, const struct outlet *outlet);

/* way_out_open_tx() opens the backend of a sender, for all ways. Returns 0 or a negative errno. */
int way_out_open_tx(struct survey *survey, unsigned sender);
