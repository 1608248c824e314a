// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/sender_fixture.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "support/some_targets.h"

uint64_t numbered_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct numbered *self = (const struct numbered *)strategy;

    return self->due_every_ns ? self->next * self->due_every_ns : now_ns;
}

size_t numbered_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct numbered *self = (struct numbered *)strategy;
    size_t count = 0;

    for (; count < n && self->next < self->count && numbered_next_due(strategy, now_ns) <= now_ns; count++)
        out[count] = (struct probe){.target_address = IPV4(self->next++), .ttl = 9};
    return count;
}

bool numbered_done(const struct strategy *strategy)
{
    const struct numbered *self = (const struct numbered *)strategy;

    return self->next == self->count;
}

static const struct strategy_ops numbered_ops = {
    .name = "numbered", .next = numbered_next, .next_due = numbered_next_due, .done = numbered_done};

static size_t recorder_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct recorder *self = (struct recorder *)tx;
    size_t taken = 0;

    cr_assert(n > 0 && n <= SENDER_BATCH);
    for (; taken < n && taken < self->room; taken++) {
        cr_assert_lt(self->count, SENDER_FIXTURE_MOST);
        self->targets[self->count] = address_ipv4(probes[taken].target_address);
        self->times[self->count++] = now_ns;
    }
    return taken;
}

static int recorder_push(struct tx *tx)
{
    struct recorder *self = (struct recorder *)tx;

    self->pushes++;
    return self->push_result;
}

static bool recorder_waiting(struct tx *tx, tx_visitor *visit, void *context)
{
    const struct recorder *self = (const struct recorder *)tx;

    for (uint32_t i = self->count - self->waiting; i < self->count && !self->unknown; i++)
        visit(context, &(struct probe){.target_address = IPV4(self->targets[i]), .ttl = 9});
    return !self->unknown;
}

static const struct tx_ops recorder_ops = {
    .name = "recorder", .send = recorder_send, .push = recorder_push, .waiting = recorder_waiting};

struct sender_fixture *sender_fixture_start(uint32_t probes, double rate)
{
    static struct sender_fixture fixture;

    fixture = (struct sender_fixture){
        .strategy = {.base.ops = &numbered_ops, .count = probes},
        .tx = {.base.ops = &recorder_ops, .room = SIZE_MAX},
        .sender = {.strategy = &fixture.strategy.base, .tx = &fixture.tx.base},
    };
    pacer_init(&fixture.sender.pacer, rate, 0);
    return &fixture;
}

uint64_t sender_fixture_generated(const struct sender_fixture *fixture)
{
    return counter_read(&fixture->sender.counters.generated);
}

uint64_t sender_fixture_blocked(const struct sender_fixture *fixture)
{
    return counter_read(&fixture->sender.counters.blocked);
}

int sender_fixture_step(struct sender_fixture *fixture, uint64_t now_ns)
{
    int state = sender_step(&fixture->sender, now_ns);

    cr_assert_eq(sender_fixture_generated(fixture), fixture->tx.count + sender_fixture_blocked(fixture));
    return state;
}

int sender_fixture_run_while_busy(struct sender_fixture *fixture, uint64_t now_ns)
{
    for (unsigned steps = 0; steps < 10 * SENDER_FIXTURE_MOST; steps++) {
        int state = sender_fixture_step(fixture, now_ns);

        if (state != SENDER_BUSY && state != SENDER_FULL)
            return state;
    }
    cr_assert_fail("busy for ever");
    return -1;
}

uint64_t sender_fixture_run(struct sender_fixture *fixture, uint64_t now_ns)
{
    int state;

    while ((state = sender_fixture_run_while_busy(fixture, now_ns)) == SENDER_IDLE) {
        cr_assert_gt(sender_next_due(&fixture->sender, now_ns), now_ns);
        now_ns = sender_next_due(&fixture->sender, now_ns);
    }
    cr_assert_eq(state, SENDER_DONE);
    return now_ns;
}

void sender_fixture_expect_all(const struct sender_fixture *fixture, uint32_t count)
{
    cr_assert_eq(fixture->tx.count, count);
    for (uint32_t i = 0; i < count; i++)
        cr_assert_eq(fixture->tx.targets[i], i);
}

struct address_set *sender_fixture_blocklist(const char *text)
{
    struct prefix_list list = some_prefixes(text);
    struct address_set *set = address_set_create(&list);

    cr_assert_not_null(set);
    prefix_list_free(&list);
    return set;
}
