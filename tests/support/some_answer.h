// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers to probes, as the receiver makes them of records that lead to them. */
#pragma once

#include "probe.h"
#include "strategy/answer.h"

/* some_answer() is what `record` tells, to `probe`; the rest is the caller's to fill. */
static inline struct answer some_answer(const struct probe *probe, const struct record *record)
{
    struct answer answer = answer_of(record);

    answer.target = probe->owner;
    answer.flow = probe->flow;
    answer.ttl = probe->ttl;
    answer.query = probe->query;
    return answer;
}
