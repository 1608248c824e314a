// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/losses.h"

#include <string.h>

#include "base/enum_table.h"

size_t losses_find(const struct survey_status *status, struct survey_loss out[LOSSES_MAX])
{
    const struct ledger *ledger = &status->ledger;
    const struct survey_loss losses[] = {
        {"tx dropped", ledger->tx_dropped},
        {"delay full", status->delay_full},
        {"device dropped", ledger->device_dropped},
        {"no socket", ledger->rejected_filter[FILTER_REJECT_NO_SOCKET]},
        {"ring full", ledger->ring_full},
        {"fill empty", ledger->fill_empty},
        {"rx dropped", ledger->rx_dropped},
        {"redirect failed", ledger->redirect_failed},
        {"writer dropped", ledger->writer_dropped},
        {"answer ring full", ledger->answer_ring_full},
    };

    ENUM_TABLE(losses, LOSSES_MAX);
    memcpy(out, losses, sizeof(losses));
    return LOSSES_MAX;
}

uint64_t status_lost(const struct survey_status *status)
{
    struct survey_loss losses[LOSSES_MAX];
    uint64_t lost = 0;

    for (size_t i = 0, count = losses_find(status, losses); i < count; i++)
        lost += losses[i].count;
    return lost;
}
