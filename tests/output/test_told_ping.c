// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/told_ping.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "output/records.h"
#include "table.h"

#define HOST IPV4(0x08080807)

static struct record answer(uint16_t round, uint64_t time_us, uint32_t rtt_us)
{
    return (struct record){
        .responder = HOST,
        .target_address = HOST,
        .protocol = 1,
        .round = round,
        .time_us = time_us,
        .rtt_us = rtt_us,
    };
}

static struct record lost(uint16_t round)
{
    return (struct record){.target_address = HOST,
                           .protocol = 1,
                           .round = round,
                           .rtt_us = RECORD_NO_RTT,
                           .flags = RECORD_UNANSWERED};
}

/* The sixth probe was lost; the fourth was answered late, by a router before, and the second twice. */
Test(told_ping, adds_up_what_came_of_each_probe)
{
    struct record records[] = {
        lost(5), answer(1, 2000000, 30000), answer(1, 2000100, 30100), answer(0, 1000000, 10000),
        lost(3), answer(3, 9000000, 50000), answer(2, 3000000, 20000)};
    static const uint16_t order[] = {0, 1, 1, 2, 3, 3, 5};
    struct told_ping told;

    records[6].responder = IPV4(0x0a000001);
    records[6].icmp_type = 11;
    told_ping_sort(records, COUNT(records));
    for (size_t i = 0; i < COUNT(records); i++)
        cr_expect_eq(records[i].round, order[i]);
    cr_expect(told_ping_lost(&records[4]), "it was given up before it was answered");
    told_ping_of(&told, records, COUNT(records));
    cr_expect_eq(told.first, 0);
    cr_expect_eq(told.sent, 6);
    cr_expect_eq(told.replies, 5);
    cr_expect_eq(told.from_target, 3);
    cr_expect_eq(told.start_us, 990000);
    cr_expect_eq(told.best_us, 10000);
    cr_expect_eq(told.worst_us, 50000);
    cr_expect_float_eq(told.mean_us, 30000, 1e-6);
    cr_expect_float_eq(told.deviation_us, 16329.9, 0.1);
}

Test(told_ping, a_host_that_is_silent)
{
    struct record records[] = {lost(8), lost(7)};
    struct told_ping told;

    told_ping_sort(records, COUNT(records));
    told_ping_of(&told, records, COUNT(records));
    cr_expect_eq(told.first, 7);
    cr_expect_eq(told.sent, 2);
    cr_expect_eq(told.replies + told.from_target, 0);
    cr_expect_eq(told.start_us, RECORD_NO_TIME);
}

Test(told_ping, what_an_answer_is_depends_on_the_question)
{
    static const struct {
        uint8_t protocol, type, code;
        uint16_t flags;
        bool ipv6, is_answer;
    } cases[] = {
        {1, 0, 0, 0, false, true},
        {1, 3, 3, 0, false, false},
        {1, 3, 1, 0, false, false},
        {17, 3, 3, 0, false, true},
        {17, 3, 1, 0, false, false},
        {58, 129, 0, 0, true, true},
        {58, 1, 4, 0, true, false},
        {17, 1, 4, 0, true, true},
        {17, 3, 0, 0, true, false},
        {6, 0, 0, RECORD_RST, false, true},
        {6, 0, 0, RECORD_SYN_ACK, false, true},
        {6, 3, 3, 0, false, false},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct record record = answer(0, 1, 1);

        if (cases[i].ipv6)
            record.responder = IPV6(0x20010db800000000, 1);
        record.protocol = cases[i].protocol;
        record.icmp_type = cases[i].type;
        record.icmp_code = cases[i].code;
        record.flags = cases[i].flags;
        cr_expect_eq(told_ping_is_answer(&record), cases[i].is_answer, "case %zu", i);
    }
}
