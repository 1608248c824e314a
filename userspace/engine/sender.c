// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/sender.h"

#include <errno.h>

/* Keeps those of `count` chosen probes that are outside of `set`; returns how many. */
static size_t keep_outside(struct sender *sender, const struct address_set *set, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (!address_set_contains(set, sender->ready[i].target_address))
            sender->ready[kept++] = sender->ready[i];
    return kept;
}

/* Chooses the next probes ahead of their time, so that between the clock reading and the wire lies only
 * crafting. */
static void refill(struct sender *sender, uint64_t now_ns)
{
    unsigned batch = sender->batch ? sender->batch : SENDER_BATCH;
    size_t chosen = sender->strategy->ops->next(sender->strategy, now_ns, sender->ready, batch);
    size_t wanted = sender->blocklist ? keep_outside(sender, sender->blocklist, chosen) : chosen;
    size_t kept = sender->withheld ? keep_outside(sender, sender->withheld, wanted) : wanted;

    counter_add(&sender->counters.generated, chosen - kept);
    counter_add(&sender->counters.blocked, chosen - wanted);
    counter_add(&sender->counters.no_way, wanted - kept);
    sender->first = 0;
    sender->last = (unsigned)kept;
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

static bool is_empty(const struct sender *sender)
{
    return sender->first == sender->last;
}

bool sender_has_ended(const struct sender *sender)
{
    return is_empty(sender) && sender->strategy->ops->done(sender->strategy);
}

int sender_step(struct sender *sender, uint64_t now_ns)
{
    if (sender->prompt && is_empty(sender) && pacer_next_due(&sender->pacer) <= now_ns)
        refill(sender, now_ns);

    unsigned taken = is_empty(sender) ? 0 : send_due(sender, now_ns);
    int pushed = sender->tx->ops->push(sender->tx);

    if (pushed && pushed != -EAGAIN)
        return pushed;
    if (!sender->prompt && is_empty(sender))
        refill(sender, now_ns);
    if (taken || pushed == -EAGAIN)
        return SENDER_BUSY;
    if (sender_has_ended(sender))
        return SENDER_DONE;
    return sender_next_due(sender, now_ns) > now_ns ? SENDER_IDLE : SENDER_BUSY;
}

uint64_t sender_next_due(const struct sender *sender, uint64_t now_ns)
{
    uint64_t paced = pacer_next_due(&sender->pacer);

    if (!is_empty(sender))
        return paced;
    uint64_t due = sender->strategy->ops->next_due(sender->strategy, now_ns);
    return sender->prompt && due < paced ? paced : due;
}
