// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/way_watch.h"

#include "base/log.h"
#include "send/tx_ways.h"

/* A bit for the first way through each interface where any sender found a way through it without link. */
static uint64_t find_down(const struct survey *survey)
{
    const struct ways *ways = &survey->ways;
    uint64_t down = 0, links = 0;

    for (unsigned i = 0; i < survey->sender_count; i++)
        if (survey->senders[i].sender.tx)
            down |= tx_ways_down(survey->senders[i].sender.tx);
    for (unsigned i = 0; i < ways->count; i++)
        if (down & UINT64_C(1) << i)
            links |= UINT64_C(1) << ways_first_by(ways, ways->list[i].egress.link.index);
    return links;
}

void way_watch(struct survey *survey)
{
    const struct ways *ways = &survey->ways;
    uint64_t down = find_down(survey), changed = down ^ survey->ways_down;

    for (unsigned i = 0; i < ways->count; i++) {
        const char *name = ways->list[i].egress.link.name;
        uint64_t bit = UINT64_C(1) << i;

        if (!(changed & bit))
            continue;
        if (down & bit)
            log_warning(
                "the link of %s is down: its probes wait, and are dropped (tx_dropped) where they would "
                "keep those by other ways",
                name);
        else
            log_info("the link of %s is up again", name);
    }
    survey->ways_down = down;
}
