// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Decides when probes may leave. It cannot drift: the number of probes due depends only on the time since the
 * start.
 *
 * Guarantee, if calls are never further apart than PACER_CATCH_UP_NS:
 *   granted(t) <= rate × (t - start) + 1, and rate × (t - start) - granted(t) < batch after asking until 0 is
 *   granted.
 *
 * After a longer pause (a suspended machine, a device without link), missed probes beyond the catch-up are
 * dropped from the schedule instead of sent in one burst: the start moves.
 *
 * No clock is read here; time is an argument, in nanoseconds of any monotonic clock.
 */
#pragma once

#include <stdint.h>

/* If shorter, a scheduling delay costs rate. If longer, a stall ends in a burst of that many milliseconds'
 * probes. */
#define PACER_CATCH_UP_NS 20000000ULL

struct pacer {
    uint64_t millirate; /* probes per 1,000 s; 0: unlimited */
    uint64_t start_ns;
    uint64_t granted;
};

/* pacer_init() starts at `now_ns` with `rate` probes per second. `rate` is above 0; less than 0.001 counts as
 * 0.001. INFINITY: unlimited. */
void pacer_init(struct pacer *pacer, double rate, uint64_t now_ns);

/* pacer_change() sets another rate from `now_ns` on. Probes that were due but not granted are dropped from
 * the schedule. The time left to the next probe is scaled to the new rate: the same share of it is left. So
 * changes add no probes to the guarantee, in which the sum of rate × time replaces rate × (t - start). */
void pacer_change(struct pacer *pacer, double rate, uint64_t now_ns);

/* pacer_forgive() drops all probes due at `now_ns` from the schedule, for a caller that waited on purpose and
 * must not catch up. */
void pacer_forgive(struct pacer *pacer, uint64_t now_ns);

/* pacer_grant() returns how many probes, at most `batch`, may be sent at `now_ns`, and counts them as
 * sent. */
uint32_t pacer_grant(struct pacer *pacer, uint64_t now_ns, uint32_t batch);

/* pacer_return() takes back unused grants. */
void pacer_return(struct pacer *pacer, uint32_t unused);

/* pacer_next_due() returns the earliest time at which pacer_grant() returns more than 0. */
uint64_t pacer_next_due(const struct pacer *pacer);
