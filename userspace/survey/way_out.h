// SPDX-License-Identifier: GPL-2.0-or-later
/* How probes of a survey leave: the simulated Internet where there is one, the ways, and for each the frame
 * that its probes start from. Private to userspace/survey/. */
#pragma once

#include "survey/parts.h"

/* way_out_beside_simulator() says whether kernel threads of the simulated Internet have the senders' CPUs,
 * ahead of them. */
bool way_out_beside_simulator(const struct survey *survey);

/* way_out_options() is what the ways of a survey are found by, in a dry run, too. */
struct egress_options way_out_options(const struct survey_config *config);

/* way_out_open() finds the ways, and says which targets have none; way_out_check_queues() refuses, or
 * warns of, what the way to send, and the TX queues, cannot do for so many ways and senders.
 * EXIT_DONE, or the exit code after one line on stderr. way_out_close() is right after every outcome,
 * once nothing uses the device. */
int way_out_open(struct survey *survey);
int way_out_check_queues(struct survey *survey);
void way_out_close(struct survey *survey);

/* way_out_link() is the interface of an outlet; way_out_sent() says how many probes have left by it. */
const struct link_info *way_out_link(const struct survey *survey, const struct outlet *outlet);
uint64_t way_out_sent(const struct survey *survey, const struct outlet *outlet);

/* way_out_longest() is what the longest probe that may leave by an outlet needs of its MTU, in bytes. */
unsigned way_out_longest(const struct survey *survey, const struct outlet *outlet);

/* way_out_open_tx() opens the backend of a sender, for all ways. 0 or a negative errno. */
int way_out_open_tx(struct survey *survey, unsigned sender);
