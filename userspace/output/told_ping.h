// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A ping as other programs tell it: what came of some probes in a row to one host, whose number is the `round` of
 * their records. A probe without an answer has a record, too: told_ping_lost().
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

struct told_ping {
    const struct record *records; /* the caller's, by number and then by arrival */
    size_t count;
    uint16_t replies;             /* of those, answers: the host's own, and errors */
    uint16_t first, sent;         /* the number of the first probe, and how many there are */
    uint16_t src_port;            /* as the answers have it; 0: none tells */
    uint64_t start_us;            /* when the first probe left that was answered; RECORD_NO_TIME: not known */
    unsigned from_target;         /* probes that the host itself answered */
    uint64_t best_us, worst_us;   /* of the RTTs of those */
    double mean_us, deviation_us; /* standard deviation of the population, as scamper has it */
};

/* told_ping_sort() puts `records` into that order; told_ping_of() adds them up. */
void told_ping_sort(struct record *records, size_t count);
void told_ping_of(struct told_ping *told, const struct record *records, size_t count);

/* told_ping_is_answer() says whether it is what the probe asked for, as scamper judges: an Echo Reply, a segment of TCP, or
 * to UDP Port Unreachable. */
bool told_ping_is_answer(const struct record *record);

/* told_ping_lost() says that a record stands for a probe without an answer. */
static inline bool told_ping_lost(const struct record *record)
{
    return record->flags & RECORD_UNANSWERED;
}
