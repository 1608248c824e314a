// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/resolver.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "base/clock.h"
#include "reference.h"

enum {
    MOST = 512,
    BASE = 0x2c000001,
    RTT_US = 10000,
    PACE_NS = 1000000, /* 1,000 probes a second */
};

/* Whose IDs an address has. */
enum habit {
    SHARED, /* those of its router's counter */
    OWN,    /* of a counter of its own */
    RANDOM,
    CONSTANT,
    COPIED,
    SILENT,
};

/* Routers of `interfaces` addresses each, and how they answer. */
struct world {
    enum habit habit;
    unsigned interfaces;
    double loss;     /* of answers */
    bool same_speed; /* all counters go up by 100 a second, instead of 1 to 300 */
    bool from_first; /* errors come from the first address of a router */
    uint64_t random;
    uint16_t probe_id;
    uint16_t answered[2 * MOST]; /* by owner: each answer takes an ID */
};

static double draw(struct world *world)
{
    return (double)(reference_random(&world->random) >> 11) / 9007199254740992.0;
}

/* Where the counter of an owner stands: by a seed of its own. */
static uint16_t counter_of(struct world *world, uint32_t owner, uint64_t now_ns)
{
    uint64_t state = owner, start = reference_random(&state);
    double velocity = world->same_speed ? 100 : 1 + (double)(reference_random(&state) % 300000) / 1000;
    uint64_t elsewhere = (uint64_t)((double)(start & 0xffff) + velocity * (double)now_ns / 1e9);

    return (uint16_t)(elsewhere + ++world->answered[owner]);
}

static uint16_t id_of(struct world *world, uint32_t number, uint64_t now_ns)
{
    switch (world->habit) {
    case SHARED:
        return counter_of(world, number / world->interfaces, now_ns);
    case OWN:
        return counter_of(world, MOST + number, now_ns);
    case RANDOM:
        return (uint16_t)reference_random(&world->random);
    case COPIED:
        return world->probe_id;
    default:
        return 7;
    }
}

static void answer(struct world *world, struct sweeper *sweeper, const struct probe *probe, uint64_t sent_ns)
{
    uint32_t number = probe->owner, first = number / world->interfaces * world->interfaces;
    bool is_error = probe->lane % RESOLVER_PROTOCOLS == RESOLVER_UDP;
    uint32_t from = is_error && world->from_first ? first : number;
    struct record record = {
        .responder = address_of_ipv4(BASE + from),
        .reply_ip_id = id_of(world, number, sent_ns + RTT_US * NS_PER_US / 2),
        .rtt_us = RTT_US,
    };
    struct answer answer = answer_of(&record);

    answer.target = number;
    answer.query = probe->query;
    answer.arrived_ns = sent_ns + RTT_US * NS_PER_US;
    answer.from_target = from == number;
    answer.solicited = true;
    answer.copied_ip_id = world->habit == COPIED;
    if (world->habit != SILENT && draw(world) >= world->loss)
        sweeper_strategy(sweeper)->ops->reply(sweeper_strategy(sweeper), &answer);
}

/* Asks all of `count` addresses to the end, in virtual time. */
static void resolve(struct resolver *resolver, struct world *world, unsigned methods, uint32_t count)
{
    const struct resolver_config config = {.methods = methods, .tried = {true, true, true}, .seed = 1};
    const struct sweeper_config sweeping = {&resolver_ops, resolver, NS_PER_S / 2, NS_PER_S};
    struct address_numbers numbers = {0};
    struct alias_address *addresses = calloc(count, sizeof(*addresses));
    struct sweeper *sweeper = sweeper_create(&sweeping);
    struct strategy *strategy = sweeper_strategy(sweeper);
    struct probe probe;
    uint32_t number;

    world->random = 1;
    for (uint32_t i = 0; i < count; i++)
        address_numbers_get(&numbers, address_of_ipv4(BASE + i), &number);
    cr_assert_eq(resolver_open(resolver, &config, &numbers, addresses), 0);
    for (uint64_t now = NS_PER_S; !strategy->ops->done(strategy); now += PACE_NS) {
        world->probe_id++;
        if (strategy->ops->next(strategy, now, &probe, 1))
            answer(world, sweeper, &probe, now);
    }
    cr_assert_eq(resolver_finish(resolver), 0);
    strategy->ops->close(strategy);
}

/* How many pairs of addresses are in one set, and how many of them are of one router. */
static void count_pairs(struct resolver *resolver, const struct world *world, uint32_t count, size_t *found,
                        size_t *right)
{
    *found = *right = 0;
    for (uint32_t a = 0; a < count; a++)
        for (uint32_t b = a + 1; b < count; b++) {
            bool joined = alias_sets_root(&resolver->sets, a) == alias_sets_root(&resolver->sets, b);

            *found += joined;
            *right += joined && a / world->interfaces == b / world->interfaces;
        }
}

static void expect(struct world world, unsigned methods, uint32_t count, size_t least, size_t most)
{
    struct resolver resolver;
    size_t found, right;

    resolve(&resolver, &world, methods, count);
    count_pairs(&resolver, &world, count, &found, &right);
    cr_expect_eq(found, right, "%zu pairs found, %zu are right", found, right);
    cr_expect_geq(right, least, "%zu", right);
    cr_expect_leq(right, most, "%zu", right);
    resolver_close(&resolver);
}

/* 128 routers of four addresses: 768 pairs. */
Test(resolver, shared_counters_are_found)
{
    expect((struct world){.habit = SHARED, .interfaces = 4}, ALIAS_BY_IP_ID, MOST, 768, 768);
}

Test(resolver, in_spite_of_loss)
{
    expect((struct world){.habit = SHARED, .interfaces = 4, .loss = 0.1}, ALIAS_BY_IP_ID, MOST, 690, 768);
}

/* The hardest: unrelated counters never drift apart, and those pass that happen to stand within a few IDs of each other,
 * one pair in some thousands. Of 128 addresses there are 8,064 such pairs. */
Test(resolver, counters_of_one_speed_are_told_apart)
{
    struct world world = {.habit = SHARED, .interfaces = 2, .same_speed = true};
    struct resolver resolver;
    size_t found, right;

    resolve(&resolver, &world, ALIAS_BY_IP_ID, 128);
    count_pairs(&resolver, &world, 128, &found, &right);
    cr_expect_geq(right, 60, "%zu", right);
    cr_expect_leq(found - right, 5, "%zu are false", found - right);
    resolver_close(&resolver);
}

Test(resolver, what_is_no_shared_counter_makes_no_set)
{
    static const enum habit habits[] = {OWN, RANDOM, CONSTANT, COPIED, SILENT};

    for (size_t i = 0; i < sizeof(habits) / sizeof(habits[0]); i++)
        expect((struct world){.habit = habits[i], .interfaces = 4}, ALIAS_BY_IP_ID, MOST, 0, 0);
}

Test(resolver, who_answers_with_another_address_has_both)
{
    expect((struct world){.habit = RANDOM, .interfaces = 4, .from_first = true}, ALIAS_BY_SOURCE, MOST, 768,
           768);
    expect((struct world){.habit = RANDOM, .interfaces = 4}, ALIAS_BY_SOURCE, MOST, 0, 0);
}

Test(resolver, what_the_ids_are_is_told)
{
    static const struct {
        enum habit habit;
        enum id_kind kind;
    } cases[] = {{SHARED, ID_COUNTER},
                 {OWN, ID_COUNTER},
                 {RANDOM, ID_RANDOM},
                 {CONSTANT, ID_CONSTANT},
                 {COPIED, ID_COPIED}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct world world = {.habit = cases[i].habit, .interfaces = 1};
        struct resolver resolver;

        resolve(&resolver, &world, ALIAS_BY_IP_ID, 64);
        cr_expect_eq(resolver.figures.kinds[cases[i].kind], 64, "habit %d: %zu", cases[i].habit,
                     resolver.figures.kinds[cases[i].kind]);
        cr_expect_eq(resolver.figures.answered, 64);
        resolver_close(&resolver);
    }
}
