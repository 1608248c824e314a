// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * When probes may go out. No drift: what is due follows from the time since the start alone.
 *
 * Guarantee, for calls at any times of which no two are further apart than PACER_CATCH_UP_NS:
 *   granted(t) <= rate × (t - start) + 1, and rate × (t - start) - granted(t) < batch after asking until 0 is
 *   granted.
 *
 * After a longer pause (a suspended machine, a device without link) the missed probes beyond the
 * catch-up are forgiven rather than sent in one burst: the start moves.
 *
 * No clock is read here; time is an argument, in nanoseconds of any monotonic clock.
 */
#pragma once

#include <stdint.h>

/* Shorter, and a scheduling delay costs rate; longer, and a stall ends in a burst of that many milliseconds'
 * probes. */
#define PACER_CATCH_UP_NS 20000000ULL

struct pacer {
    uint64_t millirate; /* probes per 1,000 s; 0: unlimited */
    uint64_t start_ns;
    uint64_t granted;
};

/* pacer_init() starts at `now_ns` with `rate` probes per second, above 0; below 0.001 it is that. INFINITY:
 * unlimited. */
void pacer_init(struct pacer *pacer, double rate, uint64_t now_ns);

/* pacer_change() goes on at another rate from `now_ns` on. What was due and not granted is forgiven, and of
 * the time to the next probe the same share is left as before: changes add no probes to the guarantee's sum
 * of rate × time. */
void pacer_change(struct pacer *pacer, double rate, uint64_t now_ns);

/* pacer_forgive() has nothing owed at `now_ns`: whoever waited on purpose does not catch up. */
void pacer_forgive(struct pacer *pacer, uint64_t now_ns);

/* pacer_grant() says how many probes, at most `batch`, may be sent at `now_ns`; they count as sent. */
uint32_t pacer_grant(struct pacer *pacer, uint64_t now_ns, uint32_t batch);

/* pacer_return() gives back grants that were not used. */
void pacer_return(struct pacer *pacer, uint32_t unused);

/* pacer_next_due() is the earliest time at which pacer_grant() gives something. */
uint64_t pacer_next_due(const struct pacer *pacer);
