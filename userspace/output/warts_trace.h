// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a trace of warts, from the records of one target, flow and round, in the order of their TTLs.
 *
 * Source: scamper_trace_warts.c of scamper, and what its readers rely on.
 */
#pragma once

#include <stddef.h>

#include "output/record.h"
#include "output/warts.h"

/* Values that all traces of a file share. */
struct warts_survey {
    uint32_t list, cycle;        /* the numbers of their objects */
    bool acks;                   /* TCP probes are ACKs */
    uint8_t first_ttl, last_ttl; /* of the probed range; 0: unknown */
    uint8_t wait;                /* for an answer, in seconds */
    uint64_t interval_us;        /* between the probes of a ping */
    uint64_t start_us;           /* of the run, for pings without any answer */
    uint8_t attempts;            /* probes per hop; 0: one */
    bool ends_early;             /* a trace stops where no hop answers any more: not all TTLs were probed */
};

/* warts_trace_put() adds the object to `out`, without `rewritten` records and those with TTLs beyond the end.
 * Returns the number of records in it; 0: nothing was added. out->failed shows whether memory was short. */
size_t warts_trace_put(struct bytes *out, const struct warts_survey *survey, const struct record *records,
                       size_t count);
