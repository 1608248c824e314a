// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/answer.h"

#include "icmp_kind.h"

enum answer_meaning answer_meaning(const struct answer *answer)
{
    if (answer->solicited)
        return ANSWER_ARRIVED;
    if (icmp_is_time_exceeded(address_family(answer->responder), answer->icmp_type))
        return ANSWER_ON_THE_WAY;
    return answer->from_target ? ANSWER_REJECTED : ANSWER_REFUSED;
}
