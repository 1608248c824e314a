// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads load-balanced paths of warts (scamper's tracelb) as records: one per reply to a probe, with its flow.
 *
 *   parameters, nodes, links. A link has a set of probes for each hop between its ends; a probe has replies
 *
 * The replies show which nodes a link joins, as in a survey. The probes of the first hop are not included.
 *
 * Source: scamper_tracelb_warts.c of scamper.
 */
#pragma once

#include <stdbool.h>

#include "output/record.h"
#include "output/warts_read.h"

/* How many of each are left, within the current one of the kind before it. */
struct warts_tracelb {
    unsigned links, sets, probes, replies;
    struct warts_values what, probe; /* of the whole, and of the probe whose replies are being read */
    struct warts_addresses addresses;
};

/* warts_tracelb_begin() reads up to the first link. warts_tracelb_next() fills the empty record `out` from
 * the next reply; it returns false after the last, or if `source` is damaged. */
void warts_tracelb_begin(struct warts_tracelb *self, struct warts_source *source);
bool warts_tracelb_next(struct warts_tracelb *self, struct warts_source *source, struct record *out);
