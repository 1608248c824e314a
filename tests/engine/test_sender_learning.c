// SPDX-License-Identifier: GPL-2.0-or-later
/* A strategy that hears of answers, and of what was not sent. */
#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "engine/sender_fixture.h"

#define LATER (3 * NS_PER_S)

/* A strategy that writes down what it is told, and sends one probe to each answer's target. */
struct learner {
    struct strategy base;
    unsigned heard, asked, told;
    char events[64]; /* of waiting probes and links, in the order in which it was told */
    uint32_t due[SENDER_FIXTURE_MOST];
    unsigned due_count;
    uint32_t unsent[SENDER_FIXTURE_MOST];
    enum unsent_why why[SENDER_FIXTURE_MOST];
};

static size_t learner_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct learner *self = (struct learner *)strategy;
    size_t count = 0;

    (void)now_ns;
    self->asked++;
    for (; count < n && count < self->due_count; count++)
        out[count] = (struct probe){.target_address = address_of_ipv4(self->due[count]), .ttl = 9};
    self->due_count -= count;
    memmove(self->due, self->due + count, self->due_count * sizeof(self->due[0]));
    return count;
}

static uint64_t learner_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    return ((const struct learner *)strategy)->due_count ? now_ns : UINT64_MAX;
}

static void learner_reply(struct strategy *strategy, const struct answer *answer)
{
    struct learner *self = (struct learner *)strategy;

    self->heard++;
    self->due[self->due_count++] = (uint32_t)answer->target;
}

static void learner_unsent(struct strategy *strategy, const struct probe *probe, enum unsent_why why)
{
    struct learner *self = (struct learner *)strategy;

    self->unsent[self->told] = address_ipv4(probe->target_address);
    self->why[self->told++] = why;
}

static void note_event(struct strategy *strategy, const char *kind, uint32_t number)
{
    char *events = ((struct learner *)strategy)->events;
    size_t length = strlen(events);

    snprintf(events + length, sizeof(((struct learner *)strategy)->events) - length, "%s%u ", kind, number);
}

static void learner_retry(struct strategy *strategy)
{
    note_event(strategy, "retry", 0);
}

static void learner_kept(struct strategy *strategy, const struct probe *probe)
{
    note_event(strategy, "kept", address_ipv4(probe->target_address));
}

static void learner_let_go(struct strategy *strategy, const struct probe *probe, uint64_t now_ns)
{
    cr_expect_eq(now_ns, LATER);
    note_event(strategy, "let_go", address_ipv4(probe->target_address));
}

static bool learner_done(const struct strategy *strategy)
{
    (void)strategy;
    return false;
}

static const struct strategy_ops learner_ops = {.name = "learner",
                                                .next = learner_next,
                                                .next_due = learner_next_due,
                                                .reply = learner_reply,
                                                .unsent = learner_unsent,
                                                .kept = learner_kept,
                                                .let_go = learner_let_go,
                                                .retry = learner_retry,
                                                .done = learner_done};

struct learning {
    struct sender_fixture *fixture;
    struct learner learner;
    struct answer_rings rings;
};

static struct learning *start_learning(double rate)
{
    static struct learning learning;

    learning = (struct learning){.fixture = sender_fixture_start(0, rate), .learner.base.ops = &learner_ops};
    cr_assert_eq(answer_rings_open(&learning.rings, 1, 1, 256), 0);
    learning.fixture->sender.strategy = &learning.learner.base;
    learning.fixture->sender.answers = &learning.rings;
    learning.fixture->sender.prompt = true;
    sender_open(&learning.fixture->sender);
    return &learning;
}

static void answer(struct learning *learning, uint64_t first, uint64_t count)
{
    for (uint64_t target = first; target < first + count; target++)
        answer_rings_push(&learning->rings, 0, &(struct answer){.target = target});
}

/* What an answer asks for leaves in the very step in which it is heard, and no more
 * is chosen than may leave. */
Test(sender_learning, answers_are_heard_before_probes_are_chosen)
{
    struct learning *learning = start_learning(1000);
    struct sender_fixture *fixture = learning->fixture;

    cr_expect_eq(sender_fixture_step(fixture, 0), SENDER_IDLE);
    answer(learning, 0, 10);
    cr_expect_eq(sender_fixture_step(fixture, 1), SENDER_BUSY);
    cr_expect_eq(learning->learner.heard, 10);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(learning->learner.due_count, 9, "the pacer has granted one");
    sender_fixture_run_while_busy(fixture, 4 * NS_PER_MS);
    cr_expect_eq(fixture->tx.count, 5);
    cr_expect_eq(learning->learner.due_count, 5);
    answer_rings_close(&learning->rings);
}

Test(sender_learning, answers_after_the_end_are_for_nobody)
{
    struct learning *learning = start_learning(INFINITY);
    struct answer_totals totals;

    sender_end(&learning->fixture->sender);
    answer(learning, 0, 3);
    answer_rings_totals(&learning->rings, false, &totals);
    cr_expect_eq(totals.after_end, 3);
    answer_rings_close(&learning->rings);
}

static void expect_unsent(const struct learner *learner, unsigned number, uint32_t target,
                          enum unsent_why why)
{
    cr_expect_eq(learner->unsent[number], target);
    cr_expect_eq(learner->why[number], why);
}

Test(sender_learning, a_strategy_hears_of_what_may_not_be_sent)
{
    struct learning *learning = start_learning(INFINITY);
    struct sender_fixture *fixture = learning->fixture;
    struct address_set *blocklist = sender_fixture_blocklist("0.0.0.1"),
                       *withheld = sender_fixture_blocklist("0.0.0.3");

    fixture->sender.blocklist = blocklist;
    fixture->sender.withheld = withheld;
    answer(learning, 0, 5);
    sender_step(&fixture->sender, 0);
    cr_assert_eq(learning->learner.told, 2);
    expect_unsent(&learning->learner, 0, 1, UNSENT_BLOCKED);
    expect_unsent(&learning->learner, 1, 3, UNSENT_NO_WAY);
    cr_expect_eq(fixture->tx.count, 3);
    address_set_destroy(blocklist);
    address_set_destroy(withheld);
    answer_rings_close(&learning->rings);
}

Test(sender_learning, a_strategy_hears_of_what_the_backend_drops)
{
    struct learning *learning = start_learning(INFINITY);

    tx_tell_dropped(&learning->fixture->tx.base, &(struct probe){.target_address = address_of_ipv4(7)});
    cr_assert_eq(learning->learner.told, 1);
    expect_unsent(&learning->learner, 0, 7, UNSENT_DROPPED);
    answer_rings_close(&learning->rings);
}

/* Without a link the strategy has back what has not left, and hears on. */
Test(sender_learning, a_strategy_has_back_what_waits_for_a_link)
{
    struct learning *learning = start_learning(INFINITY);
    struct sender_fixture *fixture = learning->fixture;

    fixture->tx.room = 2;
    fixture->tx.push_result = -ENETDOWN;
    answer(learning, 0, 5);
    cr_expect_eq(sender_step(&fixture->sender, 0), -ENETDOWN);
    answer(learning, 5, 1);
    sender_suspend(&fixture->sender);
    cr_expect_eq(learning->learner.heard, 6);
    cr_assert_eq(learning->learner.told, 3);
    for (unsigned i = 0; i < 3; i++)
        expect_unsent(&learning->learner, i, 2 + i, UNSENT_LINK_DOWN);
    cr_expect_eq(sender_fixture_generated(fixture), 2, "what was given back was not generated");
    answer_rings_close(&learning->rings);
}

/* Five probes are with a backend, which still has the last two when the sender is stopped. */
static struct learning *start_waiting(void)
{
    struct learning *learning = start_learning(INFINITY);

    answer(learning, 0, 5);
    sender_step(&learning->fixture->sender, 0);
    cr_assert_eq(learning->fixture->tx.count, 5);
    learning->fixture->tx.waiting = 2;
    return learning;
}

/* What waits in the backend leaves by itself and is not asked again. */
Test(sender_learning, a_strategy_asks_again_what_a_link_may_have_lost)
{
    struct learning *learning = start_waiting();
    struct sender *sender = &learning->fixture->sender;

    sender_lose_link(sender);
    sender_lose_link(sender);
    cr_expect_str_eq(learning->learner.events, "", "answers may still come");
    sender_step(sender, LATER);
    cr_expect_str_eq(learning->learner.events, "kept3 kept4 retry0 let_go3 let_go4 ");
    sender_step(sender, LATER);
    cr_expect_str_eq(learning->learner.events, "kept3 kept4 retry0 let_go3 let_go4 ", "once");
    answer_rings_close(&learning->rings);
}

Test(sender_learning, a_pause_loses_nothing)
{
    struct learning *learning = start_waiting();

    sender_suspend(&learning->fixture->sender);
    sender_step(&learning->fixture->sender, LATER);
    cr_expect_str_eq(learning->learner.events, "kept3 kept4 let_go3 let_go4 ");
    answer_rings_close(&learning->rings);
}

Test(sender_learning, nothing_is_sent_before_the_backend_knows_what_waits)
{
    struct learning *learning = start_waiting();
    struct sender_fixture *fixture = learning->fixture;

    fixture->tx.unknown = true;
    sender_lose_link(&fixture->sender);
    answer(learning, 5, 1);
    for (unsigned steps = 0; steps < 3; steps++)
        cr_expect_eq(sender_step(&fixture->sender, 0), SENDER_FULL);
    cr_expect_str_eq(learning->learner.events, "");
    cr_expect_eq(fixture->tx.count, 5);
    fixture->tx.unknown = false;
    sender_step(&fixture->sender, LATER);
    cr_expect_str_eq(learning->learner.events, "kept3 kept4 retry0 let_go3 let_go4 ");
    cr_expect_eq(fixture->tx.count, 6);
    answer_rings_close(&learning->rings);
}
