// SPDX-License-Identifier: GPL-2.0-or-later
/* How many answers to a probe count. */
#include <criterion/criterion.h>

#include "engine/match_fixture.h"
#include "table.h"

Test(match_answers, duplicates)
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
    struct match_fixture *fixture = match_fixture_start();

    for (size_t i = 0; i < COUNT(replies); i++) {
        struct reply reply = match_fixture_reply(replies[i].target, replies[i].responder);

        reply.quoted.probe.flow = replies[i].flow;
        reply.quoted.probe.ttl = replies[i].ttl;
        struct match match = match_fixture_accept(fixture, &reply, match_fixture_after_us(10));
        cr_expect_eq(match.record.flags, replies[i].duplicate ? RECORD_DUPLICATE : 0, "%s", replies[i].what);
    }
    match_fixture_end(fixture);
}

static enum decode_verdict answer(const struct match_fixture *fixture, bool rewritten, struct match *match)
{
    struct reply reply = match_fixture_reply(TARGET, ROUTER);

    reply.rewritten = reply.target_lost = rewritten;
    return match_reply(&fixture->matcher, &reply, match_fixture_after_us(10), true, match);
}

/* Four records per probe, of which the first alone is what maps are made from; the others are excess. */
Test(match_answers, no_more_answers_than_a_probe_can_get)
{
    struct match_fixture *fixture = match_fixture_start();
    struct match match;

    for (unsigned i = 0; i < 1000; i++) {
        enum decode_verdict verdict = answer(fixture, false, &match);

        cr_assert_eq(verdict, i < ANSWERS_MOST ? DECODE_ACCEPTED : DECODE_EXCESS, "answer %u", i);
        cr_assert(verdict == DECODE_EXCESS || match.first == (i == 0), "answer %u", i);
    }
    match_fixture_end(fixture);
}

/* Of which probe they are is not known, so they share what is for all such; no other reply suffers for it. */
Test(match_answers, no_more_rewritten_ones_than_a_share_of_the_probes)
{
    struct match_fixture *fixture = match_fixture_start();
    struct match match;
    unsigned accepted = 0;

    for (unsigned i = 0; i < 5000; i++)
        accepted += answer(fixture, true, &match) == DECODE_ACCEPTED && !match.first;
    cr_expect_eq(accepted, 1000, "one per probe of a small survey: %u", accepted);
    cr_expect_eq(answer(fixture, false, &match), DECODE_ACCEPTED);
    cr_expect(match.first);
    match_fixture_end(fixture);
}

/* Rewritten ones whose target is known: three of a probe, and a certain one finds its place after them. */
Test(match_answers, no_more_rewritten_ones_than_a_probe_can_get)
{
    struct match_fixture *fixture = match_fixture_start();
    struct reply reply = match_fixture_reply(TARGET, ROUTER);
    struct match match;

    reply.rewritten = true;
    for (unsigned i = 0; i < 100; i++) {
        enum decode_verdict verdict =
            match_reply(&fixture->matcher, &reply, match_fixture_after_us(10), true, &match);

        cr_expect_eq(verdict, i < ANSWERS_MOST - 1 ? DECODE_ACCEPTED : DECODE_EXCESS, "%u", i);
        cr_expect(verdict == DECODE_EXCESS || !match.first, "%u", i);
    }
    cr_expect_eq(answer(fixture, false, &match), DECODE_ACCEPTED);
    cr_expect(match.first);
    cr_expect_eq(match.record.flags, 0);
    cr_expect_eq(answer(fixture, false, &match), DECODE_EXCESS);
    match_fixture_end(fixture);
}

/* Where memory does not tell which answer is the first, the sum of all is bounded still. */
Test(match_answers, no_more_records_than_all_probes_can_get)
{
    struct match_fixture *fixture = match_fixture_start();
    unsigned accepted = 0;

    answered_free(&fixture->answered);
    cr_assert_eq(answered_init(&fixture->answered, targets_count(fixture->targets), FLOWS, MAX_TTL, 0), 0);
    for (unsigned round = 0; round < 100; round++)
        for (uint64_t target = 0; target < targets_count(fixture->targets); target++)
            for (uint8_t ttl = MIN_TTL; ttl <= MAX_TTL; ttl++) {
                struct reply reply =
                    match_fixture_reply(address_ipv4(targets_address(fixture->targets, target)), ROUTER);
                struct match match;

                reply.quoted.probe.ttl = ttl;
                accepted += match_reply(&fixture->matcher, &reply, match_fixture_after_us(10), true,
                                        &match) == DECODE_ACCEPTED;
            }
    cr_expect_eq(accepted, 1000 * ANSWERS_MOST, "%u", accepted);
    match_fixture_end(fixture);
}
