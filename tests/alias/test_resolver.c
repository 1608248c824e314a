// SPDX-License-Identifier: GPL-2.0-or-later
#include "alias/resolver.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "support/alias_world.h"

enum {
    MOST = 512,
    PACE_NS = 1000000,
};

/* 1,000 probes a second. */
static struct alias_world world_of(enum alias_habit habit, unsigned interfaces)
{
    return (struct alias_world){
        .habit = habit, .interfaces = interfaces, .count = MOST, .seed = 1, .pace_ns = PACE_NS};
}

static void expect(struct alias_world world, unsigned methods, size_t least, size_t most)
{
    struct resolver resolver;
    uint64_t found, right;

    alias_world_resolve(&world, methods, &resolver);
    alias_world_judge(&world, &resolver, &found, &right);
    cr_expect_eq(found, right, "%zu pairs found, %zu are right", (size_t)found, (size_t)right);
    cr_expect_geq(right, least, "%zu", (size_t)right);
    cr_expect_leq(right, most, "%zu", (size_t)right);
    resolver_close(&resolver);
}

/* 128 routers of four addresses: 768 pairs. */
Test(resolver, shared_counters_are_found)
{
    expect(world_of(ALIAS_SHARED, 4), ALIAS_BY_IP_ID, 768, 768);
}

Test(resolver, in_spite_of_loss)
{
    struct alias_world world = world_of(ALIAS_SHARED, 4);

    world.loss = 0.1;
    expect(world, ALIAS_BY_IP_ID, 690, 768);
}

/* The hardest: unrelated counters never drift apart, and those pass that happen to stand within a few IDs of each other,
 * one pair in some thousands. Of 128 addresses there are 8,064 such pairs. */
Test(resolver, counters_of_one_speed_are_told_apart)
{
    struct alias_world world = world_of(ALIAS_SHARED, 2);
    struct resolver resolver;
    uint64_t found, right;

    world.count = 128;
    world.speeds = ALIAS_SPEED_ONE;
    alias_world_resolve(&world, ALIAS_BY_IP_ID, &resolver);
    alias_world_judge(&world, &resolver, &found, &right);
    cr_expect_geq(right, 60, "%zu", (size_t)right);
    cr_expect_leq(found - right, 5, "%zu are false", (size_t)(found - right));
    resolver_close(&resolver);
}

Test(resolver, what_is_no_shared_counter_makes_no_set)
{
    for (enum alias_habit habit = ALIAS_OWN; habit < ALIAS_HABITS; habit++)
        expect(world_of(habit, 4), ALIAS_BY_IP_ID, 0, 0);
}

/* Speeds are anything from 1 to 300 a second. The chance that is told of true pairs is that with which false ones are told:
 * of 8 million pairs some. */
Test(resolver, false_pairs_are_as_few_as_is_told)
{
    enum { COUNT = 4000 };
    const double pairs = (double)COUNT * (COUNT - 1) / 2;
    struct alias_world world = {.count = COUNT, .interfaces = 4, .seed = 1, .pace_ns = PACE_NS / 4};
    struct resolver resolver;
    uint64_t found, right;
    double told = 0;

    alias_world_resolve(&world, ALIAS_BY_IP_ID, &resolver);
    for (size_t i = 0; i < resolver.links.count; i++)
        told += resolver.links.list[i].chance;
    told *= pairs / (double)resolver.links.count;
    resolver_close(&resolver);
    world.habit = ALIAS_OWN;
    alias_world_resolve(&world, ALIAS_BY_IP_ID, &resolver);
    alias_world_judge(&world, &resolver, &found, &right);
    cr_expect_leq((double)found, told, "%zu false, %.2g were told", (size_t)found, told);
    cr_expect_leq(told, 50, "%.2g", told);
    resolver_close(&resolver);
}

/* Where `source` was not asked for, what the probes show that look for mates proves nothing. */
Test(resolver, mates_are_proven_by_what_was_chosen)
{
    struct alias_world world = world_of(ALIAS_RANDOM, 4);

    world.from_first = world.mates = true;
    expect(world, ALIAS_BY_MATE | ALIAS_BY_IP_ID, 0, 0);
    expect(world, ALIAS_BY_MATE, 384, 384); /* the second and fourth of each router, and the first */
    world.habit = ALIAS_SHARED;
    expect(world, ALIAS_BY_MATE | ALIAS_BY_IP_ID, 740, 768);
}

Test(resolver, who_answers_with_another_address_has_both)
{
    struct alias_world world = world_of(ALIAS_RANDOM, 4);

    expect(world, ALIAS_BY_SOURCE, 0, 0);
    world.from_first = true;
    expect(world, ALIAS_BY_SOURCE, 768, 768);
}

Test(resolver, what_the_ids_are_is_told)
{
    static const struct {
        enum alias_habit habit;
        enum id_kind kind;
    } cases[] = {{ALIAS_SHARED, ID_COUNTER},
                 {ALIAS_OWN, ID_COUNTER},
                 {ALIAS_RANDOM, ID_RANDOM},
                 {ALIAS_CONSTANT, ID_CONSTANT},
                 {ALIAS_COPIED, ID_COPIED}};

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct alias_world world = world_of(cases[i].habit, 1);
        struct resolver resolver;

        world.count = 64;
        alias_world_resolve(&world, ALIAS_BY_IP_ID, &resolver);
        cr_expect_eq(resolver.figures.kinds[cases[i].kind], 64, "habit %d: %zu", cases[i].habit,
                     resolver.figures.kinds[cases[i].kind]);
        cr_expect_eq(resolver.figures.answered, 64);
        resolver_close(&resolver);
    }
}
