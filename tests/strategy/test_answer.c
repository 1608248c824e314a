// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/answer.h"

#include <criterion/criterion.h>

#include "reply_parse.h"
#include "table.h"

Test(answer, tells_how_far_the_probe_came)
{
    static const struct {
        bool from_target, solicited;
        uint8_t type, code, flags;
        enum answer_meaning meaning;
    } rows[] = {
        {false, false, ICMP_TIME_EXCEEDED_TYPE, 0, 0, ANSWER_ON_THE_WAY},
        {true, false, ICMP_TIME_EXCEEDED_TYPE, 0, 0, ANSWER_ON_THE_WAY}, /* it forwards its own address */
        {true, true, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE, 0, ANSWER_ARRIVED},
        {false, true, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE, 0, ANSWER_ARRIVED},
        {true, true, 0, 0, 0, ANSWER_ARRIVED}, /* Echo Reply */
        {true, true, 0, 0, RECORD_SYN_ACK, ANSWER_ARRIVED},
        {true, true, 0, 0, RECORD_RST, ANSWER_ARRIVED},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        const struct answer answer = {
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
