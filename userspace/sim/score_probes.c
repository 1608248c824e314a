// SPDX-License-Identifier: GPL-2.0-or-later
#include <jansson.h>

#include "output/metadata.h"
#include "sim/score_report.h"

/* Returns a counter of the simulator; 0 if the survey was of the real network, or if the simulator has no
 * such counter. */
static uint64_t simulated(const struct survey_metadata *metadata, const char *name)
{
    const json_t *counters = json_object_get(metadata->sim, "counters");

    return (uint64_t)json_integer_value(json_object_get(counters, name));
}

void score_probes_read(struct score_probes *probes, const struct survey_metadata *metadata)
{
    const struct ledger *ledger = &metadata->ledger;

    *probes = (struct score_probes){.known = metadata->ended, .sent = ledger->sent};
    if (!metadata->ended)
        return;
    probes->reasons[SCORE_NEVER_SENT] = metadata->probes - ledger->sent;
    probes->reasons[SCORE_RATE_LIMITED] = simulated(metadata, "rate_limited");
    probes->reasons[SCORE_LOST_OUT] = simulated(metadata, "lost_out") + simulated(metadata, "queue_full_out");
    probes->reasons[SCORE_LOST_BACK] = simulated(metadata, "lost_back") +
                                       simulated(metadata, "queue_full_back") +
                                       simulated(metadata, "delay_full");
    probes->reasons[SCORE_LOST_HERE] = ledger->rejected_filter[FILTER_REJECT_NO_SOCKET] + ledger->ring_full +
                                       ledger->fill_empty + ledger->rx_dropped + ledger->redirect_failed +
                                       ledger->writer_dropped;
}
