// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/fleet.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "addresses.h"
#include "base/clock.h"
#include "reference.h"
#include "strategy/fake_network.h"
#include "strategy/path.h"
#include "table.h"

/* A member that is due at times of its own, sends so many probes and counts what it is told. */
struct member {
    struct strategy base;
    uint32_t owner;
    uint64_t due_ns, period_ns;
    unsigned left, sent, told, unsent, asked;
    bool *closed;
};

static void member_close(struct strategy *strategy)
{
    *((struct member *)strategy)->closed = true;
    free(strategy);
}

static size_t member_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct member *member = (struct member *)strategy;

    member->asked++;
    if (!n || !member->left || now_ns < member->due_ns)
        return 0;
    member->left--;
    member->sent++;
    member->due_ns = now_ns + member->period_ns;
    out[0] = (struct probe){.owner = member->owner};
    return 1;
}

static uint64_t member_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    (void)now_ns;
    return ((const struct member *)strategy)->due_ns;
}

static void member_reply(struct strategy *strategy, const struct answer *answer)
{
    struct member *member = (struct member *)strategy;

    cr_assert_eq(answer->target, member->owner);
    member->told++;
    member->left = 0;
}

static void member_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct member *member = (struct member *)strategy;

    cr_assert_eq(probe->owner, member->owner);
    cr_assert_eq(why, UNSENT_DROPPED);
    member->unsent++;
    member->left++;
    member->due_ns = 0;
}

static bool member_done(const struct strategy *strategy)
{
    return ((const struct member *)strategy)->left == 0;
}

static const struct strategy_ops member_ops = {
    .close = member_close,
    .next = member_next,
    .next_due = member_next_due,
    .reply = member_reply,
    .unsent = member_unsent,
    .done = member_done,
};

static struct member *add(struct fleet *fleet, uint64_t due_ns, uint64_t period_ns, unsigned left,
                          bool *closed)
{
    struct member *member = calloc(1, sizeof(*member));

    *member = (struct member){
        .base.ops = &member_ops,
        .owner = (uint32_t)fleet_count(fleet),
        .due_ns = due_ns,
        .period_ns = period_ns,
        .left = left,
        .closed = closed,
    };
    cr_assert_eq(fleet_add(fleet, &member->base, 0), 0);
    cr_assert_eq(fleet_member(fleet, member->owner), &member->base);
    return member;
}

Test(fleet, nobody_is_nothing)
{
    struct fleet *fleet = fleet_create();
    struct strategy *strategy = fleet_strategy(fleet);
    struct probe probe;

    cr_expect_eq(strategy->ops->next(strategy, 1, &probe, 1), 0);
    cr_expect_eq(strategy->ops->next_due(strategy, 1), UINT64_MAX);
    cr_expect(strategy->ops->done(strategy));
    strategy->ops->reply(strategy, &(struct answer){.target = 0});
    strategy->ops->close(strategy);
}

Test(fleet, members_are_served_in_the_order_they_are_due)
{
    enum { MEMBERS = 500 };
    struct fleet *fleet = fleet_create();
    struct strategy *strategy = fleet_strategy(fleet);
    bool closed[MEMBERS] = {0};
    uint64_t random = 3, last = 0;
    struct probe probe;

    for (int i = 0; i < MEMBERS; i++)
        add(fleet, 1 + reference_random(&random) % 100000, 1 + reference_random(&random) % 1000, 20,
            &closed[i]);
    cr_expect_eq(fleet_count(fleet), MEMBERS);
    for (unsigned sent = 0; sent < MEMBERS * 20; sent++) {
        uint64_t due = strategy->ops->next_due(strategy, last);

        cr_assert_geq(due, last);
        cr_assert_eq(strategy->ops->next(strategy, due - 1, &probe, 1), 0);
        cr_assert_eq(strategy->ops->next(strategy, due, &probe, 1), 1);
        last = due;
    }
    cr_expect(strategy->ops->done(strategy));
    cr_expect_eq(strategy->ops->next_due(strategy, last), UINT64_MAX);
    strategy->ops->close(strategy);
    for (int i = 0; i < MEMBERS; i++)
        cr_expect(closed[i]);
}

/* All have more to send at any time, and the pacer lets one probe go at a time. */
Test(fleet, pacing_is_shared_out_evenly)
{
    enum { MEMBERS = 7, EACH = 100 };
    struct fleet *fleet = fleet_create();
    struct strategy *strategy = fleet_strategy(fleet);
    bool closed;
    unsigned sent[MEMBERS] = {0};
    struct probe probe;

    for (int i = 0; i < MEMBERS; i++)
        add(fleet, 0, 0, 2 * EACH, &closed);
    for (uint64_t now = 1; now <= MEMBERS * EACH; now++) {
        cr_assert_eq(strategy->ops->next(strategy, now, &probe, 1), 1);
        sent[probe.owner]++;
        for (int i = 0; i < MEMBERS; i++)
            cr_assert_leq(abs((int)sent[i] - (int)sent[probe.owner]), 2, "after %llu",
                          (unsigned long long)now);
    }
    strategy->ops->close(strategy);
}

Test(fleet, a_full_batch_comes_from_many)
{
    struct fleet *fleet = fleet_create();
    struct strategy *strategy = fleet_strategy(fleet);
    bool closed;
    struct probe probes[64];

    for (int i = 0; i < 40; i++)
        add(fleet, 0, NS_PER_S, 5, &closed);
    cr_expect_eq(strategy->ops->next(strategy, 1, probes, 64), 40);
    cr_expect_eq(strategy->ops->next(strategy, 1, probes, 64), 0);
    cr_expect_eq(strategy->ops->next(strategy, 1 + NS_PER_S, probes, 30), 30);
    cr_expect_eq(strategy->ops->next(strategy, 1 + NS_PER_S, probes, 30), 10);
    strategy->ops->close(strategy);
}

Test(fleet, answers_go_to_their_member_and_end_it)
{
    enum { MEMBERS = 100 };
    struct fleet *fleet = fleet_create();
    struct strategy *strategy = fleet_strategy(fleet);
    struct member *members[MEMBERS];
    bool closed;
    struct probe probes[64];

    for (int i = 0; i < MEMBERS; i++)
        members[i] = add(fleet, (uint64_t)(1000 - i), NS_PER_S, 5, &closed);
    for (unsigned i = 0; i < MEMBERS; i += 3)
        strategy->ops->reply(strategy, &(struct answer){.target = i, .arrived_ns = 5});
    strategy->ops->reply(strategy, &(struct answer){.target = MEMBERS});
    strategy->ops->reply(strategy, &(struct answer){.target = UINT64_MAX});
    /* A second answer to one that is done. */
    strategy->ops->reply(strategy, &(struct answer){.target = 0, .arrived_ns = 6});
    for (uint64_t now = 1; now < 1100; now += 100)
        while (strategy->ops->next(strategy, now, probes, 64))
            continue;
    for (int i = 0; i < MEMBERS; i++) {
        cr_expect_eq(members[i]->told, i == 0 ? 2 : i % 3 == 0);
        cr_expect_eq(members[i]->sent, i % 3 ? 1 : 0, "%d", i);
    }
    strategy->ops->close(strategy);
}

Test(fleet, members_may_come_while_it_runs)
{
    struct fleet *fleet = fleet_create();
    struct strategy *strategy = fleet_strategy(fleet);
    bool closed;
    struct probe probe;

    for (uint64_t now = 1; now < 500; now++) {
        add(fleet, now, 0, 1, &closed);
        cr_assert_not(strategy->ops->done(strategy));
        cr_assert_eq(strategy->ops->next(strategy, now, &probe, 1), 1);
        cr_assert_eq(probe.owner, now - 1);
        cr_assert(strategy->ops->done(strategy));
    }
    strategy->ops->close(strategy);
}

/* Many paths at once take as long as one, where no rate is asked for. */
Test(fleet, paths_run_side_by_side)
{
    enum { PATHS = 100 };
    struct fake_network *network = calloc(1, sizeof(*network));
    struct fleet *fleet = fleet_create();

    *network = (struct fake_network){.hops = "rrrrT", .rtt_ns = 10 * NS_PER_MS, .now_ns = 7};
    for (uint32_t i = 0; i < PATHS; i++) {
        const struct path_config config = {
            .owner = i,
            .target_address = IPV4(FAKE_TARGET),
            .first_ttl = 1,
            .max_ttl = 30,
            .queries = 1,
            .window = 2,
            .gap_limit = 5,
            .patience = {.wait_ns = NS_PER_S},
            .rounds = 1,
        };
        cr_assert_eq(fleet_add(fleet, path_strategy(path_create(&config)), 0), 0);
    }
    fake_network_run(network, fleet_strategy(fleet), 1);
    for (size_t i = 0; i < PATHS; i++) {
        const struct path *path = (const struct path *)fleet_member(fleet, i);

        cr_expect(path_reached(path));
        cr_expect_eq(path_length(path), 5);
    }
    cr_expect_leq(network->now_ns, 7 + 200 * NS_PER_MS);
    fleet_strategy(fleet)->ops->close(fleet_strategy(fleet));
    free(network);
}

/* Whoever sent a probe hears that it did not leave, and may send it again at once. */
Test(fleet, what_was_not_sent_is_told_to_its_member)
{
    enum { MEMBERS = 3 };
    struct fleet *fleet = fleet_create();
    struct strategy *strategy = fleet_strategy(fleet);
    struct member *members[MEMBERS];
    bool closed[MEMBERS];
    struct probe probe;

    for (unsigned i = 0; i < MEMBERS; i++)
        members[i] = add(fleet, 0, NS_PER_S, 2, &closed[i]);
    for (unsigned i = 0; i < MEMBERS; i++)
        cr_assert_eq(strategy->ops->next(strategy, 10, &probe, 1), 1);
    cr_expect_gt(strategy->ops->next_due(strategy, 10), 10);
    strategy_unsent(strategy, &(struct probe){.owner = 1}, UNSENT_DROPPED);
    strategy_unsent(strategy, &(struct probe){.owner = MEMBERS}, UNSENT_DROPPED);
    cr_expect_eq(members[1]->unsent, 1);
    cr_expect_eq(members[0]->unsent + members[2]->unsent, 0);
    cr_expect_eq(strategy->ops->next_due(strategy, 10), 10);
    cr_assert_eq(strategy->ops->next(strategy, 10, &probe, 1), 1);
    cr_expect_eq(probe.owner, 1);
    strategy->ops->close(strategy);
}
