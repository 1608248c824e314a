// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "engine/match_fixture.h"
#include "table.h"

Test(match, fills_a_record)
{
    struct match_fixture *fixture = match_fixture_start();
    struct reply reply = match_fixture_reply(TARGET, ROUTER);

    reply.icmp_code = 1;
    reply.labels = (struct label_stack){.count = 2, .labels = {0x12345101, 0x6789a1ff}};
    struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(250) + 999);
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
    match_fixture_end(fixture);
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
        struct match_fixture *fixture = match_fixture_start();
        struct reply reply = match_fixture_reply(TARGET, ROUTER);

        reply.labels =
            (struct label_stack){.count = cases[i].labels, .labels = {7, 8, 9, 10, 11, 12, 13, 14}};
        reply.objects.length = cases[i].objects;
        reply.objects.cut = cases[i].cut;
        for (unsigned byte = 0; byte < cases[i].objects; byte++)
            reply.objects.bytes[byte] = (uint8_t)(0x80 + byte);

        struct record record = match_fixture_accept(fixture, &reply, match_fixture_after_us(1)).record;
        cr_assert_eq(record.objects_length, cases[i].kept, "case %zu", i);
        cr_expect_arr_eq(record_objects(&record), reply.objects.bytes, cases[i].kept, "case %zu", i);
        cr_expect_arr_eq(record.labels, reply.labels.labels, 4 * cases[i].labels, "case %zu", i);
        cr_expect_eq(record.flags, cases[i].flags, "case %zu", i);
        match_fixture_end(fixture);
    }
}

/* Of each condition one flag, and all of them together. */
Test(match, flags)
{
    struct match_fixture *fixture = match_fixture_start();
    struct reply reply = match_fixture_reply(TARGET, ROUTER);
    struct match match;

    reply.truncated = true;
    cr_expect_eq(match_fixture_accept(fixture, &reply, match_fixture_after_us(1)).record.flags,
                 RECORD_TRUNCATED);
    reply = match_fixture_reply(OTHER_TARGET, ROUTER);
    reply.labels.cut = true;
    cr_expect_eq(match_fixture_accept(fixture, &reply, match_fixture_after_us(1)).record.flags,
                 RECORD_MPLS_CUT);
    reply.truncated = true;
    cr_assert_eq(match_reply(&fixture->matcher, &reply, match_fixture_after_us(2000000), false, &match),
                 DECODE_ACCEPTED);
    cr_expect_eq(match.record.flags,
                 RECORD_TRUNCATED | RECORD_MPLS_CUT | RECORD_NO_RX_TIME | RECORD_DUPLICATE | RECORD_LATE);
    match_fixture_end(fixture);
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
    struct match_fixture *fixture = match_fixture_start();

    for (size_t i = 0; i < COUNT(replies); i++) {
        struct reply reply = match_fixture_reply(replies[i].target, replies[i].responder);

        reply.icmp_type = replies[i].type;
        reply.icmp_code = replies[i].type == 3 ? 3 : 0;
        reply.quoted.probe.ttl = replies[i].ttl;
        struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(10));
        cr_expect_eq(match.from_target, replies[i].from_target, "%s", replies[i].what);
        cr_expect_eq(match.first_reach, replies[i].first, "%s", replies[i].what);
    }
    match_fixture_end(fixture);
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
    struct match_fixture *fixture = match_fixture_start();
    struct match match;
    uint64_t index;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = match_fixture_reply(cases[i].target, ROUTER);

        while (cases[i].target == 0x08000000 &&
               targets_find(fixture->targets, reply.quoted.probe.target_address, &index))
            reply.quoted.probe.target_address.low++;
        reply.quoted.probe.flow = cases[i].flow;
        reply.quoted.probe.ttl = cases[i].ttl;
        cr_expect_eq(match_reply(&fixture->matcher, &reply, match_fixture_after_us(10), true, &match),
                     DECODE_REJECT_OUT_OF_SURVEY, "%s", cases[i].what);
    }
    match_fixture_end(fixture);
}

Test(match, the_edges_of_the_survey_are_in_it)
{
    static const struct {
        uint16_t flow;
        uint8_t ttl;
    } cases[] = {{0, MIN_TTL}, {0, MAX_TTL}, {FLOWS - 1, MIN_TTL}, {FLOWS - 1, MAX_TTL}};
    struct match_fixture *fixture = match_fixture_start();

    for (uint64_t target = 0; target < targets_count(fixture->targets); target++)
        for (size_t i = 0; i < COUNT(cases); i++) {
            struct reply reply =
                match_fixture_reply(address_ipv4(targets_address(fixture->targets, target)), ROUTER);

            reply.quoted.probe.flow = cases[i].flow;
            reply.quoted.probe.ttl = cases[i].ttl;
            struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(10));
            cr_assert_eq(match.target, target);
            cr_assert_eq(match.record.flags, 0);
        }
    match_fixture_end(fixture);
}

/* A rewritten probe tells neither target nor time: recorded, and nothing concluded from it. Nor is it where
 * the target is known (PROBE_UNTIMED), but for that it must be one of the survey's. */
Test(match, rewritten)
{
    static const uint32_t quoted_targets[] = {0x0a0b0c0d, TARGET};
    struct match_fixture *fixture = match_fixture_start();

    for (size_t i = 0; i < COUNT(quoted_targets); i++) {
        struct reply reply = match_fixture_reply(quoted_targets[i], quoted_targets[i]);

        reply.rewritten = reply.target_lost = true;
        struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(2000000));
        cr_expect_eq(match.record.flags, RECORD_REWRITTEN);
        cr_expect_not(record_has_rtt(&match.record));
        cr_expect(address_equal(match.record.target_address, IPV4(quoted_targets[i])));
        cr_expect_eq(match.record.probe_ttl, 9);
        cr_expect_not(match.from_target);
        cr_expect_not(match.first_reach);
    }
    struct reply reply = match_fixture_reply(TARGET, TARGET);

    reply.icmp_type = reply.icmp_code = 3;
    struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(10));
    cr_expect_eq(match.record.flags, 0, "the rewritten one was not counted as an answer");
    cr_expect(match.first_reach);
    match_fixture_end(fixture);
}

/* What a quotation says before it ends is right: all is known but the RTT. */
Test(match, cut)
{
    struct match_fixture *fixture = match_fixture_start();
    struct reply reply = match_fixture_reply(TARGET, TARGET);

    reply.cut = reply.truncated = true;
    reply.icmp_type = reply.icmp_code = 3;
    struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(10));
    cr_expect_eq(match.record.flags, RECORD_TRUNCATED);
    cr_expect_not(record_has_rtt(&match.record));
    cr_expect(match.first_reach);
    match = match_fixture_accept(fixture, &reply, match_fixture_after_us(10));
    cr_expect_eq(match.record.flags, RECORD_TRUNCATED | RECORD_DUPLICATE);
    match_fixture_end(fixture);
}

/* TTL and flow are under the tag that a rewritten probe still has right: other values are chance. */
Test(match, rewritten_and_out_of_survey)
{
    static const struct {
        uint16_t flow;
        uint8_t ttl;
    } cases[] = {{1, MIN_TTL - 1}, {1, MAX_TTL + 1}, {FLOWS, 9}};
    struct match_fixture *fixture = match_fixture_start();
    struct match match;

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = match_fixture_reply(0x0a0b0c0d, ROUTER);

        reply.rewritten = reply.target_lost = true;
        reply.quoted.probe.flow = cases[i].flow;
        reply.quoted.probe.ttl = cases[i].ttl;
        cr_expect_eq(match_reply(&fixture->matcher, &reply, match_fixture_after_us(10), true, &match),
                     DECODE_REJECT_OUT_OF_SURVEY);
    }
    match_fixture_end(fixture);
}

Test(match, untimed)
{
    static const struct {
        uint32_t target;
        enum decode_verdict verdict;
    } cases[] = {{TARGET, DECODE_ACCEPTED}, {0x0a0b0c0d, DECODE_REJECT_OUT_OF_SURVEY}};
    struct match_fixture *fixture = match_fixture_start();

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct reply reply = match_fixture_reply(cases[i].target, cases[i].target);
        struct match match;

        reply.rewritten = true;
        cr_assert_eq(match_reply(&fixture->matcher, &reply, match_fixture_after_us(10), true, &match),
                     cases[i].verdict);
        if (cases[i].verdict != DECODE_ACCEPTED)
            continue;
        cr_expect_eq(match.record.flags, RECORD_REWRITTEN);
        cr_expect_not(record_has_rtt(&match.record));
        cr_expect_not(match.first_reach);
    }
    match_fixture_end(fixture);
}
