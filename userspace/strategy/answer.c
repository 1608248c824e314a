// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/answer.h"

#include "reply_parse.h"

enum answer_meaning answer_meaning(const struct answer *answer)
{
    if (answer->solicited)
        return ANSWER_ARRIVED;
    if (answer->icmp_type == ICMP_TIME_EXCEEDED_TYPE)
        return ANSWER_ON_THE_WAY;
    return answer->from_target ? ANSWER_REJECTED : ANSWER_REFUSED;
}
