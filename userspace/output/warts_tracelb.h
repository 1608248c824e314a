// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Load-balanced paths of warts (scamper's tracelb), read as records: one for each reply to a probe, with its flow.
 *
 *   parameters, nodes, links: each with sets of probes, one for each hop between its ends, each with replies
 *
 * Which nodes a link joins follows from the replies, as in a survey. The probes of the first hop are not among them.
 *
 * Source: scamper_tracelb_warts.c of scamper.
 */
#pragma once

#include <stdbool.h>

#include "output/record.h"
#include "output/warts_read.h"

/* What is left of each, within the one before it. */
struct warts_tracelb {
    unsigned links, sets, probes, replies;
    struct warts_values what, probe; /* of the whole, and of the probe whose replies are read */
    struct warts_addresses addresses;
};

/* warts_tracelb_begin() reads up to the first link; warts_tracelb_next() fills `out`, which is empty, from the next
 * reply. False after the last, and where `source` is damaged. */
void warts_tracelb_begin(struct warts_tracelb *self, struct warts_source *source);
bool warts_tracelb_next(struct warts_tracelb *self, struct warts_source *source, struct record *out);
