// SPDX-License-Identifier: GPL-2.0-or-later
/* Answers to probes, as a receiver makes them from records. */
#pragma once

#include "probe.h"
#include "strategy/answer.h"

/* some_answer() returns the answer that `record` gives to `probe`; the caller fills in the rest. */
static inline struct answer some_answer(const struct probe *probe, const struct record *record)
{
    struct answer answer = answer_of(record);

    answer.target = probe->owner;
    answer.flow = probe->flow;
    answer.ttl = probe->ttl;
    answer.query = probe->query;
    return answer;
}
