// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/alias_world.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "reference.h"

enum {
    BASE = 0x2c000001,
    RTT_US = 10000,
};

struct counter_of_owner {
    double start, velocity;
    uint32_t answered; /* each answer takes an ID */
};

/* What goes on in a world. */
struct course {
    const struct alias_world *world;
    uint64_t random;
    uint16_t probe_id;
    struct counter_of_owner *counters;
};

static void require(bool good)
{
    if (!good)
        abort();
}

static double draw(uint64_t *random)
{
    return (double)(reference_random(random) >> 11) / 9007199254740992.0;
}

static double draw_velocity(enum alias_speeds speeds, uint64_t *random)
{
    double drawn = draw(random);

    switch (speeds) {
    case ALIAS_SPEEDS_EVEN:
        return 1 + 299 * drawn;
    case ALIAS_SPEEDS_WIDE:
        return 0.1 * pow(10000, drawn);
    case ALIAS_SPEED_ONE:
        return 100;
    default:
        return 0;
    }
}

static void begin(struct course *course, const struct alias_world *world)
{
    *course = (struct course){
        .world = world,
        .random = world->seed,
        .counters = calloc(world->count, sizeof(*course->counters)),
    };
    require(course->counters != NULL);
    for (uint32_t i = 0; i < world->count; i++) {
        course->counters[i].start = 65536 * draw(&course->random);
        course->counters[i].velocity = draw_velocity(world->speeds, &course->random);
    }
}

static uint16_t count(struct counter_of_owner *counter, uint64_t now_ns)
{
    return (uint16_t)((uint64_t)(counter->start + counter->velocity * (double)now_ns / 1e9) +
                      ++counter->answered);
}

static uint16_t id_of(struct course *course, uint32_t number, uint64_t now_ns)
{
    switch (course->world->habit) {
    case ALIAS_SHARED:
        return count(&course->counters[number / course->world->interfaces], now_ns);
    case ALIAS_OWN:
        return count(&course->counters[number], now_ns);
    case ALIAS_RANDOM:
        return (uint16_t)reference_random(&course->random);
    case ALIAS_COPIED:
        return course->probe_id;
    default:
        return 7;
    }
}

static void reply(struct course *course, struct strategy *strategy, const struct probe *probe,
                  uint64_t sent_ns)
{
    const struct alias_world *world = course->world;
    uint32_t number = probe->owner, first = number / world->interfaces * world->interfaces;
    bool is_error = probe->lane % RESOLVER_PROTOCOLS == RESOLVER_UDP;
    uint32_t from = is_error && world->from_first ? first : number;
    struct record record = {
        .responder = address_of_ipv4(BASE + from),
        .reply_ip_id = id_of(course, number, sent_ns + RTT_US * NS_PER_US / 2),
        .rtt_us = RTT_US,
    };
    struct answer answer = answer_of(&record);

    answer.target = number;
    answer.query = probe->query;
    answer.arrived_ns = sent_ns + RTT_US * NS_PER_US;
    answer.from_target = from == number;
    answer.solicited = true;
    answer.copied_ip_id = world->habit == ALIAS_COPIED;
    if (world->habit != ALIAS_SILENT && draw(&course->random) >= world->loss)
        strategy->ops->reply(strategy, &answer);
}

static void open_resolver(const struct alias_world *world, unsigned methods, struct resolver *resolver)
{
    const struct resolver_config config = {
        .methods = methods, .tried = {true, true, true}, .seed = world->seed};
    struct address_numbers numbers = {0};
    struct alias_address *addresses = calloc(world->count, sizeof(*addresses));
    uint32_t number;

    for (uint32_t i = 0; i < world->count; i++)
        require(address_numbers_get(&numbers, address_of_ipv4(BASE + i), &number) == 0);
    require(addresses != NULL);
    for (uint32_t i = 1; world->mates && i < world->count; i += 2)
        addresses[i].mate = true;
    require(resolver_open(resolver, &config, &numbers, addresses) == 0);
}

void alias_world_resolve(const struct alias_world *world, unsigned methods, struct resolver *resolver)
{
    const struct sweeper_config sweeping = {&resolver_ops, resolver, NS_PER_S / 2, NS_PER_S};
    struct sweeper *sweeper = sweeper_create(&sweeping);
    struct strategy *strategy = sweeper_strategy(sweeper);
    struct course course;
    struct probe probe;

    begin(&course, world);
    open_resolver(world, methods, resolver);
    for (uint64_t now = NS_PER_S; !strategy->ops->done(strategy); now += world->pace_ns) {
        course.probe_id++;
        if (strategy->ops->next(strategy, now, &probe, 1))
            reply(&course, strategy, &probe, now);
    }
    require(resolver_finish(resolver) == 0);
    strategy->ops->close(strategy);
    free(course.counters);
}

void alias_world_judge(const struct alias_world *world, struct resolver *resolver, uint64_t *found,
                       uint64_t *right)
{
    uint32_t *order = alias_sets_order(&resolver->sets);

    require(order != NULL);
    *found = *right = 0;
    for (size_t first = 0, end; first < resolver->sets.count; first = end) {
        end = alias_sets_end(&resolver->sets, order, first);
        for (size_t a = first; a < end; a++)
            for (size_t b = a + 1; b < end; b++)
                *right += order[a] / world->interfaces == order[b] / world->interfaces;
        *found += (end - first) * (end - first - 1) / 2;
    }
    free(order);
}
