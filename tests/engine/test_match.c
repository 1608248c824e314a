// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/match.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "layout_udp4.h"
#include "reference.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    MIN_TTL = 3,
    MAX_TTL = 20,
    FLOWS = 4,
    LATE_AFTER_US = 1000000,
};

#define MONOTONIC_NS (50 * NS_PER_S)
#define REALTIME_NS  (1700000000 * NS_PER_S)
#define TARGET       0x01010101U
#define OTHER_TARGET 0x01010202U
#define ROUTER       0x0a000001U

struct fixture {
    struct targets *targets;
    struct answered answered;
    struct allowance allowance;
    struct matcher matcher;
};

static struct fixture *start(void)
{
    static struct fixture fixture;

    fixture.targets = some_targets("1.1.1.1 1.1.2.2 8.0.0.0/20");
    cr_assert_eq(answered_init(&fixture.answered, targets_count(fixture.targets), FLOWS, MAX_TTL, 1 << 20),
                 0);
    fixture.matcher = (struct matcher){
        .targets = fixture.targets,
        .min_ttl = MIN_TTL,
        .max_ttl = MAX_TTL,
        .flows = FLOWS,
        .late_after_us = LATE_AFTER_US,
        .clock = {MONOTONIC_NS, REALTIME_NS},
        .answered = &fixture.answered,
        .allowance = &fixture.allowance,
    };
    fixture.allowance = (struct allowance){.probes = 1000};
    return &fixture;
}

static void end(struct fixture *fixture)
{
    answered_free(&fixture->answered);
    targets_destroy(fixture->targets);
}

/* A reply to a probe of flow 1 and TTL 9, sent 1,000 µs after the clock pairing. */
static struct reply make_reply(uint32_t target_address, uint32_t responder)
{
    return (struct reply){
        .responder = IPV4(responder),
        .reply_ttl = 55,
        .icmp_type = 11,
        .quoted = {.probe = {.target_address = IPV4(target_address), .flow = 1, .ttl = 9},
                   .source = IPV4(0xc6120002),
                   .quoted_ttl = 1,
                   .sent_at = (MONOTONIC_NS / NS_PER_US + 1000) & PROBE_TIME_MASK},
    };
}

static uint64_t after_us(uint64_t us)
{
    return MONOTONIC_NS + (1000 + us) * NS_PER_US;
}

static struct match accept(const struct fixture *fixture, const struct reply *reply, uint64_t received_ns)
{
    struct match match;

    memset(&match, 0xee, sizeof(match));
    cr_assert_eq(match_reply(&fixture->matcher, reply, received_ns, true, &match), DECODE_ACCEPTED);
    return match;
}

Test(match, fills_a_record)
{
    struct fixture *fixture = start();
    struct reply reply = make_reply(TARGET, ROUTER);

    reply.icmp_code = 1;
    reply.labels = (struct label_stack){.count = 2, .labels = {0x12345101, 0x6789a1ff}};
    struct match match = accept(fixture, &reply, after_us(250) + 999);
    const struct record expected = {
        .time_us = REALTIME_NS / NS_PER_US + 1250,
        .responder = IPV4(ROUTER),
        .target_address = IPV4(TARGET),
        .rtt_us = 250,
        .flow = 1,
        .probe_ttl = 9,
        .quoted_ttl = 1,
        .reply_ttl = 55,
        .icmp_type = 11,
        .icmp_code = 1,
        .label_count = 2,
        .labels = {0x12345101, 0x6789a1ff},
    };
    cr_expect_arr_eq(&match.record, &expected, sizeof(expected));
    cr_expect(address_equal(targets_address(fixture->targets, match.target), IPV4(TARGET)));
    cr_expect_not(match.from_target);
    cr_expect_not(match.first_reach);
    end(fixture);
}

/* Labels go first, other objects have the room that they leave: 36 bytes together. */
Test(match, objects_stand_behind_labels)
{
    static const struct {
        uint8_t labels, objects;
        bool cut;
        uint8_t kept;
        uint16_t flags;
    } cases[] = {
        {0, 0, false, 0, 0},
        {0, 36, false, 36, 0},
        {1, 32, false, 32, 0},
        {1, 33, false, 32, RECORD_EXTENSIONS_CUT},
        {8, 4, false, 4, 0},
        {8, 36, false, 4, RECORD_EXTENSIONS_CUT},
        {0, 36, true, 36, RECORD_EXTENSIONS_CUT},
        {2, 0, true, 0, RECORD_EXTENSIONS_CUT},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct fixture *fixture = start();
        struct reply reply = make_reply(TARGET, ROUTER);

        reply.labels =
            (struct label_stack){.count = cases[i].labels, .labels = {7, 8, 9, 10, 11, 12, 13, 14}};
        reply.objects.length = cases[i].objects;
        reply.objects.cut = cases[i].cut;
        for (unsigned byte = 0; byte < cases[i].objects; byte++)
            reply.objects.bytes[byte] = (uint8_t)(0x80 + byte);

        struct record record = accept(fixture, &reply, after_us(1)).record;
        cr_assert_eq(record.objects_length, cases[i].kept, "case %zu", i);
        cr_expect_arr_eq(record_objects(&record), reply.objects.bytes, cases[i].kept, "case %zu", i);
        cr_expect_arr_eq(record.labels, reply.labels.labels, 4 * cases[i].labels, "case %zu", i);
        cr_expect_eq(record.flags, cases[i].flags, "case %zu", i);
        end(fixture);
    }
}

/* Modulo 2^24 µs; a send time may lie 1 µs after its clock reading. Whatever else cannot have been is told as
 * unknown, and not late: `monotonic_us` is when the survey began, `ended_us` when its last probe had left. */
Test(match, round_trips)
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
    struct fixture *fixture = start();

    fixture->matcher.answered = NULL; /* or only the first few would count */
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = make_reply(TARGET, ROUTER);

        fixture->matcher.clock.monotonic_ns = cases[i].began_us * NS_PER_US;
        fixture->matcher.ended_ns = cases[i].ended_us * NS_PER_US;
        reply.quoted.sent_at = cases[i].sent_at & PROBE_TIME_MASK;
        struct match match = accept(fixture, &reply, cases[i].received_us * NS_PER_US);
        cr_expect_eq(match.record.rtt_us, cases[i].rtt_us, "%s: %u", cases[i].what, match.record.rtt_us);
        if (cases[i].rtt_us == RECORD_NO_RTT)
            cr_expect_eq(match.record.flags & RECORD_LATE, 0, "%s", cases[i].what);
    }
    end(fixture);
}

/* Whenever a probe is sent, and however long its reply takes below the wrap: off by the one microsecond at
 * most by which a send time moves on the wire. */
Test(match, round_trips_of_any_time)
{
    struct fixture *fixture = start();
    uint64_t random = 1;

    fixture->matcher.answered = NULL;
    fixture->matcher.clock.monotonic_ns = 0;
    for (unsigned round = 0; round < 100000; round++) {
        uint64_t now_us = reference_random(&random) >> (16 + round % 40);
        uint32_t took_us = (uint32_t)(reference_random(&random) >> (40 + round % 24)) % MATCH_LONGEST_US;
        struct reply reply = make_reply(TARGET, ROUTER);

        if (round % 3 == 0)
            now_us &= ~0xffffULL;
        reply.quoted.sent_at = udp4_wire_time((uint32_t)now_us) & PROBE_TIME_MASK;
        struct match match = accept(fixture, &reply, (now_us + took_us) * NS_PER_US);
        cr_assert(match.record.rtt_us == took_us || match.record.rtt_us + 1 == took_us, "%u instead of %u",
                  match.record.rtt_us, took_us);
    }
    end(fixture);
}

Test(match, late_replies)
{
    static const struct {
        uint64_t rtt_us;
        bool late;
    } cases[] = {{0, false}, {LATE_AFTER_US, false}, {LATE_AFTER_US + 1, true}, {15000000, true}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = start();
        struct reply reply = make_reply(TARGET, ROUTER);
        struct match match = accept(fixture, &reply, after_us(cases[i].rtt_us));

        cr_expect_eq(match.record.flags, cases[i].late ? RECORD_LATE : 0, "%d us", (int)cases[i].rtt_us);
        end(fixture);
    }
}

Test(match, duplicates)
{
    static const struct {
        const char *what;
        uint32_t target;
        uint16_t flow;
        uint8_t ttl;
        uint32_t responder;
        bool duplicate;
    } replies[] = {
        {"the first", TARGET, 1, 9, ROUTER, false},
        {"again", TARGET, 1, 9, ROUTER, true},
        {"from another router", TARGET, 1, 9, ROUTER + 1, true},
        {"another TTL", TARGET, 1, 10, ROUTER, false},
        {"another flow", TARGET, 2, 9, ROUTER, false},
        {"another target", OTHER_TARGET, 1, 9, ROUTER, false},
        {"the first flow", TARGET, 0, 9, ROUTER, false},
        {"the last flow", TARGET, FLOWS - 1, 9, ROUTER, false},
        {"a third time", TARGET, 1, 9, ROUTER, true},
    };
    struct fixture *fixture = start();

    for (size_t i = 0; i < COUNT(replies); i++) {
        struct reply reply = make_reply(replies[i].target, replies[i].responder);

        reply.quoted.probe.flow = replies[i].flow;
        reply.quoted.probe.ttl = replies[i].ttl;
        struct match match = accept(fixture, &reply, after_us(10));
        cr_expect_eq(match.record.flags, replies[i].duplicate ? RECORD_DUPLICATE : 0, "%s", replies[i].what);
    }
    end(fixture);
}

static enum decode_verdict answer(const struct fixture *fixture, bool rewritten, struct match *match)
{
    struct reply reply = make_reply(TARGET, ROUTER);

    reply.rewritten = reply.target_lost = rewritten;
    return match_reply(&fixture->matcher, &reply, after_us(10), true, match);
}

/* Four records per probe, of which the first alone is what maps are made from; the others are excess. */
Test(match, no_more_answers_than_a_probe_can_get)
{
    struct fixture *fixture = start();
    struct match match;

    for (unsigned i = 0; i < 1000; i++) {
        enum decode_verdict verdict = answer(fixture, false, &match);

        cr_assert_eq(verdict, i < ANSWERS_MOST ? DECODE_ACCEPTED : DECODE_EXCESS, "answer %u", i);
        cr_assert(verdict == DECODE_EXCESS || match.first == (i == 0), "answer %u", i);
    }
    end(fixture);
}

/* Of which probe they are is not known, so they share what is for all such; no other reply suffers for it. */
Test(match, no_more_rewritten_ones_than_a_share_of_the_probes)
{
    struct fixture *fixture = start();
    struct match match;
    unsigned accepted = 0;

    for (unsigned i = 0; i < 5000; i++)
        accepted += answer(fixture, true, &match) == DECODE_ACCEPTED && !match.first;
    cr_expect_eq(accepted, 1000, "one per probe of a small survey: %u", accepted);
    cr_expect_eq(answer(fixture, false, &match), DECODE_ACCEPTED);
    cr_expect(match.first);
    end(fixture);
}

/* Rewritten ones whose target is known: three of a probe, and a certain one finds its place after them. */
Test(match, no_more_rewritten_ones_than_a_probe_can_get)
{
    struct fixture *fixture = start();
    struct reply reply = make_reply(TARGET, ROUTER);
    struct match match;

    reply.rewritten = true;
    for (unsigned i = 0; i < 100; i++) {
        enum decode_verdict verdict = match_reply(&fixture->matcher, &reply, after_us(10), true, &match);

        cr_expect_eq(verdict, i < ANSWERS_MOST - 1 ? DECODE_ACCEPTED : DECODE_EXCESS, "%u", i);
        cr_expect(verdict == DECODE_EXCESS || !match.first, "%u", i);
    }
    cr_expect_eq(answer(fixture, false, &match), DECODE_ACCEPTED);
    cr_expect(match.first);
    cr_expect_eq(match.record.flags, 0);
    cr_expect_eq(answer(fixture, false, &match), DECODE_EXCESS);
    end(fixture);
}

/* Where memory does not tell which answer is the first, the sum of all is bounded still. */
Test(match, no_more_records_than_all_probes_can_get)
{
    struct fixture *fixture = start();
    unsigned accepted = 0;

    answered_free(&fixture->answered);
    cr_assert_eq(answered_init(&fixture->answered, targets_count(fixture->targets), FLOWS, MAX_TTL, 0), 0);
    for (unsigned round = 0; round < 100; round++)
        for (uint64_t target = 0; target < targets_count(fixture->targets); target++)
            for (uint8_t ttl = MIN_TTL; ttl <= MAX_TTL; ttl++) {
                struct reply reply =
                    make_reply(address_ipv4(targets_address(fixture->targets, target)), ROUTER);
                struct match match;

                reply.quoted.probe.ttl = ttl;
                accepted +=
                    match_reply(&fixture->matcher, &reply, after_us(10), true, &match) == DECODE_ACCEPTED;
            }
    cr_expect_eq(accepted, 1000 * ANSWERS_MOST, "%u", accepted);
    end(fixture);
}

/* Of each condition one flag, and all of them together. */
Test(match, flags)
{
    struct fixture *fixture = start();
    struct reply reply = make_reply(TARGET, ROUTER);
    struct match match;

    reply.truncated = true;
    cr_expect_eq(accept(fixture, &reply, after_us(1)).record.flags, RECORD_TRUNCATED);
    reply = make_reply(OTHER_TARGET, ROUTER);
    reply.labels.cut = true;
    cr_expect_eq(accept(fixture, &reply, after_us(1)).record.flags, RECORD_MPLS_CUT);
    reply.truncated = true;
    cr_assert_eq(match_reply(&fixture->matcher, &reply, after_us(2000000), false, &match), DECODE_ACCEPTED);
    cr_expect_eq(match.record.flags,
                 RECORD_TRUNCATED | RECORD_MPLS_CUT | RECORD_NO_RX_TIME | RECORD_DUPLICATE | RECORD_LATE);
    end(fixture);
}

Test(match, reaching_a_target)
{
    static const struct {
        const char *what;
        uint32_t target, responder;
        uint8_t ttl, type;
        bool from_target, first;
    } replies[] = {
        {"a router", TARGET, ROUTER, 7, 3, false, false},
        {"a router that has the target's address", TARGET, TARGET, 8, 11, true, false},
        {"the target", TARGET, TARGET, 9, 3, true, true},
        {"the target again", TARGET, TARGET, 10, 3, true, false},
        {"another target's address", TARGET, OTHER_TARGET, 11, 3, false, false},
        {"that one itself", OTHER_TARGET, OTHER_TARGET, 9, 3, true, true},
    };
    struct fixture *fixture = start();

    for (size_t i = 0; i < COUNT(replies); i++) {
        struct reply reply = make_reply(replies[i].target, replies[i].responder);

        reply.icmp_type = replies[i].type;
        reply.icmp_code = replies[i].type == 3 ? 3 : 0;
        reply.quoted.probe.ttl = replies[i].ttl;
        struct match match = accept(fixture, &reply, after_us(10));
        cr_expect_eq(match.from_target, replies[i].from_target, "%s", replies[i].what);
        cr_expect_eq(match.first_reach, replies[i].first, "%s", replies[i].what);
    }
    end(fixture);
}

Test(match, out_of_survey)
{
    static const struct {
        const char *what;
        uint32_t target;
        uint16_t flow;
        uint8_t ttl;
    } cases[] = {
        {"a target that is none", 0x01010102, 1, 9},
        {"another host of a block", 0x08000000, 1, 9}, /* made sure of below */
        {"a TTL too low", TARGET, 1, MIN_TTL - 1},
        {"a TTL too high", TARGET, 1, MAX_TTL + 1},
        {"a flow too high", TARGET, FLOWS, 9},
        {"the highest flow", TARGET, 0xffff - UDP4_PORT, 9},
    };
    struct fixture *fixture = start();
    struct match match;
    uint64_t index;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = make_reply(cases[i].target, ROUTER);

        while (cases[i].target == 0x08000000 &&
               targets_find(fixture->targets, reply.quoted.probe.target_address, &index))
            reply.quoted.probe.target_address.low++;
        reply.quoted.probe.flow = cases[i].flow;
        reply.quoted.probe.ttl = cases[i].ttl;
        cr_expect_eq(match_reply(&fixture->matcher, &reply, after_us(10), true, &match),
                     DECODE_REJECT_OUT_OF_SURVEY, "%s", cases[i].what);
    }
    end(fixture);
}

Test(match, the_edges_of_the_survey_are_in_it)
{
    static const struct {
        uint16_t flow;
        uint8_t ttl;
    } cases[] = {{0, MIN_TTL}, {0, MAX_TTL}, {FLOWS - 1, MIN_TTL}, {FLOWS - 1, MAX_TTL}};
    struct fixture *fixture = start();

    for (uint64_t target = 0; target < targets_count(fixture->targets); target++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            struct reply reply = make_reply(address_ipv4(targets_address(fixture->targets, target)), ROUTER);

            reply.quoted.probe.flow = cases[i].flow;
            reply.quoted.probe.ttl = cases[i].ttl;
            struct match match = accept(fixture, &reply, after_us(10));
            cr_assert_eq(match.target, target);
            cr_assert_eq(match.record.flags, 0);
        }
    end(fixture);
}

/* A rewritten probe tells neither target nor time: recorded, and nothing concluded from it. Nor is it where
 * the target is known (PROBE_UNTIMED), but for that it must be one of the survey's. */
Test(match, rewritten)
{
    static const uint32_t quoted_targets[] = {0x0a0b0c0d, TARGET};
    struct fixture *fixture = start();

    for (size_t i = 0; i < COUNT(quoted_targets); i++) {
        struct reply reply = make_reply(quoted_targets[i], quoted_targets[i]);

        reply.rewritten = reply.target_lost = true;
        struct match match = accept(fixture, &reply, after_us(2000000));
        cr_expect_eq(match.record.flags, RECORD_REWRITTEN);
        cr_expect_not(record_has_rtt(&match.record));
        cr_expect(address_equal(match.record.target_address, IPV4(quoted_targets[i])));
        cr_expect_eq(match.record.probe_ttl, 9);
        cr_expect_not(match.from_target);
        cr_expect_not(match.first_reach);
    }
    struct reply reply = make_reply(TARGET, TARGET);

    reply.icmp_type = reply.icmp_code = 3;
    struct match match = accept(fixture, &reply, after_us(10));
    cr_expect_eq(match.record.flags, 0, "the rewritten one was not counted as an answer");
    cr_expect(match.first_reach);
    end(fixture);
}

/* What a quotation says before it ends is right: all is known but the RTT. */
Test(match, cut)
{
    struct fixture *fixture = start();
    struct reply reply = make_reply(TARGET, TARGET);

    reply.cut = reply.truncated = true;
    reply.icmp_type = reply.icmp_code = 3;
    struct match match = accept(fixture, &reply, after_us(10));
    cr_expect_eq(match.record.flags, RECORD_TRUNCATED);
    cr_expect_not(record_has_rtt(&match.record));
    cr_expect(match.first_reach);
    match = accept(fixture, &reply, after_us(10));
    cr_expect_eq(match.record.flags, RECORD_TRUNCATED | RECORD_DUPLICATE);
    end(fixture);
}

/* TTL and flow are under the tag that a rewritten probe still has right: other values are chance. */
Test(match, rewritten_and_out_of_survey)
{
    static const struct {
        uint16_t flow;
        uint8_t ttl;
    } cases[] = {{1, MIN_TTL - 1}, {1, MAX_TTL + 1}, {FLOWS, 9}};
    struct fixture *fixture = start();
    struct match match;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = make_reply(0x0a0b0c0d, ROUTER);

        reply.rewritten = reply.target_lost = true;
        reply.quoted.probe.flow = cases[i].flow;
        reply.quoted.probe.ttl = cases[i].ttl;
        cr_expect_eq(match_reply(&fixture->matcher, &reply, after_us(10), true, &match),
                     DECODE_REJECT_OUT_OF_SURVEY);
    }
    end(fixture);
}

Test(match, untimed)
{
    static const struct {
        uint32_t target;
        enum decode_verdict verdict;
    } cases[] = {{TARGET, DECODE_ACCEPTED}, {0x0a0b0c0d, DECODE_REJECT_OUT_OF_SURVEY}};
    struct fixture *fixture = start();

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = make_reply(cases[i].target, cases[i].target);
        struct match match;

        reply.rewritten = true;
        cr_assert_eq(match_reply(&fixture->matcher, &reply, after_us(10), true, &match), cases[i].verdict);
        if (cases[i].verdict != DECODE_ACCEPTED)
            continue;
        cr_expect_eq(match.record.flags, RECORD_REWRITTEN);
        cr_expect_not(record_has_rtt(&match.record));
        cr_expect_not(match.first_reach);
    }
    end(fixture);
}
