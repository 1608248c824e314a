// SPDX-License-Identifier: GPL-2.0-or-later
/* Matching of replies to probes that are kept in a table. */
#include <criterion/criterion.h>

#include "addresses.h"
#include "base/clock.h"
#include "engine/match.h"
#include "packet/tracked.h"
#include "table.h"

#define SENT_NS (7 * NS_PER_S)
#define TARGET  0x08080404U
#define ROUTER  0x0a000001U

static const struct matcher matcher = {
    .late_after_us = 3000000,
    .clock = {5 * NS_PER_S, 1700000000 * NS_PER_S},
};

static struct tracked_probe make_probe(void)
{
    return (struct tracked_probe){
        .probe = {.target_address = IPV4(TARGET), .flow = 5, .ttl = 9, .owner = 4000000000U, .query = 6},
        .number = 1,
        .sent_ns = SENT_NS,
    };
}

static struct match match(struct tracked_probe *sent, struct reply reply, uint64_t received_ns)
{
    struct match match;

    reply.sent = sent;
    reply.quoted.probe = sent->probe;
    if (reply.rewritten)
        reply.quoted.probe.target_address = IPV4(0x0a000007);
    cr_assert_eq(match_reply(&matcher, &reply, received_ns, true, &match), DECODE_ACCEPTED);
    return match;
}

Test(match_tracked, round_trips)
{
    static const struct {
        uint64_t received_ns;
        uint32_t rtt_us;
        uint8_t flags;
    } cases[] = {
        {SENT_NS, 0, 0},
        {SENT_NS - 1, 0, 0}, /* the two clocks are read by different parts of the kernel */
        {SENT_NS - 20 * NS_PER_US, 0, 0},
        {SENT_NS - 21 * NS_PER_US, RECORD_NO_RTT, 0}, /* one of them was set */
        {SENT_NS - NS_PER_S, RECORD_NO_RTT, 0},
        {SENT_NS + 999, 0, 0},
        {SENT_NS + 1000, 1, 0},
        {SENT_NS + 20 * NS_PER_MS, 20000, 0},
        {SENT_NS + 3 * NS_PER_S, 3000000, 0},
        {SENT_NS + 3 * NS_PER_S + 1000, 3000001, RECORD_LATE},
        {SENT_NS + 100 * NS_PER_S, 100000000, RECORD_LATE}, /* beyond what a survey's 24 bits hold */
        {SENT_NS + 4294967294 * NS_PER_US, 4294967294, RECORD_LATE},
        {SENT_NS + 4294967295 * NS_PER_US, RECORD_NO_RTT, 0}, /* beyond what a record holds */
        {SENT_NS + 4294967297 * NS_PER_US, RECORD_NO_RTT, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tracked_probe sent = make_probe();
        struct match found =
            match(&sent, (struct reply){.responder = IPV4(ROUTER), .icmp_type = 11}, cases[i].received_ns);

        cr_expect_eq(found.record.rtt_us, cases[i].rtt_us, "%zu: %u", i, found.record.rtt_us);
        cr_expect_eq(found.record.flags, cases[i].flags, "%zu", i);
        cr_expect_eq(found.arrived_ns, cases[i].received_ns, "%zu", i);
        cr_expect_eq(found.record.time_us,
                     (1700000000 * NS_PER_S + cases[i].received_ns - 5 * NS_PER_S) / NS_PER_US);
    }
}

/* A ping has one probe a round. */
Test(match_tracked, records_tell_their_round)
{
    static const struct {
        unsigned round_probes;
        uint16_t number, round;
    } cases[] = {{0, 7, 0}, {1, 0, 0},         {1, 65535, 65535}, {3, 2, 0},
                 {3, 3, 1}, {3, 65534, 21844}, {10, 59, 5}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct matcher with_rounds = {.round_probes = cases[i].round_probes};
        struct tracked_probe sent = make_probe();
        struct reply reply = {.responder = IPV4(ROUTER), .icmp_type = 11, .sent = &sent};
        struct match found;

        sent.probe.query = cases[i].number;
        reply.quoted.probe = sent.probe;
        cr_assert_eq(match_reply(&with_rounds, &reply, SENT_NS, true, &found), DECODE_ACCEPTED);
        cr_expect_eq(found.record.round, cases[i].round, "%zu: %u", i, found.record.round);
    }
}

Test(match_tracked, the_second_answer_is_a_duplicate)
{
    struct tracked_probe sent = make_probe();

    for (unsigned i = 0; i < ANSWERS_MOST; i++) {
        struct match found =
            match(&sent, (struct reply){.responder = IPV4(ROUTER), .icmp_type = 11}, SENT_NS);

        cr_expect_eq(!!(found.record.flags & RECORD_DUPLICATE), i > 0, "%u", i);
        cr_expect_eq(found.first, i == 0, "%u", i);
    }
}

static enum decode_verdict answer(struct tracked_probe *sent, bool rewritten)
{
    const struct reply reply = {
        .responder = IPV4(ROUTER), .icmp_type = 11, .sent = sent, .rewritten = rewritten};
    struct match match;

    return match_reply(&matcher, &reply, SENT_NS, true, &match);
}

/* However often a probe is answered, and by whom: four answers count, one of them that of a reply that nobody
 * else could have written. */
Test(match_tracked, no_more_answers_than_a_probe_can_get)
{
    struct tracked_probe sent = make_probe(), forged = make_probe();

    for (unsigned i = 0; i < 300; i++)
        cr_expect_eq(answer(&sent, false), i < ANSWERS_MOST ? DECODE_ACCEPTED : DECODE_EXCESS, "%u", i);
    for (unsigned i = 0; i < 300; i++)
        cr_expect_eq(answer(&forged, true), i < ANSWERS_MOST - 1 ? DECODE_ACCEPTED : DECODE_EXCESS, "%u", i);
    cr_expect_eq(answer(&forged, false), DECODE_ACCEPTED);
    cr_expect_eq(answer(&forged, false), DECODE_EXCESS);
    cr_expect_eq(answer(&forged, true), DECODE_EXCESS);
}

Test(match_tracked, the_probe_of_the_table_is_what_was_answered)
{
    struct tracked_probe sent = make_probe();
    struct match found = match(
        &sent, (struct reply){.responder = IPV4(ROUTER), .icmp_type = 11, .rewritten = true}, SENT_NS + 5000);

    cr_expect_eq(found.target, 4000000000U, "the owner");
    cr_expect(address_equal(found.record.target_address, IPV4(0x0a000007)), "what was quoted");
    cr_expect_eq(found.record.probe_ttl, 9);
    cr_expect_eq(found.record.flow, 5);
    cr_expect_eq(found.record.rtt_us, 5, "known although it was rewritten");
    cr_expect_eq(found.record.flags, RECORD_REWRITTEN);
}

/* What a strategy learns is in the answer itself; who shows it finds the record by it. */
Test(match_tracked, an_answer_has_all_that_a_strategy_learns_from)
{
    struct tracked_probe sent = make_probe();
    const struct reply reply = {.sent = &sent,
                                .quoted = {.probe = sent.probe, .quoted_ttl = 2},
                                .responder = IPV4(TARGET),
                                .reply_ttl = 61,
                                .icmp_type = 3,
                                .icmp_code = 3,
                                .solicited = true};
    struct match found;

    cr_assert_eq(match_reply(&matcher, &reply, SENT_NS + 5000, true, &found), DECODE_ACCEPTED);
    struct answer answer = match_answer(&found, &reply);
    cr_expect_eq(answer.target, 4000000000U);
    cr_expect_eq(answer.query, 6);
    cr_expect_eq(answer.ttl, 9);
    cr_expect_eq(answer.flow, 5);
    cr_expect_eq(answer.quoted_ttl, 2);
    cr_expect_eq(answer.reply_ttl, 61);
    cr_expect_eq(answer.icmp_type, 3);
    cr_expect_eq(answer.icmp_code, 3);
    cr_expect_eq(answer.rtt_us, 5);
    cr_expect_eq(answer.arrived_ns, SENT_NS + 5000);
    cr_expect(address_equal(answer.responder, IPV4(TARGET)));
    cr_expect(answer.from_target && answer.solicited);
    cr_expect_eq(answer.record, &found.record);
}

Test(match_tracked, who_the_target_is)
{
    static const struct {
        enum reply_kind kind;
        uint32_t responder;
        bool rewritten, from_target;
        uint8_t flags;
    } cases[] = {
        {REPLY_ICMP_ERROR, ROUTER, false, false, 0},
        {REPLY_ICMP_ERROR, TARGET, false, true, 0},
        {REPLY_ICMP_ERROR, TARGET, true, true, RECORD_REWRITTEN},
        {REPLY_ICMP_ERROR, 0x0a000007, true, false, RECORD_REWRITTEN},
        {REPLY_ECHO, TARGET, false, true, 0},
        {REPLY_ECHO, ROUTER, false, true, 0}, /* another of its addresses */
        {REPLY_TCP_SYN_ACK, TARGET, false, true, RECORD_SYN_ACK},
        {REPLY_TCP_RST, TARGET, false, true, RECORD_RST},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tracked_probe sent = make_probe();
        const struct reply reply = {
            .kind = cases[i].kind, .responder = IPV4(cases[i].responder), .rewritten = cases[i].rewritten};
        struct match found = match(&sent, reply, SENT_NS);

        cr_expect_eq(found.from_target, cases[i].from_target, "%zu", i);
        cr_expect_eq(found.record.flags, cases[i].flags, "%zu", i);
        cr_expect_not(found.first_reach, "that is a survey's");
    }
}
