// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whether a capture's time stamps come from the clock that stamped its survey's probes. With the clock of
 * another machine, a clock that was set meanwhile, or no time stamps, round-trip times would be invented.
 * Even those that look possible would be wrong. So a capture is judged as a whole, before anything of it is
 * written.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct capture_clock {
    uint64_t packets, stamped;
    uint64_t probes;        /* of the survey itself, captured when they left */
    uint64_t probes_early;  /* of `probes`, those stamped before they were sent */
    int32_t probe_least_us; /* the shortest time from sending to stamp */
    uint64_t replies;       /* that contain the send time of their probe */
    uint64_t replies_odd;   /* of `replies`, those whose round-trip time is impossible (RECORD_NO_RTT) */
    uint64_t replies_late;
};

enum capture_clock_verdict {
    CAPTURE_CLOCK_RIGHT, /* no contradiction found */
    CAPTURE_CLOCK_OTHER,
    CAPTURE_CLOCK_NONE, /* no packet has a time */
};

/* Each function takes what a packet contains. capture_clock_packet(): the time stamp in nanoseconds, 0 if it
 * has none. capture_clock_probe(): a probe's send time and time stamp in microseconds modulo 2^24.
 * capture_clock_reply(): a reply's RTT, or RECORD_NO_RTT. */
void capture_clock_packet(struct capture_clock *clock, uint64_t realtime_ns);
void capture_clock_probe(struct capture_clock *clock, uint32_t sent_at_us, uint32_t stamped_us);
void capture_clock_reply(struct capture_clock *clock, uint32_t rtt_us, uint32_t late_after_us);

enum capture_clock_verdict capture_clock_judge(const struct capture_clock *clock);
