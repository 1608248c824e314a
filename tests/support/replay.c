// SPDX-License-Identifier: GPL-2.0-or-later
#include "support/replay.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/u64_set.h"
#include "mix.h"
#include "protocol.h"
#include "reference.h"
#include "sim/timer_wheel.h"
#include "sim_limit.h"
#include "support/saved_state.h"

enum {
    SLICES_MOST = 8,
    BUCKET_LEAST = 10, /* errors that a router sends at once */
    NEAR_TTL = 5,
    FORGED = 1, /* the `query` of answers to probes that were never sent: they are not part of the map */
};

/* Stands for an interface's number. */
#define TARGET_HOP UINT32_MAX

/* Interfaces and links, and who has answered at which hop so far. */
struct map {
    struct u64_set interfaces, links;
    uint64_t last_links;
    uint32_t *hops; /* of each target; number of an interface and one, 0: none yet */
    unsigned max_ttl;
};

struct bucket {
    double tokens;
    uint64_t at_ns;
    struct sim_bucket vendors[2];
};

struct reply {
    struct timer timer;
    struct answer answer;
};

struct run {
    const struct replay_config *config;
    struct replay_outcome *out;
    struct strategy *strategies[SLICES_MOST];
    struct timer_wheel *wheel;
    struct reply *spare;
    struct map map;
    struct bucket *buckets; /* of interfaces, by number in the map of all */
    struct u64_set routers;
    size_t bucket_room;
    uint64_t now_ns, random;
    uint64_t stalled_in; /* the last second in which it did */
    bool failed;         /* memory is short */
};

/* Different for distinct addresses, except with a probability of 2^-64. */
static uint64_t key_of(struct address address)
{
    return mix64(address.high * MIX_GOLDEN + 1) ^ address.low;
}

static int map_init(struct map *map, uint64_t targets, unsigned max_ttl)
{
    *map = (struct map){.max_ttl = max_ttl, .hops = calloc(targets * max_ttl + 1, sizeof(*map->hops))};
    return map->hops ? 0 : -ENOMEM;
}

static void map_free(struct map *map)
{
    u64_set_free(&map->interfaces);
    u64_set_free(&map->links);
    free(map->hops);
}

static int map_link(struct map *map, uint32_t from, uint32_t to)
{
    int added = from && to && from != to && to != TARGET_HOP
                    ? u64_set_add(&map->links, (uint64_t)from << 32 | to)
                    : 0;

    return added < 0 ? added : 0;
}

/* A target that answers at the TTL behind a hop is linked to it. */
static void map_end(struct map *map, uint64_t target, unsigned ttl)
{
    uint32_t *hop = &map->hops[target * map->max_ttl + ttl - 1];

    if (*hop)
        return;
    *hop = TARGET_HOP;
    map->last_links += ttl > 1 && hop[-1] && hop[-1] != TARGET_HOP;
}

/* Only the first one who answers at a hop counts. */
static int map_add(struct map *map, uint64_t target, unsigned ttl, struct address responder)
{
    uint32_t *hop = &map->hops[target * map->max_ttl + ttl - 1];
    size_t number;
    int error;

    if (*hop)
        return 0;
    error = u64_set_add(&map->interfaces, key_of(responder));
    if (error < 0)
        return error;
    u64_set_find(&map->interfaces, key_of(responder), &number);
    *hop = (uint32_t)number + 1;
    error = ttl > 1 ? map_link(map, hop[-1], *hop) : 0;
    if (error || ttl == map->max_ttl)
        return error;
    map->last_links += hop[1] == TARGET_HOP;
    return map_link(map, *hop, hop[1]);
}

/* What is at each place on the way to a target. */
static int count_path(struct map *map, const struct replay_world *world, uint64_t target,
                      struct address address)
{
    int error = 0;

    memset(map->hops, 0, map->max_ttl * sizeof(*map->hops));
    for (unsigned ttl = 1; !error && ttl <= map->max_ttl; ttl++) {
        struct replay_hop hop = world->meet(world->context, target, address, ttl);

        if (hop.answers && hop.is_target)
            map_end(map, 0, ttl);
        else if (hop.answers)
            error = map_add(map, 0, ttl, hop.responder);
    }
    return error;
}

int replay_count_all(const struct replay_config *config, struct replay_outcome *out)
{
    struct map map;
    int error = map_init(&map, 1, config->max_ttl);

    for (uint64_t target = 0; !error && target < targets_count(config->targets); target++) {
        struct address address = targets_address(config->targets, target);

        error = count_path(&map, &config->world, target, address);
        if (!error && config->changes_at)
            error = count_path(&map, &config->later, target, address);
    }
    out->all_interfaces = map.interfaces.count;
    out->all_links = map.links.count;
    out->all_last_links = map.last_links;
    map_free(&map);
    return error;
}

static double draw(struct run *run)
{
    return (double)(reference_random(&run->random) >> 11) * 0x1p-53;
}

/* As measured: half of the targets are up to this far away, a tenth beyond 2.15 times as far, 1 % beyond 2.7.
 * */
static double target_factor(const struct run *run, uint64_t target)
{
    double u = (double)(mix64(target * 7919 + run->config->seed) >> 11) * 0x1p-53;

    if (u < 0.5)
        return 0.2 + 1.6 * u;
    if (u < 0.9)
        return 1 + (u - 0.5) / 0.4 * 1.15;
    return u < 0.99 ? 2.15 + (u - 0.9) / 0.09 * 0.55 : 2.7 + (u - 0.99) * 40;
}

static uint64_t rtt_ns(const struct run *run, uint64_t target, const struct replay_hop *hop)
{
    double share = hop->distance < 16 ? hop->distance / 16.0 : 1;

    return (uint64_t)(run->config->rtt_s * target_factor(run, target) * (0.3 + 0.7 * share) *
                      (double)NS_PER_S);
}

static struct bucket *bucket_of(struct run *run, struct address responder)
{
    size_t number, room = run->bucket_room ? 2 * run->bucket_room : 1024;

    run->failed |= u64_set_add(&run->routers, key_of(responder)) < 0;
    if (!u64_set_find(&run->routers, key_of(responder), &number))
        return NULL;
    if (number >= run->bucket_room) {
        struct bucket *buckets = realloc(run->buckets, room * sizeof(*buckets));

        if (!buckets)
            return NULL;
        memset(buckets + run->bucket_room, 0, (room - run->bucket_room) * sizeof(*buckets));
        run->buckets = buckets;
        run->bucket_room = room;
    }
    return &run->buckets[number];
}

/* Whether the simulator's limiter lets the error out, as in the survey of a simulated world. */
static bool vendor_lets_out(struct run *run, const struct replay_hop *hop)
{
    struct bucket *bucket = bucket_of(run, hop->responder);
    const struct sim_limiter *limiter = &sim_limiters[hop->limiter];
    uint32_t router = (uint32_t)key_of(hop->responder);

    if (!bucket) {
        run->failed = true;
        return false;
    }
    const struct sim_bucket_size sizes[2] = {sim_bucket_size(&limiter->bucket[0], router),
                                             sim_bucket_size(&limiter->bucket[1], router)};
    return sim_limit_take(bucket->vendors, sizes, run->now_ns + 1);
}

/* Whether the router's limit lets this error pass. */
static bool is_let_out(struct run *run, struct address responder)
{
    double size = run->config->limit * run->config->rtt_s;
    struct bucket *bucket = bucket_of(run, responder);

    if (!bucket) {
        run->failed = true;
        return false;
    }
    size = size < BUCKET_LEAST ? BUCKET_LEAST : size;
    bucket->tokens += run->config->limit * (double)(run->now_ns - bucket->at_ns) / (double)NS_PER_S;
    if (!bucket->at_ns || bucket->tokens > size)
        bucket->tokens = size;
    bucket->at_ns = run->now_ns;
    if (bucket->tokens < 1)
        return false;
    bucket->tokens--;
    return true;
}

static struct reply *take_spare(struct run *run)
{
    struct reply *reply = run->spare;

    if (!reply)
        return malloc(sizeof(*reply));
    run->spare = (struct reply *)reply->timer.next;
    return reply;
}

static void schedule(struct run *run, const struct answer *answer, uint64_t delay_ns)
{
    struct reply *reply = take_spare(run);

    if (!reply) {
        run->failed = true;
        return;
    }
    *reply = (struct reply){.timer.due_ns = run->now_ns + delay_ns, .answer = *answer};
    timer_wheel_add(run->wheel, &reply->timer);
}

/* The answers of routers and targets, in the family of the probe. */
static uint8_t type_of(const struct replay_hop *hop)
{
    if (address_is_ipv4(hop->responder))
        return hop->is_target ? ICMP_DESTINATION_UNREACHABLE : ICMP_TIME_EXCEEDED_TYPE;
    return hop->is_target ? ICMP6_DESTINATION_UNREACHABLE : ICMP6_TIME_EXCEEDED_TYPE;
}

static uint8_t code_of(const struct replay_hop *hop)
{
    if (address_is_ipv4(hop->responder))
        return hop->is_target ? ICMP_PORT_UNREACHABLE : ICMP_TTL_EXCEEDED;
    return hop->is_target ? ICMP6_PORT_UNREACHABLE : ICMP6_HOP_LIMIT_EXCEEDED;
}

static struct answer answer_to(const struct probe *probe, uint64_t target, const struct replay_hop *hop)
{
    return (struct answer){
        .target = target,
        .responder = hop->responder,
        .flow = probe->flow,
        .ttl = probe->ttl,
        .quoted_ttl = (uint8_t)(probe->ttl - hop->distance + 1),
        .icmp_type = type_of(hop),
        .icmp_code = code_of(hop),
        .from_target = hop->is_target,
        .solicited = hop->is_target,
    };
}

/* A forger who sees no probe of ours guesses what one would look like, successfully. */
static void forge(struct run *run)
{
    const struct replay_hop hop = {.responder = address_of_ipv4((uint32_t)reference_random(&run->random)),
                                   .answers = true,
                                   .distance = 1};
    const struct probe probe = {.ttl = (uint8_t)(1 + draw(run) * run->config->max_ttl)};
    uint64_t target = (uint64_t)(draw(run) * (double)targets_count(run->config->targets));
    struct answer answer = answer_to(&probe, target, &hop);

    answer.query = FORGED;
    if (draw(run) < run->config->forged)
        schedule(run, &answer, 1);
}

static void send(struct run *run, const struct probe *probe)
{
    const struct replay_config *config = run->config;
    bool changed = config->changes_at && run->out->probes >= config->changes_at;
    const struct replay_world *world = changed ? &config->later : &config->world;
    struct replay_hop hop;
    uint64_t target;

    run->out->probes++;
    run->out->near += probe->ttl <= NEAR_TTL;
    run->out->digest = mix64(run->out->digest ^ probe->target_address.low) + probe->ttl;
    if (!targets_find_flow(config->targets, probe->target_address, probe->flow, &target))
        abort(); /* no strategy has other targets */
    hop = world->meet(world->context, target, probe->target_address, probe->ttl);
    if (config->forged > 0)
        forge(run);
    if (!hop.answers || draw(run) < config->loss)
        return;
    if (config->limit > 0 && !hop.is_target && !is_let_out(run, hop.responder))
        return;
    if (hop.limiter && !vendor_lets_out(run, &hop))
        return;
    struct answer answer = answer_to(probe, target, &hop);
    schedule(run, &answer, rtt_ns(run, target, &hop));
}

static uint64_t cpu_ns(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (uint64_t)time.tv_sec * NS_PER_S + (uint64_t)time.tv_nsec;
}

static struct strategy *owner_of(const struct run *run, uint64_t target)
{
    return run->strategies[target % run->config->slices];
}

static void note(struct run *run, const struct answer *answer)
{
    if (answer->query == FORGED)
        return;
    if (answer->from_target)
        map_end(&run->map, answer->target, answer->ttl);
    else if (map_add(&run->map, answer->target, answer->ttl, answer->responder) < 0)
        run->failed = true;
}

static void hear(struct run *run, struct reply *reply)
{
    struct strategy *strategy = owner_of(run, reply->answer.target);
    const struct answer *answer = &reply->answer;

    reply->answer.arrived_ns = reply->timer.due_ns;
    run->out->answers++;
    note(run, answer);
    if (strategy->ops->reply)
        strategy->ops->reply(strategy, answer);
}

static void hear_all(struct run *run)
{
    struct timer *timer;

    while ((timer = timer_wheel_take(run->wheel, run->now_ns))) {
        struct reply *reply = (struct reply *)timer;

        hear(run, reply);
        reply->timer.next = (struct timer *)run->spare;
        run->spare = reply;
    }
    if (run->wheel->count > run->out->most_in_flight)
        run->out->most_in_flight = run->wheel->count;
}

static int open_slice(const struct replay_config *config, unsigned slice, struct strategy *strategies[])
{
    const struct strategy_config strategy = {
        .targets = config->targets,
        .min_ttl = 1,
        .max_ttl = config->max_ttl,
        .flows = 1,
        .key = {config->seed, 1},
        .slice = slice,
        .slices = config->slices,
        .first = slice ? strategies[0] : NULL,
        .options = config->options ? config->options : config->ops->defaults,
    };

    return config->ops->open(&strategies[slice], &strategy);
}

static void close_all(struct strategy *strategies[], unsigned slices)
{
    while (slices-- > 0)
        if (strategies[slices])
            strategies[slices]->ops->close(strategies[slices]);
}

/* All strategies are replaced by others that loaded their state. */
static int save_and_load(struct run *run)
{
    struct strategy *loaded[SLICES_MOST] = {NULL};
    unsigned slices = run->config->slices;
    struct saved_state states[SLICES_MOST] = {{NULL}};
    int error = 0;

    for (unsigned i = 0; !error && i < slices; i++)
        error = saved_state_take(&states[i], run->strategies[i]);
    for (unsigned i = 0; !error && i < slices; i++)
        error = open_slice(run->config, i, loaded);
    for (unsigned i = 0; !error && i < slices; i++)
        error = saved_state_load(&states[i], loaded[i]);
    for (unsigned i = 0; i < slices; i++)
        saved_state_free(&states[i]);
    close_all(run->strategies, slices);
    memcpy(run->strategies, loaded, sizeof(loaded));
    return error;
}

static bool all_done(const struct run *run)
{
    for (unsigned i = 0; i < run->config->slices; i++)
        if (!run->strategies[i]->ops->done(run->strategies[i]))
            return false;
    return true;
}

/* One turn: sends a probe of the next sender that has one. */
static void take_turn(struct run *run, unsigned turn)
{
    struct strategy *strategy = run->strategies[turn % run->config->slices];
    struct probe probe;

    if (strategy->ops->next(strategy, run->now_ns, &probe, 1))
        send(run, &probe);
}

/* Answers that arrive while the machine stands still are heard together afterwards. */
static void stand_still(struct run *run)
{
    uint64_t second = run->now_ns / NS_PER_S;

    if (run->config->stall_s > 0 && second != run->stalled_in)
        run->now_ns += (uint64_t)(run->config->stall_s * (double)NS_PER_S);
    run->stalled_in = second;
}

static int go(struct run *run)
{
    const struct replay_config *config = run->config;
    uint64_t interval = (uint64_t)((double)NS_PER_S / config->rate);
    bool paused = config->pause_at == 0;
    int error = 0;

    for (unsigned turn = 0; !error && !run->failed; turn++, run->now_ns += interval) {
        stand_still(run);
        hear_all(run);
        run->out->ended = all_done(run);
        if (run->out->ended || run->out->probes >= config->most)
            break;
        take_turn(run, turn);
        if (paused || run->out->probes < config->pause_at)
            continue;
        paused = true;
        error = save_and_load(run);
    }
    return run->failed ? -ENOMEM : error;
}

/* Answers that are still on their way become records, but no strategy hears them. */
static void drain(struct run *run)
{
    struct timer *timer;

    while (run->wheel && (timer = timer_wheel_take(run->wheel, UINT64_MAX))) {
        struct reply *reply = (struct reply *)timer;

        note(run, &reply->answer);
        free(reply);
    }
}

static void clean_up(struct run *run)
{
    drain(run);
    run->out->interfaces = run->map.interfaces.count;
    run->out->links = run->map.links.count;
    run->out->last_links = run->map.last_links;
    close_all(run->strategies, run->config->slices);
    while (run->spare) {
        struct reply *reply = take_spare(run);

        free(reply);
    }
    if (run->wheel)
        timer_wheel_destroy(run->wheel);
    map_free(&run->map);
    u64_set_free(&run->routers);
    free(run->buckets);
}

int replay_run(const struct replay_config *config, struct replay_outcome *out)
{
    struct run run = {.config = config, .out = out, .random = mix64(config->seed), .now_ns = NS_PER_S};
    uint64_t before = cpu_ns();
    int error = map_init(&run.map, targets_count(config->targets), config->max_ttl);

    out->targets = targets_count(config->targets);
    run.wheel = timer_wheel_create(run.now_ns);
    if (!run.wheel)
        error = -ENOMEM;
    for (unsigned i = 0; !error && i < config->slices; i++)
        error = open_slice(config, i, run.strategies);
    if (!error)
        error = go(&run);
    out->seconds = (double)(run.now_ns - NS_PER_S) / (double)NS_PER_S;
    out->cpu_s = (double)(cpu_ns() - before) / (double)NS_PER_S;
    clean_up(&run);
    return error;
}
