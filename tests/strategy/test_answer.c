// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/answer.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "protocol.h"
#include "table.h"

Test(answer, tells_how_far_the_probe_came)
{
    static const struct {
        bool from_target, solicited;
        uint8_t type, code, flags;
        enum answer_meaning meaning;
        bool ipv6;
    } rows[] = {
        {false, false, ICMP6_TIME_EXCEEDED_TYPE, 0, 0, ANSWER_ON_THE_WAY, true},
        {true, true, ICMP6_DESTINATION_UNREACHABLE, ICMP6_PORT_UNREACHABLE, 0, ANSWER_ARRIVED, true},
        {true, true, ICMP6_ECHO_REPLY, 0, 0, ANSWER_ARRIVED, true},
        {false, false, ICMP6_PACKET_TOO_BIG, 0, 0, ANSWER_REFUSED, true},
        {true, false, ICMP_TIME_EXCEEDED_TYPE, 0, 0, ANSWER_REJECTED, true},
        {false, false, ICMP6_TIME_EXCEEDED_TYPE, 0, 0, ANSWER_REFUSED, false},
        {false, false, ICMP_TIME_EXCEEDED_TYPE, 0, 0, ANSWER_ON_THE_WAY, false},
        {true, false, ICMP_TIME_EXCEEDED_TYPE, 0, 0, ANSWER_ON_THE_WAY,
         false}, /* it forwards its own address */
        {true, true, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE, 0, ANSWER_ARRIVED, false},
        {false, true, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE, 0, ANSWER_ARRIVED, false},
        {true, true, 0, 0, 0, ANSWER_ARRIVED, false}, /* Echo Reply */
        {true, true, 0, 0, RECORD_SYN_ACK, ANSWER_ARRIVED, false},
        {true, true, 0, 0, RECORD_RST, ANSWER_ARRIVED, false},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        const struct answer answer = {
            .responder = rows[row].ipv6 ? IPV6(0x20010db800000000, 1) : IPV4(1),
            .from_target = rows[row].from_target,
            .solicited = rows[row].solicited,
            .flags = rows[row].flags,
            .icmp_type = rows[row].type,
            .icmp_code = rows[row].code,
        };

        cr_expect_eq(answer_meaning(&answer), rows[row].meaning, "row %zu", row);
    }
}

/* Whatever its code, and what there may be beside it: it tells where the way ends, and answers nothing. */
Test(answer, an_error_is_none)
{
    for (unsigned type = 0; type < 256; type++)
        for (unsigned code = 0; code < 256; code++)
            for (int from_target = 0; from_target < 2; from_target++) {
                const struct answer answer = {
                    .responder = IPV4(1),
                    .from_target = from_target,
                    .icmp_type = (uint8_t)type,
                    .icmp_code = (uint8_t)code,
                };
                enum answer_meaning meaning = answer_meaning(&answer);

                cr_assert_neq(meaning, ANSWER_ARRIVED, "%u/%u", type, code);
                cr_assert_eq(answer_is_error(meaning), type != ICMP_TIME_EXCEEDED_TYPE, "%u/%u", type, code);
                cr_assert_eq(answer_reached(meaning), from_target && type != ICMP_TIME_EXCEEDED_TYPE);
            }
}
