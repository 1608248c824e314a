// SPDX-License-Identifier: GPL-2.0-or-later
/* Round-trip times, and replies that are late. */
#include <criterion/criterion.h>

#include "engine/match_fixture.h"
#include "layout_udp4.h"
#include "reference.h"
#include "table.h"

/* Modulo 2^24 µs; a send time may lie 1 µs after its clock reading. Whatever else cannot have been is told as
 * unknown, and not late: `monotonic_us` is when the survey began, `ended_us` when its last probe had left. */
Test(match_times, round_trips)
{
    static const struct {
        const char *what;
        uint32_t sent_at;
        uint64_t received_us;
        uint32_t rtt_us;
        uint64_t began_us, ended_us;
    } cases[] = {
        {"at once", 0x10005, 0x10005, 0, 0, 0},
        {"a microsecond", 0x10005, 0x10006, 1, 0, 0},
        {"300 ms", 1000, 301000, 300000, 0, 0},
        {"across 2^24", 0xfffff0, 0x1000010, 0x20, 0, 0},
        {"across 2^32", 0xfffffe, 0x100000005, 7, 0, 0},
        {"late on the monotonic clock", 0x000001, 0x3fffff000003, 2, 0, 0},
        {"the longest", 0x000002, 0xf00002, 0xf00000, 0, 0},
        {"the longest, across", 0x800000, 0x1700000, 0xf00000, 0, 0},
        {"longer, or sent after it arrived", 0x000002, 0xf00003, RECORD_NO_RTT, 0, 0},
        {"sent 1 us after its clock reading", 0x10001, 0x10000, 0, 0, 0},
        {"the same across 2^24", 0x000001, 0x1000000, 0, 0, 0},
        {"2 us, which a coarser clock could do", 0x10002, 0x10000, 0, 0, 0},
        {"3 us before it was sent", 0x10003, 0x10000, RECORD_NO_RTT, 0, 0},
        {"1 ms before it was sent", 20001000, 20000000, RECORD_NO_RTT, 0, 0},
        {"1 s before it was sent", 21000000, 20000000, RECORD_NO_RTT, 0, 0},
        {"2 s before it was sent, which the beginning tells", 22000000, 20000000, RECORD_NO_RTT, 19000000, 0},
        {"sent with the first batch", 19000000, 19000100, 100, 19000000, 0},
        {"sent before the survey", 17000000, 20000000, RECORD_NO_RTT, 19000000, 0},
        {"sent with the last batch", 20000000, 25000000, 5000000, 19000000, 20000000},
        {"sent after the survey", 22000000, 25000000, RECORD_NO_RTT, 19000000, 20000000},
        {"an hour later", 19500000, 3619600000, RECORD_NO_RTT, 19000000, 20000000},
    };
    struct match_fixture *fixture = match_fixture_start();

    fixture->matcher.answered = NULL; /* or only the first few would count */
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = match_fixture_reply(TARGET, ROUTER);

        fixture->matcher.clock.monotonic_ns = cases[i].began_us * NS_PER_US;
        fixture->matcher.ended_ns = cases[i].ended_us * NS_PER_US;
        reply.quoted.sent_at = cases[i].sent_at & PROBE_TIME_MASK;
        struct match match = match_fixture_accept(fixture, &reply, cases[i].received_us * NS_PER_US);
        cr_expect_eq(match.record.rtt_us, cases[i].rtt_us, "%s: %u", cases[i].what, match.record.rtt_us);
        if (cases[i].rtt_us == RECORD_NO_RTT)
            cr_expect_eq(match.record.flags & RECORD_LATE, 0, "%s", cases[i].what);
    }
    match_fixture_end(fixture);
}

/* Whenever a probe is sent, and however long its reply takes below the wrap: off by the one microsecond at
 * most by which a send time moves on the wire. */
Test(match_times, round_trips_of_any_time)
{
    struct match_fixture *fixture = match_fixture_start();
    uint64_t random = 1;

    fixture->matcher.answered = NULL;
    fixture->matcher.clock.monotonic_ns = 0;
    for (unsigned round = 0; round < 100000; round++) {
        uint64_t now_us = reference_random(&random) >> (16 + round % 40);
        uint32_t took_us = (uint32_t)(reference_random(&random) >> (40 + round % 24)) % MATCH_LONGEST_US;
        struct reply reply = match_fixture_reply(TARGET, ROUTER);

        if (round % 3 == 0)
            now_us &= ~0xffffULL;
        reply.quoted.sent_at = udp4_wire_time((uint32_t)now_us) & PROBE_TIME_MASK;
        struct match match = match_fixture_accept(fixture, &reply, (now_us + took_us) * NS_PER_US);
        cr_assert(match.record.rtt_us == took_us || match.record.rtt_us + 1 == took_us, "%u instead of %u",
                  match.record.rtt_us, took_us);
    }
    match_fixture_end(fixture);
}

Test(match_times, late_replies)
{
    static const struct {
        uint64_t rtt_us;
        bool late;
    } cases[] = {{0, false}, {LATE_AFTER_US, false}, {LATE_AFTER_US + 1, true}, {15000000, true}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct match_fixture *fixture = match_fixture_start();
        struct reply reply = match_fixture_reply(TARGET, ROUTER);
        struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(cases[i].rtt_us));

        cr_expect_eq(match.record.flags, cases[i].late ? RECORD_LATE : 0, "%d us", (int)cases[i].rtt_us);
        match_fixture_end(fixture);
    }
}
