// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/answer.h"

#include "reply_parse.h"

enum answer_meaning answer_meaning(const struct answer *answer)
{
    const struct record *record = &answer->record;
    bool by_tcp = record->flags & (RECORD_SYN_ACK | RECORD_RST);

    if (by_tcp)
        return ANSWER_ARRIVED;
    if (record->icmp_type == ICMP_TIME_EXCEEDED_TYPE)
        return ANSWER_ON_THE_WAY;
    if (answer->from_target)
        return ANSWER_ARRIVED;
    return record->icmp_type == ICMP_DESTINATION_UNREACHABLE &&
                   (record->icmp_code == ICMP_PORT_UNREACHABLE ||
                    record->icmp_code == ICMP_PROTOCOL_UNREACHABLE)
               ? ANSWER_ARRIVED
               : ANSWER_REFUSED;
}
