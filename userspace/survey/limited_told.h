// SPDX-License-Identifier: GPL-2.0-or-later
/* Responders that answer too few of their probes, as far as the strategy has found out, for metadata and
 * summary. Private to userspace/survey/. */
#pragma once

#include <jansson.h>
#include <stdio.h>

#include "strategy/limited_hops.h"

struct survey;

enum {
    LIMITED_TOLD = 100,
    LIMITED_SHOWN = 3,
};

/* limited_told_find() fills `out` with the worst, once the senders have ended. Returns their number. */
size_t limited_told_find(const struct survey *survey, struct limited_hop out[LIMITED_TOLD]);

/* limited_told_json() returns the list for the metadata: objects with responder, asked and answered; NULL where
 * the strategy does not find out. limited_told_print() prints the line of the summary, if there are any. */
json_t *limited_told_json(const struct survey *survey);
void limited_told_print(const struct limited_hop *hops, size_t count, FILE *out);
