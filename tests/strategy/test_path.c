// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/path.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "base/clock.h"
#include "probe.h"
#include "strategy/fake_network.h"
#include "support/some_answer.h"
#include "table.h"

#define MS NS_PER_MS

static struct path_config usual(void)
{
    return (struct path_config){
        .target_address = IPV4(FAKE_TARGET),
        .size = 60,
        .first_ttl = 1,
        .max_ttl = 30,
        .queries = 3,
        .window = 16,
        .gap_limit = 5,
        .patience = {.wait_ns = 3 * NS_PER_S},
        .rounds = 1,
    };
}

static struct path *create(const struct path_config *config)
{
    struct path *path = path_create(config);

    cr_assert_not_null(path);
    return path;
}

static void destroy(struct path *path)
{
    path_strategy(path)->ops->close(path_strategy(path));
}

/* The hops of the path, a letter a query: a for an answer, * for none, ? for what is open still. */
static const char *shown(const struct path *path, char text[512])
{
    char *end = text;

    for (unsigned ttl = path_config(path)->first_ttl; ttl <= path_length(path); ttl++) {
        if (end != text)
            *end++ = ' ';
        for (unsigned i = 0; i < path_config(path)->queries; i++) {
            enum query_state state = path_query(path, ttl, i)->state;

            *end++ = state == QUERY_ANSWERED ? 'a' : state == QUERY_LOST ? '*' : '?';
        }
    }
    *end = '\0';
    return text;
}

Test(path, paths_end_where_they_should)
{
    static const struct {
        const char *hops;
        unsigned first_ttl, max_ttl, queries, window, gap_limit;
        const char *shown;
        bool reached;
        unsigned most_sent; /* that could be in flight beyond before the end was known, included */
    } cases[] = {
        /* The target, in every way it may answer. */
        {"T", 1, 30, 3, 16, 5, "aaa", true, 16},
        {"rrT", 1, 30, 3, 16, 5, "aaa aaa aaa", true, 27},
        {"rrA", 1, 30, 3, 16, 5, "aaa aaa aaa", true, 27},
        {"rrE", 1, 30, 3, 16, 5, "aaa aaa aaa", true, 27},
        /* Routers behind one that forwards the target's address answer in its name. */
        {"rttT", 1, 30, 3, 16, 5, "aaa aaa aaa aaa", true, 30},
        {"rt", 1, 30, 1, 1, 2, "a a * *", false, 4},
        {"rrrrrrrrrrrrrrrrrrT", 1, 30, 1, 16, 5, "a a a a a a a a a a a a a a a a a a a", true, 30},
        /* One after the other: nothing is sent in vain. */
        {"rrT", 1, 30, 3, 1, 5, "aaa aaa aaa", true, 9},
        {"rrrrrT", 1, 30, 1, 1, 5, "a a a a a a", true, 6},
        {"rr.rT", 1, 30, 2, 1, 5, "aa aa ** aa aa", true, 10},
        /* Bounds. */
        {"rrrrT", 3, 30, 2, 16, 5, "aa aa aa", true, 22},
        {"rrrrT", 5, 30, 1, 16, 5, "a", true, 16},
        {"rrrrT", 7, 30, 1, 16, 5, "a", true, 16}, /* beyond the target it answers too */
        {"rrrrT", 1, 3, 2, 16, 5, "aa aa aa", false, 6},
        {"rrrrT", 2, 2, 2, 16, 5, "aa", false, 2},
        {"", 1, 30, 10, 255, 0,
         "********** ********** ********** ********** ********** ********** ********** **********"
         " ********** ********** ********** ********** ********** ********** ********** **********"
         " ********** ********** ********** ********** ********** ********** ********** **********"
         " ********** ********** ********** ********** ********** **********",
         false, 300},
        /* Gaps. */
        {"", 1, 30, 3, 16, 5, "*** *** *** *** ***", false, 32},
        {"", 1, 30, 1, 1, 5, "* * * * *", false, 5},
        {"", 1, 30, 1, 1, 1, "*", false, 1},
        {"rr", 1, 30, 1, 4, 3, "a a * * *", false, 9},
        {"r....rT", 1, 30, 1, 16, 5, "a * * * * a a", true, 23},
        {"r.....rT", 1, 30, 1, 1, 5, "a * * * * *", false, 6},
        /* The target was seen beyond before the gap was one. */
        {"r.....rT", 1, 30, 1, 16, 5, "a * * * * * a a", true, 24},
        {"r.....rT", 1, 30, 1, 16, 0, "a * * * * * a a", true, 24},
        {"..r..T", 1, 30, 1, 16, 3, "* * a * * a", true, 22},
        {"0....T", 1, 30, 3, 16, 5, "a** *** *** *** *** aaa", true, 34},
        {"....", 1, 4, 2, 16, 5, "** ** ** **", false, 8},
        {"....", 1, 4, 2, 16, 0, "** ** ** **", false, 8},
        /* Its firewall sends an error: that is where it is. */
        {"rrR", 1, 30, 3, 16, 5, "aaa aaa aaa", true, 27},
        {"R", 1, 30, 1, 1, 5, "a", true, 1},
        /* Refused by a router: that is the end, and not the target. */
        {"rrH", 1, 30, 3, 16, 5, "aaa aaa aaa", false, 27},
        {"rN", 1, 30, 1, 1, 5, "a a", false, 2},
        {"rXrrT", 1, 30, 1, 1, 5, "a a", false, 2},
        /* As hosts refuse a port: but that router is known. */
        {"rrFFT", 1, 30, 3, 16, 5, "aaa aaa aaa", false, 27},
        {"rrFFT", 1, 30, 1, 1, 5, "a a a", false, 3},
        /* Duplicates count once. */
        {"DDT", 1, 30, 2, 1, 5, "aa aa aa", true, 6},
        /* Late answers are not waited for. */
        {"LT", 1, 30, 1, 1, 5, "* a", true, 2},
        /* A hop that is refused once and not another time. */
        {"rMrT", 1, 30, 3, 1, 5, "aaa aaa aaa aaa", true, 12},
        {"rMrT", 1, 30, 3, 16, 5, "aaa aaa aaa aaa", true, 60},
    };

    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t batch = 1; batch <= 64; batch *= 8) {
            struct fake_network network = {.hops = cases[i].hops, .rtt_ns = 10 * MS, .now_ns = 1000};
            struct path_config config = usual();
            char text[512];

            config.first_ttl = cases[i].first_ttl;
            config.max_ttl = cases[i].max_ttl;
            config.queries = cases[i].queries;
            config.window = cases[i].window;
            config.gap_limit = cases[i].gap_limit;
            struct path *path = create(&config);
            fake_network_run(&network, path_strategy(path), batch);
            cr_expect_str_eq(shown(path, text), cases[i].shown, "%zu '%s': %s", i, cases[i].hops, text);
            cr_expect_eq(path_reached(path), cases[i].reached, "%zu '%s'", i, cases[i].hops);
            cr_expect_leq(network.sent, cases[i].most_sent, "%zu '%s': %u", i, cases[i].hops, network.sent);
            cr_expect_eq(path_rounds(path), 1);
            destroy(path);
        }
}

/* A path of all kinds of hops: whatever the window, what is found is the same, and its size is kept. */
Test(path, windows_change_the_pace_alone)
{
    for (unsigned window = 1; window <= 255; window++) {
        struct fake_network network = {.hops = "r.rr0rrDr.rrrT", .rtt_ns = MS, .now_ns = 5};
        struct path_config config = usual();
        char text[512];

        config.window = window;
        struct path *path = create(&config);
        fake_network_run(&network, path_strategy(path), 64);
        cr_expect_str_eq(shown(path, text), "aaa *** aaa aaa a** aaa aaa aaa aaa *** aaa aaa aaa aaa",
                         "%u: %s", window, text);
        cr_expect(path_reached(path));
        cr_expect_leq(network.sent, 14 * 3 + window);
        destroy(path);
    }
}

Test(path, so_many_probes_are_in_flight_and_no_more)
{
    for (unsigned window = 1; window <= 64; window *= 2) {
        struct path_config config = usual();
        struct probe probes[256];

        config.window = window;
        config.gap_limit = 0;
        struct path *path = create(&config);
        struct strategy *strategy = path_strategy(path);
        cr_expect_eq(strategy->ops->next(strategy, 1, probes, 256), window);
        for (unsigned i = 0; i < window; i++) {
            cr_expect_eq(probes[i].ttl, 1 + i / 3);
            cr_expect_eq(probes[i].query, i % 3);
        }
        cr_expect_eq(strategy->ops->next(strategy, 2, probes, 256), 0);
        cr_expect_eq(strategy->ops->next_due(strategy, 2), 1 + 3 * NS_PER_S);
        cr_expect_eq(strategy->ops->next(strategy, 3 * NS_PER_S, probes, 256), 0);
        cr_expect_eq(strategy->ops->next(strategy, 3 * NS_PER_S + 1, probes, 256),
                     window < 45 ? window : 90 - window);
        destroy(path);
    }
}

/* When a hop that never answers is given up, seen from when it was asked. */
Test(path, patience_is_shortened_by_what_others_took)
{
    static const struct {
        const char *what, *hops;
        unsigned queries;
        double here, near;
        uint64_t rtt_ns, expected_ns; /* of the whole path, one probe after the other */
    } cases[] = {
        {"full", ".T", 1, 0, 0, 10 * MS, 3020 * MS},
        {"here, one of three answered", "0T", 3, 5, 0, 100 * MS, (100 + 2 * 500 + 3 * 200) * MS},
        {"here does not help where nobody answered", ".T", 1, 5, 0, 10 * MS, 3020 * MS},
        {"here at least 10 ms", "0T", 2, 5, 0, MS, (1 + 10 + 2 * 2) * MS},
        {"here at least 10 ms for RTTs of no microsecond", "0T", 2, 5, 0, 100, 10 * MS + 500},
        {"here no longer than the wait", "0T", 2, 100, 0, 100 * MS, (100 + 3000 + 2 * 200) * MS},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fake_network network = {.hops = cases[i].hops, .rtt_ns = cases[i].rtt_ns, .now_ns = 7};
        struct path_config config = usual();

        config.window = 1;
        config.queries = cases[i].queries;
        config.patience.here = cases[i].here;
        config.patience.near = cases[i].near;
        struct path *path = create(&config);
        fake_network_run(&network, path_strategy(path), 1);
        cr_expect_eq(network.now_ns - 7, cases[i].expected_ns, "%s: %llu us", cases[i].what,
                     (unsigned long long)(network.now_ns - 7) / 1000);
        destroy(path);
    }
}

/* Probes of the whole path leave at once; hop 1 is silent, hop 2 answers after 20 ms, the target after 30. */
Test(path, patience_is_shortened_by_hops_beyond)
{
    static const struct {
        double near;
        uint64_t expected_ns;
    } cases[] = {{0, 3000 * MS}, {10, 200 * MS}, {1000, 3000 * MS}, {0.1, 20 * MS}, {1.2, 30 * MS}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fake_network network = {.hops = ".rT", .rtt_ns = 10 * MS, .now_ns = 7};
        struct path_config config = usual();
        char text[512];

        config.queries = 1;
        config.patience.near = cases[i].near;
        struct path *path = create(&config);
        fake_network_run(&network, path_strategy(path), 64);
        uint64_t expected = cases[i].expected_ns < 30 * MS ? 30 * MS : cases[i].expected_ns;
        cr_expect_eq(network.now_ns - 7, expected, "%g: %llu us", cases[i].near,
                     (unsigned long long)(network.now_ns - 7) / 1000);
        cr_expect_str_eq(shown(path, text), "* a a");
        destroy(path);
    }
}

Test(path, an_answer_to_a_lost_probe_counts_while_the_round_lasts)
{
    /* Hop 3 is what the round waits for: it gets its probe late, by the pause. */
    struct fake_network network = {.hops = "LrrT", .rtt_ns = 10 * MS, .now_ns = 7};
    struct path_config config = usual();
    char text[512];

    config.queries = 1;
    config.pause_ns = 2 * NS_PER_S;
    struct path *path = create(&config);
    fake_network_run(&network, path_strategy(path), 1);
    cr_expect_str_eq(shown(path, text), "a a a a", "%s", text);
    cr_expect_eq(network.shortest_pause_ns, 2 * NS_PER_S);
    destroy(path);
}

/* A hop at the end of a gap that answers after all: there the path goes on. */
Test(path, a_late_answer_opens_a_gap_again)
{
    struct path_config config = usual();
    struct probe probes[64];

    config.queries = 2;
    config.window = 4;
    config.gap_limit = 1;
    config.max_ttl = 4;
    struct path *path = create(&config);
    struct strategy *strategy = path_strategy(path);
    cr_assert_eq(strategy->ops->next(strategy, 1, probes, 2), 2);
    cr_assert_eq(strategy->ops->next(strategy, NS_PER_S, probes + 2, 2), 2);
    /* Hop 1 is given up. It alone would be a gap; what is in flight beyond is not waited for. */
    strategy->ops->next(strategy, 3 * NS_PER_S + 1, probes, 0);
    cr_expect_eq(path_length(path), 1);
    cr_expect_eq(path_query(path, 1, 0)->state, QUERY_LOST);
    cr_expect_eq(path_rounds(path), 1, "nothing is left to wait for");
    destroy(path);

    config.gap_limit = 2;
    path = create(&config);
    strategy = path_strategy(path);
    cr_assert_eq(strategy->ops->next(strategy, 1, probes, 3), 3);
    cr_assert_eq(strategy->ops->next(strategy, NS_PER_S, probes + 3, 1), 1);
    strategy->ops->next(strategy, 3 * NS_PER_S + 1, probes + 4, 0);
    const struct answer late =
        some_answer(&probes[2], &(struct record){.responder = IPV4(1), .icmp_type = 11, .rtt_us = 1});
    strategy->ops->reply(strategy, &late);
    cr_expect_eq(path_query(path, 2, 0)->state, QUERY_ANSWERED);
    /* The other query of hop 2 is given up a second later: no gap, since hop 2 has answered. */
    strategy->ops->next(strategy, 4 * NS_PER_S, probes, 64);
    cr_expect_eq(path_length(path), 4);
    cr_expect_eq(path_rounds(path), 0);
    destroy(path);
}

/* Whatever comes in, in whatever order: every hop is settled in the end, and told of
 * as often as it should be. */
struct told {
    unsigned settled, answered, lost, rounds;
    const struct path *path;
};

static void count_settled(void *context, struct path *path, unsigned ttl, unsigned query,
                          const struct answer *answer)
{
    struct told *told = context;

    cr_assert_leq(ttl, path_length(path));
    cr_assert_eq(path_query(path, ttl, query)->state, answer ? QUERY_ANSWERED : QUERY_LOST);
    told->settled++;
    told->answered += answer != NULL;
    told->lost += answer == NULL;
}

static void count_round(void *context, struct path *path, uint64_t now_ns)
{
    struct told *told = context;

    (void)now_ns;
    told->rounds++;
    for (unsigned ttl = path_config(path)->first_ttl; ttl <= path_length(path); ttl++)
        cr_expect(path_hop_settled(path, ttl), "round %u, ttl %u", told->rounds, ttl);
}

Test(path, everything_is_told_once)
{
    struct fake_network network = {.hops = "rD.0T", .rtt_ns = 10 * MS, .now_ns = 7};
    struct path_config config = usual();
    struct told told = {0};

    config.window = 1;
    config.observer = (struct path_observer){count_settled, NULL, count_round, &told};
    struct path *path = create(&config);
    fake_network_run(&network, path_strategy(path), 1);
    cr_expect_eq(told.settled, 15);
    cr_expect_eq(told.answered, 10);
    cr_expect_eq(told.lost, 5);
    cr_expect_eq(told.rounds, 1);
    destroy(path);
}

Test(path, every_hop_of_a_round_is_settled_at_its_end)
{
    static const char *const worlds[] = {"rrT",  "rMrT", "MMMMT", "rMMT", "r.M.T",
                                         "....", "rLrT", "DMDT",  "M",    "MH"};

    for (size_t i = 0; i < COUNT(worlds); i++)
        for (unsigned window = 1; window < 40; window++) {
            struct fake_network network = {.hops = worlds[i], .rtt_ns = 10 * MS, .now_ns = 7};
            struct path_config config = usual();
            struct told told = {0};

            config.window = window;
            config.rounds = 1;
            config.observer = (struct path_observer){count_settled, NULL, count_round, &told};
            struct path *path = create(&config);
            fake_network_run(&network, path_strategy(path), 7);
            cr_expect_eq(told.rounds, 1, "%s", worlds[i]);
            destroy(path);
        }
}

Test(path, rounds_follow_each_other)
{
    struct fake_network network = {.hops = "rrrT", .rtt_ns = 10 * MS, .now_ns = NS_PER_S};
    struct path_config config = usual();
    struct told told = {0};

    config.rounds = 30000; /* 16 bits of the query number go round */
    config.period_ns = NS_PER_S;
    config.window = 1;
    config.observer = (struct path_observer){NULL, NULL, count_round, &told};
    struct path *path = create(&config);
    network.steps = 0;
    for (unsigned round = 1; round <= config.rounds; round++) {
        while (path_rounds(path) < round)
            fake_network_step(&network, path_strategy(path), 1);
        cr_assert(path_reached(path));
        cr_assert_eq(path_length(path), 4);
        cr_assert_eq(network.sent, round * 12);
        cr_assert_eq(network.last_query / config.queries, (round - 1) % (65536 / config.queries));
    }
    cr_expect_eq(told.rounds, 30000);
    cr_expect_eq(network.now_ns, NS_PER_S + 29999 * NS_PER_S + 3 * (10 + 20 + 30 + 40) * MS);
    cr_expect(path_strategy(path)->ops->done(path_strategy(path)));
    destroy(path);
}

/* The first round waits for silent hops, later ones for an RTT that is known or their period. */
Test(path, silent_hops_do_not_hold_up_later_rounds)
{
    static const struct {
        const char *hops;
        uint64_t rtt_ns, period_ns, later_ns; /* from one of the later rounds to the next */
    } cases[] = {
        {"r.T", 10 * MS, NS_PER_S, NS_PER_S},        {"r.T", 400 * MS, NS_PER_S, 2400 * MS},
        {"r....", 10 * MS, NS_PER_S, NS_PER_S},      {"", 10 * MS, NS_PER_S, NS_PER_S},
        {"", 10 * MS, 10 * NS_PER_S, 10 * NS_PER_S}, {"rrT", 900 * MS, NS_PER_S, 2700 * MS},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct fake_network network = {.hops = cases[i].hops, .rtt_ns = cases[i].rtt_ns, .now_ns = 7};
        struct path_config config = usual();
        uint64_t ends[4];

        config.queries = 1;
        config.patience.wait_ns = 5 * NS_PER_S;
        config.rounds = 0;
        config.period_ns = cases[i].period_ns;
        struct path *path = create(&config);
        for (unsigned round = 0; round < COUNT(ends); round++) {
            while (path_rounds(path) == round)
                fake_network_step(&network, path_strategy(path), 64);
            ends[round] = network.now_ns;
        }
        cr_expect_eq(ends[3] - ends[2], cases[i].later_ns, "%zu: %llu ms", i,
                     (unsigned long long)((ends[3] - ends[2]) / MS));
        destroy(path);
    }
}

/* Between rounds the network changes: the path gets longer, shorter, silent and loud again. */
Test(path, rounds_follow_a_path_that_changes)
{
    static const struct {
        const char *hops, *shown;
        bool reached;
        unsigned most_sent;
    } rounds[] = {
        {"rrrT", "a a a a", true, 19},
        {"rrrT", "a a a a", true, 4}, /* none beyond a distance known */
        {"rrrrrT", "a a a a a a", true, 21},
        {"rT", "a a", true, 6},
        {"r.", "a *", false, 2},
        {"rT", "a a", true, 17},
        {"rX", "a a", false, 2},
        {"rrrT", "a a a a", true, 19},
        {"", "* * * *", false, 4},
        {"", "* * * * *", false, 20},
        {"rrrrrrrT", "a a a a a a a a", true, 23},
    };
    struct fake_network network = {.rtt_ns = 10 * MS, .now_ns = 7};
    struct path_config config = usual();
    char text[512];

    config.queries = 1;
    config.rounds = 0;
    config.period_ns = 100 * NS_PER_S;
    struct path *path = create(&config);
    for (unsigned i = 0; i < COUNT(rounds); i++) {
        unsigned before = network.sent;

        network.hops = rounds[i].hops;
        while (path_rounds(path) == i)
            cr_assert(fake_network_step(&network, path_strategy(path), 64));
        cr_expect_str_eq(shown(path, text), rounds[i].shown, "round %u: %s", i, text);
        cr_expect_eq(path_reached(path), rounds[i].reached, "round %u", i);
        cr_expect_leq(network.sent - before, rounds[i].most_sent, "round %u: %u", i, network.sent - before);
    }
    cr_expect_not(path_strategy(path)->ops->done(path_strategy(path)));
    destroy(path);
}

Test(path, answers_from_earlier_rounds_and_from_nowhere_change_nothing)
{
    struct path_config config = usual();
    struct probe probes[64];

    config.rounds = 0;
    config.max_ttl = 4;
    config.first_ttl = 2;
    config.period_ns = NS_PER_S;
    struct path *path = create(&config);
    struct strategy *strategy = path_strategy(path);
    cr_assert_eq(strategy->ops->next(strategy, 1, probes, 64), 9);
    const struct record record = {.responder = IPV4(1), .icmp_type = 11};
    struct answer answer = some_answer(&probes[0], &record);
    cr_assert_eq(strategy->ops->next(strategy, 4 * NS_PER_S, probes, 64), 9); /* the second round */
    strategy->ops->reply(strategy, &answer);
    answer = some_answer(&probes[0], &record);
    for (unsigned ttl = 0; ttl < 256; ttl++) {
        if (ttl >= 2 && ttl <= 4)
            continue;
        answer.ttl = (uint8_t)ttl;
        strategy->ops->reply(strategy, &answer);
    }
    answer = some_answer(&probes[0], &record);
    for (unsigned query = 0; query < 65536; query++) {
        if (query >= 3 && query < 6)
            continue;
        answer.query = (uint16_t)query;
        strategy->ops->reply(strategy, &answer);
    }
    for (unsigned ttl = 2; ttl <= 4; ttl++)
        for (unsigned i = 0; i < 3; i++)
            cr_expect_eq(path_query(path, ttl, i)->state, QUERY_WAITING, "%u %u", ttl, i);
    destroy(path);
}

struct late_seen {
    unsigned count, ttl;
};

static void note_late(void *context, struct path *path, unsigned ttl, const struct answer *answer)
{
    struct late_seen *seen = context;

    cr_expect_eq(path_answer_meaning(path, answer), ANSWER_ON_THE_WAY);
    *seen = (struct late_seen){seen->count + 1, ttl};
}

static void reply_to(struct path *path, const struct probe *probe)
{
    const struct record record = {.responder = IPV4(1), .icmp_type = 11};
    struct answer answer = some_answer(probe, &record);

    path_strategy(path)->ops->reply(path_strategy(path), &answer);
}

/* Each round sends four probes, the first of which is answered in time. `round` says which. */
static void run_round(struct path *path, unsigned round, struct probe probes[4])
{
    struct strategy *strategy = path_strategy(path);

    cr_assert_eq(strategy->ops->next(strategy, (1 + 4 * round) * NS_PER_S, probes, 64), 4, "round %u", round);
    reply_to(path, &probes[0]);
}

Test(path, late_answers_of_earlier_rounds_are_told_once)
{
    enum { ROUNDS = 40 };
    struct late_seen seen = {0};
    struct path_config config = usual();
    struct probe probes[ROUNDS][4];

    config.rounds = 0;
    config.first_ttl = 2;
    config.max_ttl = 3;
    config.queries = 2;
    config.period_ns = NS_PER_S;
    config.observer = (struct path_observer){.late = note_late, .context = &seen};
    struct path *path = create(&config);
    for (unsigned round = 0; round < ROUNDS; round++)
        run_round(path, round, probes[round]);
    reply_to(path, &probes[ROUNDS - 1][1]);
    cr_expect_eq(seen.count, 0, "this is the present round");
    reply_to(path, &probes[ROUNDS - 2][3]);
    cr_expect_eq(seen.count, 1);
    cr_expect_eq(seen.ttl, 3);
    reply_to(path, &probes[ROUNDS - 2][3]);
    reply_to(path, &probes[ROUNDS - 2][0]);
    cr_expect_eq(seen.count, 1, "it was told, or answered in time");
    reply_to(path, &probes[ROUNDS - 31][1]);
    cr_expect_eq(seen.count, 2);
    cr_expect_eq(seen.ttl, 2);
    reply_to(path, &probes[0][1]);
    cr_expect_eq(seen.count, 2, "that is long ago");
    path_forget_lost(path);
    reply_to(path, &probes[ROUNDS - 2][1]);
    cr_expect_eq(seen.count, 2);
    destroy(path);
}

/* Answers take 3.2 s, and are waited for 3 s: none comes in time in the first round. */
Test(path, patience_grows_where_it_may)
{
    for (int grows = 0; grows < 2; grows++) {
        struct fake_network network = {.hops = "T", .rtt_ns = 3200 * MS, .now_ns = 7};
        struct path_config config = usual();
        char text[512];

        config.queries = 1;
        config.rounds = 2;
        config.period_ns = NS_PER_S;
        config.patience.grows = grows;
        struct path *path = create(&config);
        fake_network_run(&network, path_strategy(path), 64);
        cr_expect_str_eq(shown(path, text), grows ? "a" : "* * * * *", "%d: %s", grows, text);
        destroy(path);
    }
}

Test(path, flows_rise_in_classic_mode_alone)
{
    for (int classic = 0; classic < 2; classic++) {
        struct fake_network network = {.hops = "rrT", .rtt_ns = 10 * MS, .now_ns = 7};
        struct path_config config = usual();

        config.classic = classic;
        config.flow = 5;
        config.window = 1;
        config.rounds = 2;
        struct path *path = create(&config);
        fake_network_run(&network, path_strategy(path), 1);
        cr_assert_eq(network.sent, 18);
        for (unsigned i = 0; i < 18; i++)
            cr_expect_eq(network.flows[i], classic ? 5 + i % 9 : 5, "%u", i);
        destroy(path);
    }
}

Test(path, nothing_is_sent_before_the_start)
{
    struct fake_network network = {.hops = "T", .rtt_ns = 10 * MS, .now_ns = 7};
    struct path_config config = usual();

    config.start_ns = 5 * NS_PER_S;
    config.window = 1;
    struct path *path = create(&config);
    cr_assert(fake_network_step(&network, path_strategy(path), 1));
    cr_expect_eq(network.sent, 0);
    cr_expect_eq(network.now_ns, 5 * NS_PER_S);
    fake_network_run(&network, path_strategy(path), 1);
    cr_expect_eq(network.now_ns, 5 * NS_PER_S + 30 * MS);
    destroy(path);
}

/* A probe that never left is given up at once; an answer to it, however that came about, is one. */
Test(path, what_was_not_sent_is_not_waited_for)
{
    struct path_config config = usual();
    struct probe probes[8];
    char text[512];

    config.queries = 1;
    config.max_ttl = 3;
    struct path *path = create(&config);
    struct strategy *strategy = path_strategy(path);
    cr_assert_eq(strategy->ops->next(strategy, 0, probes, COUNT(probes)), 3);
    strategy_unsent(strategy, &probes[1], UNSENT_DROPPED);
    cr_expect_str_eq(shown(path, text), "? * ?");
    strategy_unsent(strategy, &probes[0], UNSENT_DROPPED);
    strategy_unsent(strategy, &probes[0], UNSENT_DROPPED);
    cr_expect_gt(strategy->ops->next_due(strategy, 1), 1, "one is in flight still");
    strategy_unsent(strategy, &probes[2], UNSENT_DROPPED);
    cr_expect_str_eq(shown(path, text), "* * *");
    struct answer answer = some_answer(&probes[0], &(struct record){.responder = IPV4(1), .icmp_type = 11});
    strategy->ops->reply(strategy, &answer);
    cr_expect_str_eq(shown(path, text), "a * *");
    cr_expect_leq(strategy->ops->next_due(strategy, 1), 1);
    strategy->ops->next(strategy, 1, probes, COUNT(probes));
    cr_expect(strategy->ops->done(strategy));
    destroy(path);
}
