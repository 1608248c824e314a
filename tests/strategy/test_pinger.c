// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/pinger.h"

#include <criterion/criterion.h>

#include "addresses.h"
#include "base/clock.h"
#include "reply_parse.h"
#include "table.h"

enum {
    TARGET = 0x2c010001,
    ROUTER = 0x2c000002,
    OWNER = 3,
};

#define MS NS_PER_MS

/* What a pinger told of, in order. */
struct told {
    uint64_t sequence;
    enum ping_outcome outcome;
};

struct fixture {
    struct pinger *pinger;
    struct strategy *strategy;
    struct told told[64];
    unsigned count;
    bool tells_open; /* PING_OPEN is noted, too */
    uint32_t rtt_us; /* of answers; 0: 7 */
};

static void note(void *context, struct pinger *pinger, uint64_t sequence, enum ping_outcome outcome,
                 const struct answer *answer)
{
    struct fixture *fixture = context;

    cr_assert_eq(pinger, fixture->pinger);
    cr_assert_eq(answer == NULL, outcome == PING_LOST || outcome == PING_OPEN);
    if (outcome == PING_OPEN && !fixture->tells_open)
        return;
    cr_assert_lt(fixture->count, COUNT(fixture->told));
    fixture->told[fixture->count++] = (struct told){sequence, outcome};
}

static void start_as(struct fixture *fixture, const struct pinger_config *wanted)
{
    struct pinger_config config = *wanted;

    config.owner = OWNER;
    config.target_address = IPV4(TARGET);
    config.ttl = 64;
    config.size = 84;
    config.observer = note;
    config.context = fixture;
    *fixture = (struct fixture){.pinger = pinger_create(&config)};
    cr_assert_not_null(fixture->pinger);
    fixture->strategy = pinger_strategy(fixture->pinger);
}

static void start(struct fixture *fixture, uint64_t count, uint64_t interval_ns, uint64_t wait_ns)
{
    start_as(fixture,
             &(struct pinger_config){.count = count, .interval_ns = interval_ns, .wait_ns = wait_ns});
}

static void end(struct fixture *fixture)
{
    fixture->strategy->ops->close(fixture->strategy);
}

/* How many probes are due at `now`. */
static size_t ask(struct fixture *fixture, uint64_t now)
{
    struct probe probes[4];
    size_t count = fixture->strategy->ops->next(fixture->strategy, now, probes, COUNT(probes));

    for (size_t i = 0; i < count; i++) {
        cr_assert(address_equal(probes[i].target_address, IPV4(TARGET)));
        cr_assert_eq(probes[i].owner, OWNER);
        cr_assert_eq(probes[i].ttl, 64);
        cr_assert_eq(probes[i].size, 84);
        cr_assert_eq(probes[i].query, (uint16_t)(pinger_sent(fixture->pinger) - count + i));
    }
    return count;
}

static uint64_t next_due(const struct fixture *fixture, uint64_t now)
{
    return fixture->strategy->ops->next_due(fixture->strategy, now);
}

static void answer(struct fixture *fixture, uint64_t sequence, uint32_t responder, uint8_t type, uint8_t code)
{
    const struct record record = {
        .responder = IPV4(responder),
        .icmp_type = type,
        .icmp_code = code,
        .rtt_us = fixture->rtt_us ? fixture->rtt_us : 7,
    };
    struct answer answer = answer_of(&record);

    answer.target = OWNER;
    answer.query = (uint16_t)sequence;
    answer.from_target = responder == TARGET;
    answer.solicited = type == 0 || (type == ICMP_DESTINATION_UNREACHABLE && code == ICMP_PORT_UNREACHABLE);
    fixture->strategy->ops->reply(fixture->strategy, &answer);
}

static void expect_told(const struct fixture *fixture, const struct told *expected, unsigned count)
{
    cr_assert_eq(fixture->count, count);
    for (unsigned i = 0; i < count; i++) {
        cr_expect_eq(fixture->told[i].sequence, expected[i].sequence, "%u", i);
        cr_expect_eq(fixture->told[i].outcome, expected[i].outcome, "%u", i);
    }
}

Test(pinger, keeps_its_interval_whatever_comes_back)
{
    struct fixture fixture;
    static const struct {
        uint64_t now;
        size_t due;
    } steps[] = {{1000 * MS, 1}, {1000 * MS, 0}, {1099 * MS, 0},
                 {1103 * MS, 1}, {1199 * MS, 0}, {1200 * MS, 1}};

    start(&fixture, 0, 100 * MS, 1000 * MS);
    for (size_t i = 0; i < COUNT(steps); i++)
        cr_expect_eq(ask(&fixture, steps[i].now), steps[i].due, "%zu", i);
    cr_expect_eq(next_due(&fixture, 1200 * MS), 1300 * MS, "the delay of one probe is not the next one's");
    end(&fixture);
}

Test(pinger, does_not_make_up_for_a_pause)
{
    struct fixture fixture;

    start(&fixture, 0, 100 * MS, 10 * MS);
    cr_assert_eq(ask(&fixture, 1000 * MS), 1);
    cr_expect_eq(ask(&fixture, 9000 * MS), 1);
    cr_expect_eq(ask(&fixture, 9001 * MS), 0);
    cr_expect_eq(ask(&fixture, 9100 * MS), 1);
    end(&fixture);
}

Test(pinger, tells_what_became_of_each_probe)
{
    struct fixture fixture;
    static const struct told expected[] = {
        {0, PING_ANSWERED}, {0, PING_DUPLICATE}, {1, PING_REFUSED},
        {2, PING_LOST},     {2, PING_LATE},      {3, PING_ANSWERED},
    };

    start(&fixture, 4, 100 * MS, 250 * MS);
    ask(&fixture, 1000 * MS);
    answer(&fixture, 0, TARGET, 0, 0);
    answer(&fixture, 0, TARGET, 0, 0);
    ask(&fixture, 1100 * MS);
    answer(&fixture, 1, ROUTER, ICMP_TIME_EXCEEDED_TYPE, 0);
    answer(&fixture, 1, ROUTER, ICMP_TIME_EXCEEDED_TYPE, 0); /* said once */
    ask(&fixture, 1200 * MS);
    ask(&fixture, 1300 * MS);
    cr_expect_eq(next_due(&fixture, 1300 * MS), 1450 * MS);
    ask(&fixture, 1450 * MS);
    answer(&fixture, 2, TARGET, 0, 0);
    answer(&fixture, 3, TARGET, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE);
    expect_told(&fixture, expected, COUNT(expected));
    cr_expect_not(fixture.strategy->ops->done(fixture.strategy));
    ask(&fixture, 1450 * MS);
    cr_expect(fixture.strategy->ops->done(fixture.strategy));
    cr_expect_eq(next_due(&fixture, 1450 * MS), UINT64_MAX);
    end(&fixture);
}

/* Whoever sends it: the host's own firewall, a router's that says what closed ports
 * say, this host's kernel. */
Test(pinger, an_error_is_no_answer)
{
    static const struct {
        uint32_t responder;
        uint8_t type, code;
    } cases[] = {
        {TARGET, ICMP_DESTINATION_UNREACHABLE, 0},
        {TARGET, ICMP_DESTINATION_UNREACHABLE, 10},
        {TARGET, ICMP_DESTINATION_UNREACHABLE, 13},
        {TARGET, ICMP_TIME_EXCEEDED_TYPE, 0},
        {TARGET, ICMP_TIME_EXCEEDED_TYPE, 1},
        {ROUTER, ICMP_DESTINATION_UNREACHABLE, 1},
        {ROUTER, ICMP_DESTINATION_UNREACHABLE, ICMP_PORT_UNREACHABLE},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        static const struct told expected[] = {{0, PING_REFUSED}, {1, PING_LOST}, {1, PING_EXPLAINED}};
        struct fixture fixture;

        start(&fixture, 2, 100 * MS, 250 * MS);
        ask(&fixture, 1000 * MS);
        ask(&fixture, 1100 * MS);
        answer(&fixture, 0, cases[i].responder, cases[i].type, cases[i].code);
        ask(&fixture, 1350 * MS);
        answer(&fixture, 1, cases[i].responder, cases[i].type, cases[i].code); /* told lost before */
        expect_told(&fixture, expected, COUNT(expected));
        end(&fixture);
    }
}

/* With a wait of ten seconds nobody is lost early, and an answer leaves the rest two RTTs, or an interval. */
Test(pinger, waits_by_rtt_where_any_was_answered)
{
    static const struct {
        uint32_t rtt_us; /* of the first; 0: nothing comes */
        uint64_t rest;   /* that is waited for behind the last probe */
    } cases[] = {{0, 10000 * MS}, {1200000, 2400 * MS}, {20, 1000 * MS}, {6000000, 10000 * MS}};
    const struct pinger_config config = {
        .count = 2, .interval_ns = 1000 * MS, .wait_ns = 10000 * MS, .by_rtt = true};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fixture fixture;

        start_as(&fixture, &config);
        fixture.rtt_us = cases[i].rtt_us;
        ask(&fixture, 1000 * MS);
        ask(&fixture, 2000 * MS);
        if (cases[i].rtt_us)
            answer(&fixture, 0, TARGET, 0, 0);
        fixture.count = 0;
        ask(&fixture, 2000 * MS + cases[i].rest - 1);
        cr_expect_not(fixture.strategy->ops->done(fixture.strategy), "%zu", i);
        ask(&fixture, 2000 * MS + cases[i].rest);
        cr_expect(fixture.strategy->ops->done(fixture.strategy), "%zu", i);
        end(&fixture);
    }
}

/* Tries until one is answered; even an answer to the first counts until all tries have been waited for. */
Test(pinger, asks_as_often_as_needed)
{
    const struct pinger_config config = {
        .count = 4, .interval_ns = 1000 * MS, .wait_ns = 1000 * MS, .as_needed = true, .by_rtt = true};
    static const struct told late[] = {{0, PING_ANSWERED}, {1, PING_ANSWERED}};
    static const struct told never[] = {{0, PING_LOST}, {1, PING_LOST}, {2, PING_LOST}, {3, PING_LOST}};
    struct fixture fixture;

    start_as(&fixture, &config);
    fixture.rtt_us = 1200000;
    cr_expect_eq(ask(&fixture, 1000 * MS), 1);
    cr_expect_eq(ask(&fixture, 2000 * MS), 1);
    answer(&fixture, 0, TARGET, 0, 0);
    cr_expect_eq(ask(&fixture, 3000 * MS), 0, "it is there");
    cr_expect_not(fixture.strategy->ops->done(fixture.strategy), "the second try may be answered");
    answer(&fixture, 1, TARGET, 0, 0);
    ask(&fixture, 3200 * MS);
    cr_expect(fixture.strategy->ops->done(fixture.strategy));
    expect_told(&fixture, late, COUNT(late));
    end(&fixture);

    start_as(&fixture, &config);
    for (unsigned i = 0; i < 4; i++)
        cr_expect_eq(ask(&fixture, 1000 * MS + i * 1000 * MS), 1);
    cr_expect_eq(ask(&fixture, 4999 * MS), 0);
    cr_expect_eq(fixture.count, 0);
    cr_expect_eq(ask(&fixture, 5000 * MS), 0);
    expect_told(&fixture, never, COUNT(never));
    cr_expect(fixture.strategy->ops->done(fixture.strategy));
    end(&fixture);
}

Test(pinger, tells_what_is_open_when_the_next_leaves)
{
    static const struct told expected[] = {{1, PING_OPEN}, {1, PING_ANSWERED}, {2, PING_OPEN}};
    struct fixture fixture;

    start(&fixture, 0, 100 * MS, 1000 * MS);
    fixture.tells_open = true;
    ask(&fixture, 1000 * MS);
    answer(&fixture, 0, TARGET, 0, 0);
    fixture.count = 0;
    ask(&fixture, 1100 * MS);
    ask(&fixture, 1200 * MS);
    answer(&fixture, 1, TARGET, 0, 0);
    ask(&fixture, 1300 * MS);
    expect_told(&fixture, expected, COUNT(expected));
    end(&fixture);
}

Test(pinger, ignores_answers_to_probes_that_it_has_forgotten_or_not_sent)
{
    struct fixture fixture;

    start(&fixture, 0, 100 * MS, 100 * MS);
    answer(&fixture, 0, TARGET, 0, 0);
    for (uint64_t i = 0; i < 40; i++)
        ask(&fixture, 1000 * MS + i * 100 * MS);
    fixture.count = 0;
    answer(&fixture, 40, TARGET, 0, 0);
    answer(&fixture, 1, TARGET, 0, 0);
    answer(&fixture, 65535, TARGET, 0, 0);
    cr_expect_eq(fixture.count, 0);
    answer(&fixture, 39, TARGET, 0, 0);
    cr_expect_eq(fixture.count, 1);
    end(&fixture);
}

Test(pinger, finds_its_probes_beyond_sixteen_bits)
{
    struct fixture fixture;
    uint64_t now = NS_PER_S;

    start(&fixture, 0, MS, MS);
    for (uint64_t i = 0; i < 0x10005; i++, now += MS) {
        fixture.count = 0;
        cr_assert_eq(ask(&fixture, now), 1);
    }
    fixture.count = 0;
    answer(&fixture, 4, TARGET, 0, 0);
    cr_assert_eq(fixture.count, 1);
    cr_expect_eq(fixture.told[0].sequence, 0x10004);
    cr_expect_eq(fixture.told[0].outcome, PING_ANSWERED);
    end(&fixture);
}

/* Without an interval probes are due at once, until as many wait as can be told apart. */
Test(pinger, stops_where_too_many_wait)
{
    struct fixture fixture;
    unsigned sent = 0;

    start(&fixture, 0, 0, 25 * MS);
    while (sent <= PINGER_MOST_OPEN && ask(&fixture, 100 * MS))
        sent++;
    cr_expect_eq(sent, PINGER_MOST_OPEN);
    cr_expect_eq(next_due(&fixture, 100 * MS), 125 * MS);
    answer(&fixture, 1, TARGET, 0, 0); /* the oldest is still waited for */
    cr_expect_eq(ask(&fixture, 101 * MS), 0);
    answer(&fixture, 0, TARGET, 0, 0);
    cr_expect_leq(next_due(&fixture, 101 * MS), 101 * MS);
    cr_expect_eq(ask(&fixture, 101 * MS), 1);
    end(&fixture);
}

Test(pinger, refuses_more_open_probes_than_numbers)
{
    const struct pinger_config config = {.interval_ns = 1000, .wait_ns = NS_PER_S, .observer = note};

    cr_expect_null(pinger_create(&config));
}

Test(pinger, nothing_is_sent_from_the_deadline_on)
{
    static const struct told expected[] = {{0, PING_LOST}, {1, PING_LOST}};
    struct pinger_config config = {
        .target_address = IPV4(TARGET), .owner = OWNER, .ttl = 64, .size = 84, .observer = note};
    struct fixture fixture = {0};

    config.interval_ns = 100 * MS;
    config.wait_ns = 1000 * MS;
    config.end_ns = 200 * MS;
    config.context = &fixture;
    fixture.pinger = pinger_create(&config);
    fixture.strategy = pinger_strategy(fixture.pinger);
    cr_expect_eq(ask(&fixture, 0), 1);
    cr_expect_eq(ask(&fixture, 100 * MS), 1);
    cr_expect_eq(ask(&fixture, 200 * MS), 0);
    expect_told(&fixture, expected, COUNT(expected));
    cr_expect(fixture.strategy->ops->done(fixture.strategy));
    end(&fixture);
}

/* The observer may end it from within an answer. */
Test(pinger, an_end_settles_what_is_open)
{
    static const struct told expected[] = {{1, PING_ANSWERED}, {0, PING_LOST}, {2, PING_LOST}};
    struct fixture fixture;

    start(&fixture, 0, 100 * MS, 1000 * MS);
    for (uint64_t now = 0; now < 300 * MS; now += 100 * MS)
        cr_expect_eq(ask(&fixture, now), 1);
    answer(&fixture, 1, TARGET, 0, 0);
    cr_expect_not(fixture.strategy->ops->done(fixture.strategy));
    pinger_end(fixture.pinger);
    expect_told(&fixture, expected, COUNT(expected));
    cr_expect(fixture.strategy->ops->done(fixture.strategy));
    cr_expect_eq(ask(&fixture, 5000 * MS), 0);
    cr_expect_eq(next_due(&fixture, 5000 * MS), UINT64_MAX);
    cr_expect_eq(pinger_sent(fixture.pinger), 3);
    end(&fixture);
}

Test(pinger, what_was_not_sent_is_not_waited_for)
{
    struct fixture fixture;

    start(&fixture, 2, NS_PER_S, 5 * NS_PER_S);
    cr_assert_eq(ask(&fixture, 0), 1);
    for (uint16_t query = 0; query < 3; query++) /* the others are not sent yet, and one is told once */
        strategy_unsent(fixture.strategy, &(struct probe){.query = query}, UNSENT_DROPPED);
    strategy_unsent(fixture.strategy, &(struct probe){.query = 0}, UNSENT_DROPPED);
    cr_assert_eq(ask(&fixture, NS_PER_S), 1);
    answer(&fixture, 0, TARGET, 0, 0);
    strategy_unsent(fixture.strategy, &(struct probe){.query = 1}, UNSENT_DROPPED);
    expect_told(&fixture, (struct told[]){{0, PING_LOST}, {0, PING_LATE}, {1, PING_LOST}}, 3);
    cr_assert_eq(ask(&fixture, NS_PER_S), 0);
    cr_expect(fixture.strategy->ops->done(fixture.strategy), "without waiting");
    end(&fixture);
}
