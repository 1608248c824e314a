// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/answer_rings.h"

#include <criterion/criterion.h>
#include <errno.h>

#include "table.h"

enum {
    RECEIVERS = 3,
    SENDERS = 4,
    CAPACITY = 8,
    MOST = 64,
};

/* A strategy that remembers the targets of what it heard. */
struct listener {
    struct strategy base;
    unsigned heard;
    uint64_t targets[MOST];
};

static void listener_reply(struct strategy *strategy, const struct answer *answer)
{
    struct listener *self = (struct listener *)strategy;

    cr_assert_lt(self->heard, MOST);
    self->targets[self->heard++] = answer->target;
}

static const struct strategy_ops listener_ops = {.name = "listener", .reply = listener_reply};

static struct answer_rings open_rings(unsigned receivers, unsigned senders)
{
    struct answer_rings rings;

    cr_assert_eq(answer_rings_open(&rings, receivers, senders, CAPACITY), 0);
    return rings;
}

static void push(struct answer_rings *rings, unsigned receiver, uint64_t target)
{
    answer_rings_push(rings, receiver, &(struct answer){.target = target});
}

static struct listener take(struct answer_rings *rings, unsigned sender)
{
    struct listener listener = {.base.ops = &listener_ops};

    answer_rings_take(rings, sender, &listener.base);
    return listener;
}

static void expect_totals(const struct answer_rings *rings, bool ended, struct answer_totals expected)
{
    struct answer_totals totals;

    answer_rings_totals(rings, ended, &totals);
    cr_expect_eq(totals.answers, expected.answers, "%lu answers", totals.answers);
    cr_expect_eq(totals.heard, expected.heard, "%lu heard", totals.heard);
    cr_expect_eq(totals.full, expected.full, "%lu full", totals.full);
    cr_expect_eq(totals.after_end, expected.after_end, "%lu after the end", totals.after_end);
}

/* Whichever receiver an answer comes by, its owner hears it, in the order of each receiver. */
Test(answer_rings, answers_come_to_the_owner_of_their_target)
{
    struct answer_rings rings = open_rings(RECEIVERS, SENDERS);

    for (uint64_t target = 0; target < CAPACITY * SENDERS; target++)
        push(&rings, (unsigned)(target % RECEIVERS), target);
    for (unsigned sender = 0; sender < SENDERS; sender++) {
        struct listener listener = take(&rings, sender);

        cr_expect_eq(listener.heard, CAPACITY);
        for (unsigned i = 0; i < listener.heard; i++) {
            cr_expect_eq(listener.targets[i] % SENDERS, sender);
            cr_expect(!i || listener.targets[i] % RECEIVERS != listener.targets[i - 1] % RECEIVERS ||
                          listener.targets[i] > listener.targets[i - 1],
                      "out of order");
        }
        cr_expect_eq(take(&rings, sender).heard, 0, "once");
    }
    expect_totals(&rings, true, (struct answer_totals){.answers = 32, .heard = 32});
    answer_rings_close(&rings);
}

/* Nobody waits: what finds no room is counted. The others' rings have room all the same. */
Test(answer_rings, a_full_ring_is_a_counted_loss)
{
    struct answer_rings rings = open_rings(2, 2);

    for (unsigned i = 0; i < CAPACITY + 5; i++)
        push(&rings, 0, 6);
    push(&rings, 0, 7);
    push(&rings, 1, 6);
    expect_totals(&rings, false, (struct answer_totals){.answers = CAPACITY + 7, .full = 5});
    cr_expect_float_eq(answer_rings_filled(&rings), 1, 1e-9);
    cr_expect_eq(take(&rings, 0).heard, CAPACITY + 1);
    push(&rings, 0, 6);
    cr_expect_eq(take(&rings, 0).heard, 1, "there is room again");
    cr_expect_eq(take(&rings, 1).heard, 1);
    expect_totals(&rings, true,
                  (struct answer_totals){.answers = CAPACITY + 8, .heard = CAPACITY + 3, .full = 5});
    answer_rings_close(&rings);
}

/* What a strategy that is done has not heard is no loss, whether it lay in a ring before or came later. */
Test(answer_rings, after_the_end)
{
    struct answer_rings rings = open_rings(2, 2);

    push(&rings, 0, 0);
    push(&rings, 0, 1);
    answer_rings_end(&rings, 0);
    for (unsigned i = 0; i < 2 * CAPACITY; i++)
        push(&rings, 1, 2);
    push(&rings, 1, 3);
    expect_totals(&rings, false,
                  (struct answer_totals){.answers = 2 * CAPACITY + 3, .after_end = 2 * CAPACITY});
    cr_expect_eq(take(&rings, 1).heard, 2, "the other goes on");
    expect_totals(
        &rings, true,
        (struct answer_totals){.answers = 2 * CAPACITY + 3, .heard = 2, .after_end = 2 * CAPACITY + 1});
    answer_rings_close(&rings);
}

/* A receiver that is as fast as its sender must not keep it from sending. */
static void echo_reply(struct strategy *strategy, const struct answer *answer)
{
    struct listener *self = (struct listener *)strategy;
    struct answer_rings *rings = (struct answer_rings *)(uintptr_t)self->targets[0];

    self->heard++;
    answer_rings_push(rings, 0, answer);
}

enum {
    AHEAD_CAPACITY = 64,
};

/* Counts how many answers were prefetched in each stage, whose targets are their numbers. */
struct foresighted {
    struct strategy base;
    unsigned heard;
    unsigned prefetched[PREFETCH_STAGES];
};

static void foresighted_prefetch(const struct strategy *strategy, const struct answer *answer,
                                 enum prefetch_stage stage)
{
    struct foresighted *self = (struct foresighted *)(uintptr_t)strategy;

    cr_assert_eq(answer->target, self->prefetched[stage], "each once, in their order");
    cr_assert_geq(answer->target, self->heard);
    cr_assert(stage == PREFETCH_FIRST || self->prefetched[stage - 1] > answer->target, "stage by stage");
    self->prefetched[stage]++;
}

static void foresighted_reply(struct strategy *strategy, const struct answer *answer)
{
    struct foresighted *self = (struct foresighted *)strategy;

    cr_assert_gt(self->prefetched[PREFETCH_LAST], answer->target);
    self->heard++;
}

Test(answer_rings, what_answers_touch_is_prefetched_stage_by_stage)
{
    static const struct strategy_ops ops = {
        .name = "foresighted", .reply = foresighted_reply, .prefetch = foresighted_prefetch};
    struct foresighted strategy = {.base.ops = &ops};
    struct answer_rings rings;

    cr_assert_eq(answer_rings_open(&rings, 1, 1, AHEAD_CAPACITY), 0);
    answer_rings_take(&rings, 0, &strategy.base);
    for (uint64_t target = 0; target < AHEAD_CAPACITY; target++)
        push(&rings, 0, target);
    answer_rings_take(&rings, 0, &strategy.base);
    cr_expect_eq(strategy.heard, AHEAD_CAPACITY);
    answer_rings_close(&rings);
}

Test(answer_rings, taking_ends_however_fast_answers_come, .timeout = 20)
{
    static const struct strategy_ops echo_ops = {.name = "echo", .reply = echo_reply};
    struct answer_rings rings = open_rings(1, 1);
    struct listener listener = {.base.ops = &echo_ops, .targets = {(uint64_t)(uintptr_t)&rings}};

    push(&rings, 0, 0);
    answer_rings_take(&rings, 0, &listener.base);
    cr_expect_gt(listener.heard, CAPACITY);
    answer_rings_close(&rings);
}

Test(answer_rings, capacities_are_powers_of_two_within_bounds)
{
    static const unsigned counts[] = {1, 2, 3, 7, 64, 256};

    for (size_t i = 0; i < COUNT(counts); i++)
        for (size_t k = 0; k < COUNT(counts); k++) {
            uint64_t capacity = answer_rings_capacity(counts[i], counts[k]);

            cr_expect_eq(capacity & (capacity - 1), 0);
            cr_expect(capacity >= 256 && (capacity == 256 || capacity * counts[i] * counts[k] <= 1 << 18));
        }
}

Test(answer_rings, without_rings)
{
    struct answer_rings rings = {0};

    expect_totals(&rings, true, (struct answer_totals){0});
    cr_expect_eq(answer_rings_filled(&rings), 0);
    cr_expect_eq(answer_rings_open(&rings, 2, 2, 3), -EINVAL);
    answer_rings_close(&rings);
}
