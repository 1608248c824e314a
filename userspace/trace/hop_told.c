// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace/hop_told.h"

/* Returns HOP_RESPONDERS where the responder found no room. */
static unsigned place_of(const struct hop_stats *stats, struct address responder)
{
    for (unsigned i = 0; i < stats->responder_count; i++)
        if (address_equal(stats->responders[i].address, responder))
            return i;
    return HOP_RESPONDERS;
}

void hop_told_note(struct hop_told *told, const struct hop_stats *stats, const struct record *record)
{
    unsigned place = place_of(stats, record->responder);

    if (place < HOP_RESPONDERS)
        told->records[place] = *record;
}

const struct record *hop_told_by(const struct hop_told *told, const struct hop_stats *stats,
                                 struct address responder)
{
    unsigned place = place_of(stats, responder);

    return place < HOP_RESPONDERS ? &told->records[place] : NULL;
}

uint16_t hop_told_tos(const struct hop_told *told, const struct hop_stats *stats)
{
    const struct record *last = hop_told_by(told, stats, stats->last_responder);

    return last ? last->quoted_tos : RECORD_NO_TOS;
}
