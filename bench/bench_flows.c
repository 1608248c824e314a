// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What strategies of several flows find of the links between the routers of a synthetic Internet with load balancers, in
 * virtual time:
 *
 *   bench_flows [quick]                                           the table of docs/multipath.md
 *   bench_flows PREFIX REALISM BALANCERS FLOWS STRATEGY[,OPTION…] one; FLOWS 0: as many as the strategy uses
 *   bench_flows hosts [quick]                                     its last part alone: flows by port and by host
 *
 * "pairs" are links of each target by itself. Both shares are of what is there, whichever flows it takes to see it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "base/u64_set.h"
#include "bench.h"
#include "command/strategy_option.h"
#include "protocol.h"
#include "sim/options.h"
#include "sim/steps.h"
#include "sim/topology.h"
#include "strategy/strategy.h"
#include "target/targets.h"

enum {
    MAX_TTL = 32,
    BATCH = 16, /* probes a step, */
    STEP_NS = 1000000,
    RTT_NS = 50000000, /* so that few of many targets are probed while an answer is on its way */
    ROOM = BATCH * (RTT_NS / STEP_NS + 2),
    PORT = 33434,
    /* Hosts of a block by which what is there is counted: all ways of a balancer that looks at destinations. More
     * would take longer, and add next to nothing: the widest has 16 ways. */
    HOSTS = 64,
};

/* What is surveyed, and by what flows differ; `hosts`: of all ways to so many hosts of a block. */
struct world {
    const char *prefix, *realism;
    unsigned balancers, hosts;
    enum flows_by flows_by;
};

/* Links, and links of targets: number of the target, place of the link. */
struct found {
    struct u64_set links, pairs;
};

struct flight {
    uint64_t due_ns;
    struct answer answer;
    uint32_t router; /* 0: it is the target */
};

struct run {
    struct sim_topology topology;
    struct targets *targets, *by_host;
    unsigned flows;
    struct strategy *strategy;
    struct flight flights[ROOM]; /* a ring */
    size_t first, count;
    uint32_t **met; /* by target and flow: routers by TTL; NULL: none yet */
    uint64_t now_ns, probes;
    struct found all, found;
};

static void add_link(struct found *found, uint64_t target, uint32_t from, uint32_t to)
{
    uint64_t key = (uint64_t)from << 32 | to;
    size_t place = 0;

    if (!from || !to || from == to)
        return;
    bench_require(u64_set_add(&found->links, key) >= 0 && u64_set_find(&found->links, key, &place) &&
                      u64_set_add(&found->pairs, target << 32 | place) >= 0,
                  "remember links");
}

/* What the steps of a target are visited with. */
struct visit {
    struct run *run;
    uint64_t target;
};

static uint32_t router_of(const struct sim_hop *hop)
{
    return hop->kind == SIM_HOP_ROUTER && hop->answers ? hop->address : 0;
}

static int note_step(void *context, const struct sim_hop *from, const struct sim_hop *to)
{
    const struct visit *visit = context;

    add_link(&visit->run->all, visit->target, from ? router_of(from) : 0, router_of(to));
    return 0;
}

static void meet(const struct run *run, struct address address, unsigned flow, unsigned ttl,
                 struct sim_hop *hop)
{
    uint32_t number = sim_target_number(&run->topology, address);
    uint64_t hash = sim_flow_hash(SIM_HOST_ADDRESS, number, PROTOCOL_UDP, 0x8000, (uint16_t)(PORT + flow));

    sim_hop(&run->topology, number, hash, (uint32_t)mix64(run->probes), (uint8_t)ttl, hop);
}

/* The way of flow 0 exists also where nothing is balanced. */
static void count_ways(struct run *run, uint64_t target, struct address address)
{
    struct visit visit = {run, target};
    struct sim_hop hop = {0};
    uint32_t before = 0;

    for (unsigned ttl = 1; ttl <= MAX_TTL && hop.kind != SIM_HOP_TARGET; ttl++) {
        meet(run, address, 0, ttl, &hop);
        add_link(&run->all, target, before, router_of(&hop));
        before = router_of(&hop);
    }
    bench_require(
        sim_steps_visit(&run->topology, sim_target_number(&run->topology, address), note_step, &visit) == 0,
        "visit what is there");
}

static void count_all(struct run *run, unsigned hosts)
{
    for (uint64_t target = 0; target < targets_count(run->by_host); target++)
        for (unsigned flow = 0; flow < hosts; flow++)
            count_ways(run, target, targets_flow_address(run->by_host, target, flow));
}

static uint8_t type_of(struct address responder, bool is_target)
{
    if (address_is_ipv4(responder))
        return is_target ? ICMP_DESTINATION_UNREACHABLE : ICMP_TIME_EXCEEDED_TYPE;
    return is_target ? ICMP6_DESTINATION_UNREACHABLE : ICMP6_TIME_EXCEEDED_TYPE;
}

static void send(struct run *run, const struct probe *probe)
{
    struct sim_hop hop;
    uint64_t target;

    bench_require(targets_find_flow(run->targets, probe->target_address, probe->flow, &target),
                  "find the target");
    run->probes++;
    meet(run, probe->target_address, probe->flow, probe->ttl, &hop);
    if (hop.kind == SIM_HOP_NOTHING || !hop.answers)
        return;
    bool is_target = hop.kind == SIM_HOP_TARGET;
    struct address responder = sim_hop_address(&run->topology, &hop, probe->target_address);
    uint8_t unreachable = address_is_ipv4(responder) ? ICMP_PORT_UNREACHABLE : ICMP6_PORT_UNREACHABLE;

    run->flights[(run->first + run->count++) % ROOM] = (struct flight){
        .due_ns = run->now_ns + RTT_NS,
        .router = router_of(&hop),
        .answer = {.target = target,
                   .responder = responder,
                   .flow = probe->flow,
                   .ttl = probe->ttl,
                   .quoted_ttl = (uint8_t)(hop.distance ? probe->ttl - hop.distance + 1 : 1),
                   .icmp_type = type_of(responder, is_target),
                   .icmp_code = is_target ? unreachable : 0,
                   .from_target = is_target,
                   .solicited = is_target},
    };
}

static void note(struct run *run, const struct flight *flight)
{
    const struct answer *answer = &flight->answer;
    uint32_t **row = &run->met[answer->target * run->flows + answer->flow];

    if (!*row)
        *row = calloc(MAX_TTL + 2, sizeof(**row));
    bench_require(*row, "remember answers");
    uint32_t *here = *row + answer->ttl;

    *here = flight->router;
    add_link(&run->found, answer->target, here[-1], here[0]);
    add_link(&run->found, answer->target, here[0], here[1]);
}

static void hear_all(struct run *run)
{
    for (; run->count && run->flights[run->first].due_ns <= run->now_ns; run->count--) {
        struct flight *flight = &run->flights[run->first];

        run->first = (run->first + 1) % ROOM;
        flight->answer.arrived_ns = run->now_ns;
        note(run, flight);
        if (run->strategy->ops->reply)
            run->strategy->ops->reply(run->strategy, &flight->answer);
    }
}

static void go(struct run *run)
{
    struct probe probes[BATCH];

    while (!run->strategy->ops->done(run->strategy) || run->count) {
        hear_all(run);
        size_t count = run->strategy->ops->next(run->strategy, run->now_ns, probes, BATCH);

        for (size_t i = 0; i < count; i++)
            send(run, &probes[i]);
        run->now_ns += STEP_NS;
    }
}

static struct targets *make_targets(const char *prefix, enum flows_by flows_by)
{
    const struct targets_config config = {
        .granularity = 24, .granularity6 = 48, .key = {1, 9}, .flows_by = flows_by};
    struct prefix_list list = {0};
    struct error_text error;

    bench_require(prefix_list_add_text(&list, prefix, "bench", &error) == 0, "read the prefix");
    prefix_list_normalize(&list, (struct granularity){.ipv4 = config.granularity, .ipv6 = 128});
    struct targets *targets = targets_create(&list, &config);
    bench_require(targets && targets_count(targets), "make targets");
    prefix_list_free(&list);
    return targets;
}

static void open_world(struct run *run, const struct world *world)
{
    struct sim_options options = sim_options_default();

    options.realism = world->realism;
    options.balanced_permille = 10 * world->balancers;
    options.rate_limits = 0;
    bench_require(sim_options_resolve(&options, &run->topology) == 0, "make the world");
    run->targets = make_targets(world->prefix, world->flows_by);
    run->by_host = make_targets(world->prefix, FLOWS_BY_HOST);
}

static void open_strategy(struct run *run, const struct strategy_choice *choice)
{
    const struct strategy_config config = {
        .targets = run->targets,
        .min_ttl = 1,
        .max_ttl = MAX_TTL,
        .flows = run->flows,
        .key = {1, 2},
        .slices = 1,
        .options = choice->options,
    };

    bench_require(choice->ops->open(&run->strategy, &config) == 0, "open the strategy");
    run->met = calloc(targets_count(run->targets) * run->flows, sizeof(*run->met));
    bench_require(run->met, "remember answers");
}

static void print(const struct run *run, const char *name)
{
    uint64_t targets = targets_count(run->targets);
    double probes = (double)run->probes;

    printf("%-36s %5u %9.1f %9zu %8.2f %9zu %8.2f %9.2f\n", name, run->flows, probes / (double)targets,
           run->found.links.count, 100 * (double)run->found.links.count / (double)run->all.links.count,
           run->found.pairs.count, 100 * (double)run->found.pairs.count / (double)run->all.pairs.count,
           1000 * (double)run->found.links.count / probes);
    fflush(stdout);
}

static void close_run(struct run *run)
{
    uint64_t rows = targets_count(run->targets) * run->flows;

    run->strategy->ops->close(run->strategy);
    for (uint64_t i = 0; i < rows; i++)
        free(run->met[i]);
    free(run->met);
    u64_set_free(&run->all.links);
    u64_set_free(&run->all.pairs);
    u64_set_free(&run->found.links);
    u64_set_free(&run->found.pairs);
    targets_destroy(run->targets);
    targets_destroy(run->by_host);
    sim_topology_free(&run->topology);
}

static void survey(const struct world *world, unsigned flows, const char *strategy)
{
    struct strategy_choice choice = {0};
    static struct run run;

    run = (struct run){.now_ns = NS_PER_S};
    bench_require(command_choose_strategy("bench", strategy, &choice) == 0, "find the strategy");
    run.flows = flows ? flows : strategy_usual_flows(&choice);
    open_world(&run, world);
    open_strategy(&run, &choice);
    count_all(&run, world->hosts);
    go(&run);
    print(&run, strategy);
    close_run(&run);
    command_free_strategy(&choice);
}

/* One with 39 % of balanced paths (Augustin et al., ToN 2011). */
static struct world usual_world(const char *prefix, const char *realism)
{
    return (struct world){.prefix = prefix, .realism = realism, .balancers = 39, .hosts = 1};
}

static void compare_hosts(const char *prefix)
{
    static const char *const strategies[] = {"multipath", "multipath,coverage=prefix"};
    struct world world = usual_world(prefix, "ideal");

    world.hosts = HOSTS;
    for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++)
        for (unsigned by = FLOWS_BY_PORT; by <= FLOWS_BY_HOST; by++) {
            world.flows_by = (enum flows_by)by;
            printf("by %s\n", flows_by_name(world.flows_by));
            survey(&world, 0, strategies[i]);
        }
}

static void compare(const char *prefix, const char *realism)
{
    const struct world world = usual_world(prefix, realism);
    static const struct {
        unsigned flows;
        const char *strategy;
    } rows[] = {
        {1, "adaptive"},
        {0, "multipath"},
        {0, "multipath,coverage=prefix"},
        {0, "multipath,coverage=diamond-miner"},
        {1, "exhaustive"},
        {4, "exhaustive"},
        {8, "exhaustive"},
        {16, "exhaustive"},
    };

    printf("%s, %s\n", prefix, realism);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        survey(&world, rows[i].flows, rows[i].strategy);
}

int main(int argc, char **argv)
{
    bool is_quick = argc > 1 && strcmp(argv[argc - 1], "quick") == 0;
    struct world world;

    printf("%-36s %5s %9s %9s %8s %9s %8s %9s\n", "", "flows", "probes/t", "links", "of all", "pairs",
           "of all", "links/1k");
    if (argc == 6) {
        world = usual_world(argv[1], argv[2]);
        world.balancers = (unsigned)atoi(argv[3]);
        survey(&world, (unsigned)atoi(argv[4]), argv[5]);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "hosts") == 0) {
        compare_hosts(is_quick ? "16.0.0.0/12" : "16.0.0.0/8");
        return 0;
    }
    compare(is_quick ? "16.0.0.0/12" : "16.0.0.0/8", "ideal");
    compare(is_quick ? "16.0.0.0/12" : "16.0.0.0/8", "internet");
    compare(is_quick ? "2a00::/36" : "2a00::/32", "ideal");
    compare_hosts(is_quick ? "16.0.0.0/12" : "16.0.0.0/8");
    return 0;
}
