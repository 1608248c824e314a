// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A trace of warts, from the records of one target, flow and round, in the order of their TTLs.
 *
 * Source: scamper_trace_warts.c of scamper, and what its readers rely on.
 */
#pragma once

#include <stddef.h>

#include "output/record.h"
#include "output/warts.h"

/* What all traces of a file share. */
struct warts_survey {
    uint32_t list, cycle;        /* the numbers of their objects */
    bool acks;                   /* probes by TCP are ACKs */
    uint8_t first_ttl, last_ttl; /* that were probed; 0: not known */
    uint8_t wait;                /* seconds, for an answer */
    uint64_t interval_us;        /* between the probes of a ping */
    uint64_t start_us;           /* of the run, for pings that nobody answered */
    uint8_t attempts;            /* probes per hop; 0: one */
    bool ends_early;             /* a trace stops where nobody answers any more: not all TTLs were probed */
};

/* warts_trace_put() adds the object to `out`. Records that are `rewritten` are left out, and those of TTLs beyond
 * the end. How many it tells of; 0: nothing is added. Where memory is short, out->failed says
 * so. */
size_t warts_trace_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                       size_t count);
