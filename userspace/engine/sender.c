// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/sender.h"

#include <errno.h>

/* Chooses the next probes ahead of their time, so that between the clock reading and the wire lies only
 * crafting. */
static void refill(struct sender *sender, uint64_t now_ns)
{
    unsigned batch = sender->batch ? sender->batch : SENDER_BATCH;
    size_t chosen = sender->strategy->ops->next(sender->strategy, now_ns, sender->ready, batch);
    unsigned kept = 0;

    for (size_t i = 0; i < chosen; i++)
        if (!sender->blocklist || !address_set_contains(sender->blocklist, sender->ready[i].target))
            sender->ready[kept++] = sender->ready[i];
    counter_add(&sender->counters.generated, chosen - kept);
    counter_add(&sender->counters.blocked, chosen - kept);
    sender->first = 0;
    sender->last = kept;
}

static unsigned send_due(struct sender *sender, uint64_t now_ns)
{
    unsigned granted = pacer_grant(&sender->pacer, now_ns, sender->last - sender->first);
    unsigned taken =
        granted ? (unsigned)sender->tx->ops->send(sender->tx, &sender->ready[sender->first], granted, now_ns)
                : 0;

    pacer_return(&sender->pacer, granted - taken);
    sender->first += taken;
    counter_add(&sender->counters.generated, taken);
    return taken;
}

int sender_step(struct sender *sender, uint64_t now_ns)
{
    unsigned taken = sender->first < sender->last ? send_due(sender, now_ns) : 0;
    int pushed = sender->tx->ops->push(sender->tx);

    if (pushed && pushed != -EAGAIN)
        return pushed;
    if (sender->first == sender->last)
        refill(sender, now_ns);
    if (taken || pushed == -EAGAIN)
        return SENDER_BUSY;
    if (sender->first < sender->last)
        return pacer_next_due(&sender->pacer) > now_ns ? SENDER_IDLE : SENDER_BUSY;
    if (sender->strategy->ops->done(sender->strategy))
        return SENDER_DONE;
    return sender->strategy->ops->next_due(sender->strategy, now_ns) > now_ns ? SENDER_IDLE : SENDER_BUSY;
}

uint64_t sender_next_due(const struct sender *sender, uint64_t now_ns)
{
    if (sender->first < sender->last)
        return pacer_next_due(&sender->pacer);
    return sender->strategy->ops->next_due(sender->strategy, now_ns);
}
