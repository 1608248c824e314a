// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/answer.h"

#include <criterion/criterion.h>

#include "reply_parse.h"
#include "table.h"

enum {
    ADMINISTRATIVELY_PROHIBITED = 13,
};

Test(answer, tells_how_far_the_probe_came)
{
    static const struct {
        uint8_t flags, type, code;
        bool from_target;
        enum answer_meaning meaning;
    } rows[] = {
        {0, ICMP_TIME_EXCEEDED_TYPE, 0, false, ANSWER_ON_THE_WAY},
        {0, ICMP_TIME_EXCEEDED_TYPE, 0, true, ANSWER_ON_THE_WAY}, /* it forwards its own address */
        {0, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE, true, ANSWER_ARRIVED},
        {0, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE, false, ANSWER_ARRIVED}, /* another address */
        {0, ICMP_DESTINATION_UNREACHABLE, ICMP_PROTOCOL_UNREACHABLE, false, ANSWER_ARRIVED},
        {0, ICMP_DESTINATION_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, true, ANSWER_ARRIVED},
        {0, ICMP_DESTINATION_UNREACHABLE, ADMINISTRATIVELY_PROHIBITED, false, ANSWER_REFUSED},
        {0, ICMP_DESTINATION_UNREACHABLE, ICMP_FRAGMENTATION_NEEDED, false, ANSWER_REFUSED},
        {0, ICMP_PARAMETER_PROBLEM, 0, false, ANSWER_REFUSED},
        {0, 0, 0, true, ANSWER_ARRIVED}, /* Echo Reply */
        {RECORD_SYN_ACK, 0, 0, true, ANSWER_ARRIVED},
        {RECORD_RST, 0, 0, true, ANSWER_ARRIVED},
    };

    for (size_t row = 0; row < COUNT(rows); row++) {
        const struct answer answer = {
            .from_target = rows[row].from_target,
            .record = {.flags = rows[row].flags, .icmp_type = rows[row].type, .icmp_code = rows[row].code},
        };

        cr_expect_eq(answer_meaning(&answer), rows[row].meaning, "row %zu", row);
    }
}
