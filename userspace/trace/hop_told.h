// SPDX-License-Identifier: GPL-2.0-or-later
/* What the responders of a hop that is watched said last, beside session/hop_stats.h: labels, interfaces, how the probe came. */
#pragma once

#include "session/hop_stats.h"

struct hop_told {
    struct record records[HOP_RESPONDERS]; /* one for each of hop_stats.responders */
};

/* hop_told_note() keeps an answer that hop_stats_settled() has counted in `stats`. */
void hop_told_note(struct hop_told *told, const struct hop_stats *stats, const struct record *record);

/* hop_told_by() is what a responder said last; NULL where it is none of those that are kept. */
const struct record *hop_told_by(const struct hop_told *told, const struct hop_stats *stats,
                                 struct address responder);

/* hop_told_tos() is what the last responder quoted as type of service; RECORD_NO_TOS where nobody did. */
uint16_t hop_told_tos(const struct hop_told *told, const struct hop_stats *stats);
