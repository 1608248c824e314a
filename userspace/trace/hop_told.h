// SPDX-License-Identifier: GPL-2.0-or-later
/* The last record of each responder of a watched hop, beside session/hop_stats.h: labels, interfaces, how the
 * probe came. */
#pragma once

#include "session/hop_stats.h"

struct hop_told {
    struct record records[HOP_RESPONDERS]; /* one for each of hop_stats.responders */
};

/* hop_told_note() stores the record of an answer that hop_stats_settled() has counted in `stats`. */
void hop_told_note(struct hop_told *told, const struct hop_stats *stats, const struct record *record);

/* hop_told_by() returns the last record of a responder, or NULL where the responder is not in `stats`. */
const struct record *hop_told_by(const struct hop_told *told, const struct hop_stats *stats,
                                 struct address responder);

/* hop_told_tos() returns the type of service that the last responder quoted, or RECORD_NO_TOS where nothing was
 * quoted. */
uint16_t hop_told_tos(const struct hop_told *told, const struct hop_stats *stats);
