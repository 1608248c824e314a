// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/snapshot.h"

#include <errno.h>

#include "base/clock.h"
#include "strategy/state.h"

enum {
    /* Delay until a held sender notices that it may continue. */
    HELD_NAP_NS = 50000,
    /* From this duration on, the delay of probes that were crafted before would be visible in their RTTs. */
    LONG_HOLD_NS = 1000000,
};

void snapshot_ask(struct snapshot *self)
{
    atomic_store_explicit(&self->stage, SNAPSHOT_ASKED, memory_order_relaxed);
}

bool snapshot_is_held(const struct snapshot *self)
{
    return atomic_load_explicit(&self->stage, memory_order_acquire) == SNAPSHOT_HELD;
}

void snapshot_release(struct snapshot *self)
{
    atomic_store_explicit(&self->stage, SNAPSHOT_NONE, memory_order_release);
}

/* The two threads see each other's earlier writes, in both directions. */
void snapshot_hold(struct snapshot *self, struct sender *sender)
{
    const struct timespec nap = {.tv_nsec = HELD_NAP_NS};
    uint64_t began_ns = clock_now_ns();
    unsigned asked = SNAPSHOT_ASKED;

    atomic_compare_exchange_strong_explicit(&self->stage, &asked, SNAPSHOT_HELD, memory_order_release,
                                            memory_order_relaxed);
    while (atomic_load_explicit(&self->stage, memory_order_acquire) == SNAPSHOT_HELD)
        nanosleep(&nap, NULL);

    uint64_t now_ns = clock_now_ns();
    if (now_ns - began_ns > LONG_HOLD_NS)
        sender->tx->ops->renew(sender->tx, now_ns);
}

static uint64_t handed_over(const struct sender *sender)
{
    const struct sender_counters *counters = &sender->counters;

    return counter_read(&counters->generated) - counter_read(&counters->blocked) -
           counter_read(&counters->no_way);
}

bool snapshot_has_left(const struct snapshot *self, const struct sender *sender)
{
    const struct tx_counters *counters = &sender->tx->counters;

    return counter_read(&counters->sent) + counter_read(&counters->dropped) >= self->handed;
}

/* If a strategy sends unanswered probes again after a restart, it also sends these again. */
static unsigned owed(const struct sender *sender)
{
    return sender->strategy->ops->retry ? 0 : sender->last - sender->first;
}

static int save_probe(const struct probe *probe, FILE *out)
{
    const uint64_t numbers[] = {probe->target_address.high, probe->target_address.low,
                                (uint64_t)probe->flow << 8 | probe->ttl};

    return state_put(out, numbers, sizeof(numbers) / sizeof(numbers[0]));
}

static int save(const struct sender *sender, FILE *out)
{
    uint64_t count = owed(sender);
    int error = state_put(out, &count, 1);

    for (uint64_t i = 0; !error && i < count; i++)
        error = save_probe(&sender->ready[sender->first + i], out);
    return error ? error : strategy_save(sender->strategy, out);
}

int snapshot_take(struct snapshot *self, const struct sender *sender, FILE *out)
{
    self->handed = handed_over(sender);
    return save(sender, out);
}

static int load_probe(const struct targets *targets, struct probe *probe, FILE *in)
{
    uint64_t numbers[3], target;

    if (state_get(in, numbers, 3))
        return -EINVAL;
    *probe = (struct probe){
        .target_address = {numbers[0], numbers[1]},
        .flow = (uint16_t)(numbers[2] >> 8),
        .ttl = (uint8_t)numbers[2],
    };
    return probe->ttl >= 1 && probe->ttl <= PROBE_MAX_TTL &&
                   targets_find_flow(targets, probe->target_address, probe->flow, &target)
               ? 0
               : -EINVAL;
}

int snapshot_load(struct sender *sender, const struct targets *targets, FILE *in)
{
    uint64_t count;
    int error = state_get(in, &count, 1);

    if (error || count > SENDER_BATCH_MAX)
        return -EINVAL;
    for (uint64_t i = 0; !error && i < count; i++)
        error = load_probe(targets, &sender->ready[i], in);
    if (!error)
        error = strategy_load(sender->strategy, in);
    if (error)
        return error;
    strategy_retry(sender->strategy);
    sender_owe(sender, (unsigned)count);
    return 0;
}
