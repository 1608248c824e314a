// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a capture was stamped by the clock that its survey's probes were: another machine's, one that was
 * set meanwhile or none at all would make round-trip times up. Not even those that look possible are right
 * then, so that a capture is judged as a whole, before anything of it is written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct capture_clock {
    uint64_t packets, stamped;
    uint64_t probes;        /* of the survey itself, captured as they left */
    uint64_t probes_early;  /* of those, stamped before they were sent */
    int32_t probe_least_us; /* the least that one was stamped after it was sent */
    uint64_t replies;       /* that tell when their probe was sent */
    uint64_t replies_odd;   /* of those, that cannot have taken so long (RECORD_NO_RTT) */
    uint64_t replies_late;
};

enum capture_clock_verdict {
    CAPTURE_CLOCK_RIGHT, /* as far as anybody can tell */
    CAPTURE_CLOCK_OTHER,
    CAPTURE_CLOCK_NONE, /* no packet has a time */
};

/* Each takes what a packet says: its stamp in nanoseconds, 0 where it has none; of a probe its send time and
 * stamp in microseconds modulo 2^24; of a reply its RTT, or RECORD_NO_RTT. */
void capture_clock_packet(struct capture_clock *clock, uint64_t realtime_ns);
void capture_clock_probe(struct capture_clock *clock, uint32_t sent_at_us, uint32_t stamped_us);
void capture_clock_reply(struct capture_clock *clock, uint32_t rtt_us, uint32_t late_after_us);

enum capture_clock_verdict capture_clock_judge(const struct capture_clock *clock);
