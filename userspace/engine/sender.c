// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/sender.h"

#include <errno.h>
#include <string.h>

#include "send/tx_ways.h"

static bool is_empty(const struct sender *sender)
{
    return sender->first == sender->last;
}

static void tell_dropped(void *context, const struct probe *probe)
{
    strategy_unsent(((struct sender *)context)->strategy, probe, UNSENT_DROPPED);
}

static void note_left(struct sender *sender)
{
    uint64_t left = strategy_left(sender->strategy);

    if (left != STRATEGY_LEFT_UNKNOWN)
        left += sender->last - sender->first;
    atomic_store_explicit(&sender->counters.left, left, memory_order_relaxed);
}

void sender_open(struct sender *sender)
{
    if (sender->strategy->ops->unsent)
        tx_ways_listen(sender->tx, (struct tx_listener){tell_dropped, sender});
    note_left(sender);
}

/* Keeps those of `count` chosen probes that are not in `set`; returns how many. */
static size_t keep_outside(struct sender *sender, const struct address_set *set, size_t count,
                           enum unsent_why why)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++) {
        if (!address_set_contains(set, sender->ready[i].target_address))
            sender->ready[kept++] = sender->ready[i];
        else
            strategy_unsent(sender->strategy, &sender->ready[i], why);
    }
    return kept;
}

/* Probes are chosen ahead of time, so that only crafting happens between the clock reading and the wire; with
 * `prompt`, no more than may leave now. */
static unsigned wanted(struct sender *sender, uint64_t now_ns)
{
    unsigned batch = sender->batch ? sender->batch : SENDER_BATCH;

    if (sender->prompt) {
        batch = pacer_grant(&sender->pacer, now_ns, batch);
        pacer_return(&sender->pacer, batch);
    }
    if (sender->limited && sender->allowed < batch)
        batch = (unsigned)sender->allowed;
    return batch;
}

/* Keeps those of the first `chosen` probes that may be sent. */
static void admit(struct sender *sender, size_t chosen)
{
    size_t allowed =
        sender->blocklist ? keep_outside(sender, sender->blocklist, chosen, UNSENT_BLOCKED) : chosen;
    size_t kept = sender->withheld ? keep_outside(sender, sender->withheld, allowed, UNSENT_NO_WAY) : allowed;

    counter_add(&sender->counters.generated, chosen - kept);
    counter_add(&sender->counters.blocked, chosen - allowed);
    counter_add(&sender->counters.no_way, allowed - kept);
    /* probes owed by an earlier run may be more */
    sender->allowed -= kept < sender->allowed ? kept : sender->allowed;
    sender->first = 0;
    sender->last = (unsigned)kept;
    note_left(sender);
}

static void refill(struct sender *sender, uint64_t now_ns)
{
    unsigned most = wanted(sender, now_ns);
    size_t chosen = sender->strategy->ops->next(sender->strategy, now_ns, sender->ready, most);

    counter_add(&sender->counters.waits, sender->prompt && most > 0 && chosen == 0);
    admit(sender, chosen);
}

void sender_owe(struct sender *sender, unsigned count)
{
    admit(sender, count);
}

static void hear(struct sender *sender)
{
    if (sender->answers)
        answer_rings_take(sender->answers, sender->number, sender->strategy);
}

void sender_suspend(struct sender *sender)
{
    hear(sender);
    while (sender->strategy->ops->unsent && !is_empty(sender)) {
        strategy_unsent(sender->strategy, &sender->ready[sender->first++], UNSENT_LINK_DOWN);
        sender->allowed++;
    }
    note_left(sender);
    sender->suspended = true;
}

void sender_lose_link(struct sender *sender)
{
    sender_suspend(sender);
    sender->lost_link = true;
}

struct taking_up {
    struct strategy *strategy;
    uint64_t now_ns;
};

static void tell_kept(void *context, const struct probe *probe)
{
    strategy_kept(((const struct taking_up *)context)->strategy, probe);
}

static void tell_let_go(void *context, const struct probe *probe)
{
    const struct taking_up *taking_up = context;

    strategy_let_go(taking_up->strategy, probe, taking_up->now_ns);
}

static bool visit_waiting(const struct sender *sender, tx_visitor *visit, struct taking_up *context)
{
    const struct tx_ops *ops = sender->tx->ops;

    return !ops->waiting || ops->waiting(sender->tx, visit, context);
}

/* Returns false if the backend does not know yet which probes wait. */
static bool take_up(struct sender *sender, uint64_t now_ns)
{
    struct taking_up taking_up = {sender->strategy, now_ns};

    if (sender->strategy->ops->let_go && !visit_waiting(sender, tell_kept, &taking_up))
        return false;
    if (sender->lost_link)
        strategy_retry(sender->strategy);
    if (sender->strategy->ops->let_go)
        visit_waiting(sender, tell_let_go, &taking_up);
    sender->suspended = sender->lost_link = false;
    return true;
}

void sender_leave_out(struct sender *sender, const struct address_set *blocklist)
{
    size_t waiting = sender->last - sender->first;

    memmove(sender->ready, sender->ready + sender->first, waiting * sizeof(sender->ready[0]));
    size_t kept = keep_outside(sender, blocklist, waiting, UNSENT_BLOCKED);
    counter_add(&sender->counters.generated, waiting - kept);
    counter_add(&sender->counters.blocked, waiting - kept);
    sender->blocklist = blocklist;
    sender->first = 0;
    sender->last = (unsigned)kept;
    note_left(sender);
}

void sender_end(struct sender *sender)
{
    if (sender->answers)
        answer_rings_end(sender->answers, sender->number);
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
    note_left(sender);
    return taken;
}

static bool is_at_limit(const struct sender *sender)
{
    return sender->limited && !sender->allowed && is_empty(sender);
}

bool sender_has_ended(const struct sender *sender)
{
    return (is_empty(sender) && sender->strategy->ops->done(sender->strategy)) || is_at_limit(sender);
}

bool sender_was_limited(const struct sender *sender)
{
    return is_at_limit(sender) && !sender->strategy->ops->done(sender->strategy);
}

int sender_step(struct sender *sender, uint64_t now_ns)
{
    hear(sender);
    if (sender->suspended && !take_up(sender, now_ns))
        return SENDER_FULL;
    if (sender->prompt && is_empty(sender) && pacer_next_due(&sender->pacer) <= now_ns)
        refill(sender, now_ns);

    unsigned taken = is_empty(sender) ? 0 : send_due(sender, now_ns);
    int pushed = sender->tx->ops->push(sender->tx);

    if (pushed && pushed != -EAGAIN)
        return pushed;
    if (!sender->prompt && is_empty(sender))
        refill(sender, now_ns);
    if (taken || pushed == -EAGAIN)
        return taken ? SENDER_BUSY : SENDER_FULL;
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
