// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/capture_clock.h"

#include "output/record.h"
#include "probe.h"

enum {
    /* One packet in this many may be odd, because somebody may send an old reply again. If lower, a single
     * such packet invalidates the times of a small capture; if higher, a clock that is behind by less than
     * most RTTs is not noticed. */
    ODD_SHARE = 200,
    EARLY_US = -2,    /* a send time may lie 1 µs after its clock reading (include/layout.h) */
    QUEUED_US = 2000, /* of many probes, at least one leaves the host without delay */
};

void capture_clock_packet(struct capture_clock *clock, uint64_t realtime_ns)
{
    clock->packets++;
    clock->stamped += realtime_ns != 0;
}

void capture_clock_probe(struct capture_clock *clock, uint32_t sent_at_us, uint32_t stamped_us)
{
    uint32_t after = (stamped_us - sent_at_us) & PROBE_TIME_MASK;
    int32_t signed_after =
        after > PROBE_TIME_MASK / 2 ? (int32_t)after - (int32_t)PROBE_TIME_MASK - 1 : (int32_t)after;

    if (!clock->probes++ || signed_after < clock->probe_least_us)
        clock->probe_least_us = signed_after;
    clock->probes_early += signed_after < EARLY_US;
}

void capture_clock_reply(struct capture_clock *clock, uint32_t rtt_us, uint32_t late_after_us)
{
    clock->replies++;
    clock->replies_odd += rtt_us == RECORD_NO_RTT;
    clock->replies_late += rtt_us != RECORD_NO_RTT && rtt_us > late_after_us;
}

enum capture_clock_verdict capture_clock_judge(const struct capture_clock *clock)
{
    bool probes_say_so = clock->probes_early * ODD_SHARE > clock->probes || clock->probe_least_us > QUEUED_US;
    bool replies_say_so =
        clock->replies_odd * ODD_SHARE > clock->replies || clock->replies_late * 2 > clock->replies;

    if (clock->packets && !clock->stamped)
        return CAPTURE_CLOCK_NONE;
    return probes_say_so || replies_say_so ? CAPTURE_CLOCK_OTHER : CAPTURE_CLOCK_RIGHT;
}
