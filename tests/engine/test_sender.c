// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/sender.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "support/some_targets.h"
#include "table.h"

enum {
    MOST = 4096,
};

/* A strategy whose probes are numbered by their target, `due_every_ns` apart. */
struct numbered {
    struct strategy base;
    uint32_t next, count;
    uint64_t due_every_ns;
};

static uint64_t numbered_next_due(const struct strategy *strategy, uint64_t now_ns)
{
    const struct numbered *self = (const struct numbered *)strategy;

    return self->due_every_ns ? self->next * self->due_every_ns : now_ns;
}

static size_t numbered_next(struct strategy *strategy, uint64_t now_ns, struct probe *out, size_t n)
{
    struct numbered *self = (struct numbered *)strategy;
    size_t count = 0;

    for (; count < n && self->next < self->count && numbered_next_due(strategy, now_ns) <= now_ns; count++)
        out[count] = (struct probe){.target_address = IPV4(self->next++), .ttl = 9};
    return count;
}

static bool numbered_done(const struct strategy *strategy)
{
    const struct numbered *self = (const struct numbered *)strategy;

    return self->next == self->count;
}

static const struct strategy_ops numbered_ops = {
    .name = "numbered", .next = numbered_next, .next_due = numbered_next_due, .done = numbered_done};

/* A backend that remembers what it took, and does as it is told. */
struct recorder {
    struct tx base;
    size_t room; /* probes a call */
    int push_result;
    unsigned pushes;
    uint32_t count;
    uint32_t targets[MOST];
    uint64_t times[MOST];
};

static size_t recorder_send(struct tx *tx, const struct probe *probes, size_t n, uint64_t now_ns)
{
    struct recorder *self = (struct recorder *)tx;
    size_t taken = 0;

    cr_assert(n > 0 && n <= SENDER_BATCH);
    for (; taken < n && taken < self->room; taken++) {
        cr_assert_lt(self->count, MOST);
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

static const struct tx_ops recorder_ops = {.name = "recorder", .send = recorder_send, .push = recorder_push};

struct fixture {
    struct numbered strategy;
    struct recorder tx;
    struct sender sender;
};

static struct fixture *start(uint32_t probes, double rate)
{
    static struct fixture fixture;

    fixture = (struct fixture){
        .strategy = {.base.ops = &numbered_ops, .count = probes},
        .tx = {.base.ops = &recorder_ops, .room = SIZE_MAX},
        .sender = {.strategy = &fixture.strategy.base, .tx = &fixture.tx.base},
    };
    pacer_init(&fixture.sender.pacer, rate, 0);
    return &fixture;
}

static uint64_t generated(const struct fixture *fixture)
{
    return counter_read(&fixture->sender.counters.generated);
}

static uint64_t blocked(const struct fixture *fixture)
{
    return counter_read(&fixture->sender.counters.blocked);
}

/* One step, after which every probe generated has been taken by the backend or was blocked. */
static int step(struct fixture *fixture, uint64_t now_ns)
{
    int state = sender_step(&fixture->sender, now_ns);

    cr_assert_eq(generated(fixture), fixture->tx.count + blocked(fixture));
    return state;
}

/* Steps without waiting until the sender says something other than BUSY. */
static int run_while_busy(struct fixture *fixture, uint64_t now_ns)
{
    for (unsigned steps = 0; steps < 10 * MOST; steps++) {
        int state = step(fixture, now_ns);

        if (state != SENDER_BUSY)
            return state;
    }
    cr_assert_fail("busy for ever");
    return -1;
}

/* As a thread does it, on a clock of our own: sleeps while idle. Returns the time at the end. */
static uint64_t run_to_the_end(struct fixture *fixture, uint64_t now_ns)
{
    int state;

    while ((state = run_while_busy(fixture, now_ns)) == SENDER_IDLE) {
        cr_assert_gt(sender_next_due(&fixture->sender, now_ns), now_ns);
        now_ns = sender_next_due(&fixture->sender, now_ns);
    }
    cr_assert_eq(state, SENDER_DONE);
    return now_ns;
}

static void expect_all_in_order(const struct fixture *fixture, uint32_t count)
{
    cr_assert_eq(fixture->tx.count, count);
    for (uint32_t i = 0; i < count; i++)
        cr_assert_eq(fixture->tx.targets[i], i);
}

Test(sender, every_probe_leaves_once_in_order)
{
    static const uint32_t counts[] = {0, 1, SENDER_BATCH - 1, SENDER_BATCH, SENDER_BATCH + 1, 1000};
    static const double rates[] = {INFINITY, 1e6, 1000, 1};

    for (size_t i = 0; i < COUNT(counts); i++)
        for (size_t rate = 0; rate < COUNT(rates); rate++) {
            struct fixture *fixture = start(counts[i], rates[rate]);

            run_to_the_end(fixture, 0);
            expect_all_in_order(fixture, counts[i]);
            cr_expect_eq(generated(fixture), counts[i]);
            cr_expect_eq(step(fixture, NS_PER_S), SENDER_DONE, "it stays so");
        }
}

/* Probe i leaves at i / rate, neither sooner nor later, with that time in it. */
/* As many as were asked for, whatever the batch is; what is blocked does not count. */
Test(sender, ends_at_its_limit)
{
    static const uint32_t limits[] = {1, 63, 64, 65, 200, 300, 301};

    for (size_t i = 0; i < COUNT(limits); i++) {
        struct fixture *fixture = start(300, INFINITY);

        fixture->sender.limited = true;
        fixture->sender.allowed = limits[i];
        cr_expect_eq(run_while_busy(fixture, 0), SENDER_DONE);
        cr_expect_eq(fixture->tx.count, limits[i] < 300 ? limits[i] : 300);
        cr_expect_eq(sender_was_limited(&fixture->sender), limits[i] < 300, "%u", limits[i]);
        cr_expect(sender_has_ended(&fixture->sender));
    }
}

Test(sender, keeps_the_rate)
{
    struct fixture *fixture = start(500, 1000);

    run_to_the_end(fixture, 0);
    for (uint32_t i = 0; i < 500; i++)
        cr_assert_eq(fixture->tx.times[i], i * NS_PER_MS);
}

Test(sender, says_when_it_is_due)
{
    struct fixture *fixture = start(10, 1);

    cr_expect_eq(run_while_busy(fixture, 0), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(sender_next_due(&fixture->sender, 0), NS_PER_S);
    cr_expect_eq(run_while_busy(fixture, NS_PER_S - 1), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(run_while_busy(fixture, NS_PER_S), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 2);
}

/* Where the strategy has nothing yet, its word counts. */
Test(sender, waits_for_the_strategy)
{
    struct fixture *fixture = start(5, INFINITY);

    fixture->strategy.due_every_ns = 1000;
    cr_expect_eq(run_while_busy(fixture, 0), SENDER_IDLE);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(sender_next_due(&fixture->sender, 0), 1000);
    cr_expect_eq(run_to_the_end(fixture, 0), 4000);
    expect_all_in_order(fixture, 5);
}

/* A ring that is nearly always full: what found no room comes first the next time, and costs no rate. */
Test(sender, no_room)
{
    static const size_t rooms[] = {1, 7, 63};

    for (size_t i = 0; i < COUNT(rooms); i++) {
        struct fixture *fixture = start(1000, 100000);
        uint64_t now = 0;

        fixture->tx.room = 0;
        for (unsigned steps = 0; steps < 100; steps++, now += 10 * NS_PER_US)
            cr_assert_eq(step(fixture, now), SENDER_BUSY);
        cr_assert_eq(generated(fixture), 0);
        fixture->tx.room = rooms[i];
        run_to_the_end(fixture, now);
        expect_all_in_order(fixture, 1000);
        /* The hundred that came due meanwhile were made up for. */
        cr_expect_eq(fixture->tx.times[999], 999 * 10 * NS_PER_US);
    }
}

/* Where frames wait in the backend, steps push them, and the end is not reached before they are gone. */
Test(sender, a_busy_device)
{
    struct fixture *fixture = start(10, INFINITY);

    fixture->tx.push_result = -EAGAIN;
    for (unsigned steps = 1; steps <= 20; steps++) {
        cr_assert_eq(step(fixture, 0), SENDER_BUSY);
        cr_assert_eq(fixture->tx.pushes, steps);
    }
    cr_expect_eq(fixture->tx.count, 10);
    fixture->tx.push_result = 0;
    cr_expect_eq(step(fixture, 0), SENDER_DONE);
    expect_all_in_order(fixture, 10);
}

Test(sender, errors_are_passed_on)
{
    static const int errors[] = {-ENETDOWN, -EIO, -ENXIO};

    for (size_t i = 0; i < COUNT(errors); i++) {
        struct fixture *fixture = start(200, INFINITY);

        step(fixture, 0);
        fixture->tx.push_result = errors[i];
        fixture->tx.room = 3;
        for (unsigned steps = 0; steps < 5; steps++)
            cr_expect_eq(step(fixture, 0), errors[i]);
        /* The link is up again: nothing was lost, nothing is sent twice. */
        fixture->tx.push_result = 0;
        fixture->tx.room = SIZE_MAX;
        run_to_the_end(fixture, 0);
        expect_all_in_order(fixture, 200);
    }
}

/* The blocklist 0.0.0.0/25: probes 0 … 127, then 256 … 383 pass it or not by their numbers. */
static const struct {
    const char *blocklist;
    uint32_t probes, blocked;
} blocklists[] = {
    {"1.2.3.4", 1000, 0},
    {"0.0.0.0/25", 1000, 128},
    {"0.0.0.0/24 0.0.2.0/24", 1000, 512},
    {"0.0.0.0/16", 1000, 1000},
    {"0.0.3.231", 1000, 1},
    {"0.0.0.0", 1000, 1},
    {"0.0.0.64/26", 128, 64},
    {"0.0.0.0/26", 64, 64},
    {"0.0.0.0/26", 65, 64},
    {"0.0.0.0/31 0.0.0.62/31", 64, 4},
};

static struct address_set *make_blocklist(const char *text)
{
    struct prefix_list list = some_prefixes(text);
    struct address_set *set = address_set_create(&list);

    cr_assert_not_null(set);
    prefix_list_free(&list);
    return set;
}

Test(sender, blocked_probes_are_counted_and_not_sent)
{
    for (size_t i = 0; i < COUNT(blocklists); i++) {
        struct fixture *fixture = start(blocklists[i].probes, INFINITY);
        struct address_set *set = make_blocklist(blocklists[i].blocklist);
        uint32_t at = 0;

        fixture->sender.blocklist = set;
        run_to_the_end(fixture, 0);
        cr_expect_eq(generated(fixture), blocklists[i].probes, "%s", blocklists[i].blocklist);
        cr_expect_eq(blocked(fixture), blocklists[i].blocked, "%s", blocklists[i].blocklist);
        for (uint32_t probe = 0; probe < blocklists[i].probes; probe++)
            if (!address_set_contains(set, IPV4(probe)))
                cr_assert_eq(fixture->tx.targets[at++], probe, "%s", blocklists[i].blocklist);
        cr_expect_eq(fixture->tx.count, at);
        address_set_destroy(set);
    }
}

/* Another list while probes wait for their time: none of those on it leaves afterwards, one that is on the list
 * before alone does, and each counts once. */
Test(sender, another_blocklist_holds_for_what_was_chosen_too)
{
    for (uint32_t sent = 0; sent < 3 * SENDER_BATCH; sent += 7) {
        struct fixture *fixture = start(1000, 1);
        struct address_set *before = make_blocklist("0.0.1.0/25"), *after = make_blocklist("0.0.0.0/24");
        uint64_t now = (uint64_t)sent * NS_PER_S;

        fixture->sender.blocklist = before;
        for (uint64_t t = 0; t <= now; t += NS_PER_S)
            run_while_busy(fixture, t);
        uint32_t at = fixture->tx.count;
        sender_leave_out(&fixture->sender, after);
        address_set_destroy(before);
        cr_assert_eq(generated(fixture), at + blocked(fixture));
        run_to_the_end(fixture, now);
        cr_expect_eq(generated(fixture), 1000);
        cr_expect_eq(blocked(fixture), 256 - at, "after %u", sent);
        for (uint32_t i = at; i < fixture->tx.count; i++)
            cr_assert_eq(fixture->tx.targets[i], 256 + i - at);
        address_set_destroy(after);
    }
}

Test(sender, a_blocklist_may_go)
{
    struct fixture *fixture = start(100, INFINITY);
    struct address_set *set = make_blocklist("0.0.0.0/8");

    fixture->sender.blocklist = set;
    sender_leave_out(&fixture->sender, NULL);
    address_set_destroy(set);
    run_to_the_end(fixture, 0);
    expect_all_in_order(fixture, 100);
}

/* What is blocked is not counted twice. */
Test(sender, probes_to_where_no_way_leads_are_counted_and_not_sent)
{
    struct fixture *fixture = start(1000, INFINITY);
    struct address_set *blocklist = make_blocklist("0.0.0.0/25"),
                       *withheld = make_blocklist("0.0.0.64/26 0.0.1.0/24");

    fixture->sender.blocklist = blocklist;
    fixture->sender.withheld = withheld;
    for (int i = 0; i < MOST && sender_step(&fixture->sender, 0) != SENDER_DONE; i++)
        continue;
    cr_expect_eq(generated(fixture), 1000);
    cr_expect_eq(blocked(fixture), 128);
    cr_expect_eq(counter_read(&fixture->sender.counters.no_way), 256);
    cr_expect_eq(fixture->tx.count, 1000 - 128 - 256);
    cr_expect_eq(fixture->tx.targets[0], 128);
    cr_expect_eq(fixture->tx.targets[128], 512);
    address_set_destroy(blocklist);
    address_set_destroy(withheld);
}

/* At a given rate probes leave, not numbers that were drawn and blocked. */
Test(sender, blocked_probes_consume_no_rate)
{
    struct fixture *fixture = start(1000, 1000);
    struct address_set *set = make_blocklist("0.0.0.0/24 0.0.2.0/25");

    fixture->sender.blocklist = set;
    run_to_the_end(fixture, 0);
    cr_assert_eq(fixture->tx.count, 1000 - 384);
    for (uint32_t i = 0; i < fixture->tx.count; i++)
        cr_assert_eq(fixture->tx.times[i], i * NS_PER_MS);
    address_set_destroy(set);
}

/* Stopped anywhere: what was chosen and not handed over counts nowhere. */
Test(sender, stopped_half_way)
{
    struct fixture *fixture = start(1000, 1000);

    for (uint64_t now = 0; now < 100 * NS_PER_MS; now += NS_PER_MS / 3)
        step(fixture, now);
    cr_expect_eq(fixture->tx.count, 100);
    cr_expect_eq(generated(fixture), 100);
}

/* Where each probe is waited for from when it was chosen, it is not chosen before it may leave. */
Test(sender, prompt_ones_choose_when_they_may_send)
{
    struct fixture *fixture = start(5, 2);
    uint64_t now = 1;

    fixture->sender.batch = 1;
    fixture->sender.prompt = true;
    for (uint32_t sent = 0; sent < 5; sent++) {
        while (fixture->tx.count == sent) {
            cr_assert_leq(fixture->strategy.next, sent, "chosen ahead");
            cr_assert_neq(step(fixture, now), SENDER_DONE);
            uint64_t due = sender_next_due(&fixture->sender, now);
            now = due > now ? due : now;
        }
        cr_expect_eq(fixture->tx.times[sent], sent ? sent * NS_PER_S / 2 : 1);
    }
    cr_expect_eq(run_while_busy(fixture, now), SENDER_DONE);
}

/* A strategy that is due later than the pacer, and one that is due earlier. */
Test(sender, prompt_ones_are_due_when_both_are)
{
    static const struct {
        uint64_t due_every_ns, expected_ns;
    } cases[] = {{NS_PER_S, NS_PER_S}, {NS_PER_S / 8, NS_PER_S / 2}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture *fixture = start(5, 2);

        fixture->sender.batch = 1;
        fixture->sender.prompt = true;
        fixture->strategy.due_every_ns = cases[i].due_every_ns;
        cr_assert_eq(run_while_busy(fixture, 0), SENDER_IDLE);
        cr_expect_eq(fixture->tx.count, 1);
        cr_expect_eq(sender_next_due(&fixture->sender, 0), cases[i].expected_ns, "%zu", i);
        cr_expect_eq(counter_read(&fixture->sender.counters.waits), 0, "it was the pacer's turn");
        step(fixture, NS_PER_S / 2);
        cr_expect_eq(counter_read(&fixture->sender.counters.waits), cases[i].due_every_ns == NS_PER_S,
                     "a probe might have left");
    }
}

/* A strategy that writes down what it is told, and sends one probe to each answer's target. */
struct learner {
    struct strategy base;
    unsigned heard, asked, told;
    uint32_t due[MOST];
    unsigned due_count;
    uint32_t unsent[MOST];
    enum unsent_why why[MOST];
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
                                                .done = learner_done};

struct learning {
    struct fixture *fixture;
    struct learner learner;
    struct answer_rings rings;
};

static struct learning *start_learning(double rate)
{
    static struct learning learning;

    learning = (struct learning){.fixture = start(0, rate), .learner.base.ops = &learner_ops};
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
Test(sender, answers_are_heard_before_probes_are_chosen)
{
    struct learning *learning = start_learning(1000);
    struct fixture *fixture = learning->fixture;

    cr_expect_eq(step(fixture, 0), SENDER_IDLE);
    answer(learning, 0, 10);
    cr_expect_eq(step(fixture, 1), SENDER_BUSY);
    cr_expect_eq(learning->learner.heard, 10);
    cr_expect_eq(fixture->tx.count, 1);
    cr_expect_eq(learning->learner.due_count, 9, "the pacer has granted one");
    run_while_busy(fixture, 4 * NS_PER_MS);
    cr_expect_eq(fixture->tx.count, 5);
    cr_expect_eq(learning->learner.due_count, 5);
    answer_rings_close(&learning->rings);
}

Test(sender, answers_after_the_end_are_for_nobody)
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

Test(sender, a_strategy_hears_of_what_may_not_be_sent)
{
    struct learning *learning = start_learning(INFINITY);
    struct fixture *fixture = learning->fixture;
    struct address_set *blocklist = make_blocklist("0.0.0.1"), *withheld = make_blocklist("0.0.0.3");

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

Test(sender, a_strategy_hears_of_what_the_backend_drops)
{
    struct learning *learning = start_learning(INFINITY);

    tx_tell_dropped(&learning->fixture->tx.base, &(struct probe){.target_address = address_of_ipv4(7)});
    cr_assert_eq(learning->learner.told, 1);
    expect_unsent(&learning->learner, 0, 7, UNSENT_DROPPED);
    answer_rings_close(&learning->rings);
}

/* Without a link the strategy has back what has not left, and hears on. */
Test(sender, a_strategy_has_back_what_waits_for_a_link)
{
    struct learning *learning = start_learning(INFINITY);
    struct fixture *fixture = learning->fixture;

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
    cr_expect_eq(generated(fixture), 2, "what was given back was not generated");
    answer_rings_close(&learning->rings);
}

/* One that does not ask for them finds them sent afterwards. */
Test(sender, others_wait_for_a_link)
{
    struct fixture *fixture = start(100, INFINITY);

    step(fixture, 0);
    fixture->tx.push_result = -ENETDOWN;
    fixture->tx.room = 3;
    step(fixture, 0);
    sender_suspend(&fixture->sender);
    fixture->tx.push_result = 0;
    fixture->tx.room = SIZE_MAX;
    run_to_the_end(fixture, 0);
    expect_all_in_order(fixture, 100);
}

static uint64_t left(const struct fixture *fixture)
{
    return atomic_load(&fixture->sender.counters.left);
}

static uint64_t numbered_left(const struct strategy *strategy)
{
    const struct numbered *self = (const struct numbered *)strategy;

    return self->count - self->next;
}

/* At every step what was generated and what is left are all there is, however much is chosen ahead. */
Test(sender, tells_what_is_left)
{
    static const struct strategy_ops counting_ops = {.name = "counting",
                                                     .next = numbered_next,
                                                     .next_due = numbered_next_due,
                                                     .left = numbered_left,
                                                     .done = numbered_done};
    struct fixture *fixture = start(1000, 1000);

    fixture->strategy.base.ops = &counting_ops;
    sender_open(&fixture->sender);
    cr_expect_eq(left(fixture), 1000);
    for (uint64_t now = 0; now < 2 * NS_PER_S; now += NS_PER_MS / 3) {
        step(fixture, now);
        cr_assert_eq(generated(fixture) + left(fixture), 1000);
    }
    cr_expect_eq(left(fixture), 0);
}

Test(sender, nobody_knows_what_is_left)
{
    struct fixture *fixture = start(10, INFINITY);

    sender_open(&fixture->sender);
    cr_expect_eq(left(fixture), STRATEGY_LEFT_UNKNOWN);
    run_to_the_end(fixture, 0);
    cr_expect_eq(left(fixture), STRATEGY_LEFT_UNKNOWN);
}
