// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/patience.h"

static uint64_t wait_ns(const struct patience *patience)
{
    return patience->wait_ns ? patience->wait_ns : PATIENCE_LONGEST_NS;
}

static void note_progress(struct patience *patience, uint64_t now_ns, uint64_t progress)
{
    uint64_t shorter = wait_ns(patience) / 8;

    if (progress - patience->given_up_at >= PATIENCE_MANY)
        patience->wait_ns = 0;
    else if (patience->row)
        patience->wait_ns = shorter > PATIENCE_SHORTEST_NS ? shorter : PATIENCE_SHORTEST_NS;
    patience->row = 0;
    patience->progress = progress;
    patience_renew(patience, now_ns);
}

static void note_refusal(struct patience *patience, uint64_t now_ns)
{
    uint64_t passed = now_ns - patience->offered_ns;

    patience->refused_ns += passed < PATIENCE_STEP_NS ? passed : PATIENCE_STEP_NS;
    patience->offered_ns = now_ns;
}

bool patience_ended(struct patience *patience, uint64_t now_ns, uint64_t progress)
{
    if (progress != patience->progress) {
        note_progress(patience, now_ns, progress);
        return false;
    }
    note_refusal(patience, now_ns);
    if (patience->refused_ns < wait_ns(patience))
        return false;
    patience->refused_ns = 0;
    patience->given_up_at = progress;
    if (++patience->row >= PATIENCE_ROW) {
        patience->row = 0;
        patience->wait_ns = 0;
    }
    return true;
}

void patience_renew(struct patience *patience, uint64_t now_ns)
{
    patience->offered_ns = now_ns;
    patience->refused_ns = 0;
}
