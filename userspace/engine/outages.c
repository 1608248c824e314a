// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/outages.h"

#include <stdbool.h>

#include "base/enum_table.h"

const char *link_condition_name(enum link_condition condition)
{
    static const char *const names[] = {
        [LINK_READY] = "ready",   [LINK_DOWN] = "down", [LINK_NO_CARRIER] = "no carrier",
        [LINK_NARROW] = "narrow", [LINK_GONE] = "gone",
    };
    ENUM_TABLE(names, LINK_CONDITIONS);

    return names[condition];
}

static void begin(struct outages *outages, enum link_condition why)
{
    outages->now = why;
    outages->last = (struct outage){.start_ns = outages->ready_ns, .why = why};
}

static void end(struct outages *outages, uint64_t sent, uint64_t now_ns)
{
    struct outage *last = &outages->last;

    last->end_ns = now_ns;
    last->sent = sent - outages->ready.sent;
    if (outages->count < OUTAGES_KEPT)
        outages->kept[outages->count] = *last;
    outages->count++;
    outages->total_ns += now_ns - last->start_ns;
    outages->total_sent += last->sent;
}

static void note_ready(struct outages *outages, const struct link_look *look, uint64_t now_ns)
{
    outages->now = LINK_READY;
    outages->ready = *look;
    outages->ready_ns = now_ns;
}

enum outage_news outages_start(struct outages *outages, const struct link_look *look, uint64_t now_ns)
{
    *outages = (struct outages){0};
    note_ready(outages, look, now_ns);
    return outages_note(outages, look, now_ns);
}

static enum outage_news note_trouble(struct outages *outages, enum link_condition why)
{
    bool lasts = outages->now != LINK_READY;

    if (outages->now == LINK_GONE)
        return OUTAGE_NO_NEWS;
    if (!lasts)
        begin(outages, why);
    outages->now = why;
    if (why == LINK_GONE)
        return OUTAGE_FINAL;
    return lasts ? OUTAGE_NO_NEWS : OUTAGE_BEGAN;
}

enum outage_news outages_note(struct outages *outages, const struct link_look *look, uint64_t now_ns)
{
    bool lasted = outages->now != LINK_READY;
    bool passed = look->carrier_losses != outages->ready.carrier_losses;

    if (look->condition != LINK_READY || outages->now == LINK_GONE)
        return note_trouble(outages, look->condition);
    if (passed && !lasted)
        begin(outages, LINK_NO_CARRIER);
    if (passed || lasted)
        end(outages, look->sent, now_ns);
    note_ready(outages, look, now_ns);
    return lasted ? OUTAGE_ENDED : passed ? OUTAGE_PASSED : OUTAGE_NO_NEWS;
}

void outages_end(struct outages *outages, uint64_t sent, uint64_t now_ns)
{
    if (outages->now != LINK_READY && !outages->last.end_ns)
        end(outages, sent, now_ns);
}
