// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ping in the form of other programs: the outcomes of consecutive probes to one host. The number of a probe
 * is the `round` of its records. A probe without an answer has a record, too: told_ping_lost().
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

struct told_ping {
    const struct record *records; /* owned by the caller; sorted by number, then by arrival */
    size_t count;
    uint16_t replies;             /* how many of them are answers: from the host itself, or errors */
    uint16_t first, sent;         /* the number of the first probe, and the number of probes */
    uint16_t src_port;            /* from the answers; 0: unknown */
    uint64_t start_us;            /* when the first answered probe left; RECORD_NO_TIME: unknown */
    unsigned from_target;         /* probes answered by the host itself */
    uint64_t best_us, worst_us;   /* of the RTTs of these */
    double mean_us, deviation_us; /* standard deviation of the population, as in scamper */
};

/* told_ping_sort() sorts `records` in that order; told_ping_of() sums them up. */
void told_ping_sort(struct record *records, size_t count);
void told_ping_of(struct told_ping *told, const struct record *records, size_t count);

/* told_ping_is_answer() returns whether it is the reply that the probe asks for, by scamper's rule: an Echo
 * Reply, a TCP segment, or, for UDP, Port Unreachable. */
bool told_ping_is_answer(const struct record *record);

/* told_ping_lost() returns whether a record stands for a probe without an answer. */
static inline bool told_ping_lost(const struct record *record)
{
    return record->flags & RECORD_UNANSWERED;
}
