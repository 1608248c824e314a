// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Strategies against each other in virtual time, on measured routes and on synthetic Internets: probes a target,
 * and the shares of interfaces and links that they find of those that answer.
 *
 *   bench_strategies [quick]                                   each on a synthetic Internet
 *   bench_strategies TOPOLOGY STRATEGY[,OPTION…] [KEY=VALUE]…  one: bench_adaptive.py asks for many
 *
 * "+last" is the share of links where those to targets that answer count as well.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../tests/support/replay.h"
#include "base/options.h"
#include "bench.h"
#include "command/strategy_option.h"
#include "mix.h"
#include "sim/options.h"
#include "sim/topology.h"

/* For an ordinary target: RTTs in virtual time matter only for the number of probes that leave meanwhile. */
static const double RTT_S = 0.12;

struct settings {
    double keep, silent, delay, rate, loss, stall, limit, forged, churn;
    uint64_t seed, pause;
    uint32_t max_ttl, slices, parting, alike, vendors;
    const char *prefix, *targets, *realism;
};

static const struct settings usual = {
    .keep = 1,
    .silent = 0.9,
    .delay = 0.01,
    .seed = 1,
    .max_ttl = 32,
    .slices = 1,
    .prefix = "16.0.0.0/8",
    .realism = "internet",
};

#define SETTING(key, argument, parser, field, text)                                                          \
    {                                                                                                        \
        key, 0, argument, OPTION_FIELD(parser, struct settings, field), .help = text                         \
    }

static const struct option_spec specs[] = {
    SETTING("keep", "SHARE", option_decimal, keep, "of the targets"),
    SETTING("silent", "SHARE", option_decimal, silent, "of the targets of measured routes"),
    SETTING("delay", "SHARE", option_decimal, delay, "of as many probes as targets leave in an RTT"),
    SETTING("rate", "PPS", option_decimal, rate, "instead of it"),
    SETTING("loss", "SHARE", option_decimal, loss, "of probes and answers together"),
    SETTING("stall", "SECONDS", option_decimal, stall, "of each, in which the machine stands still"),
    SETTING("limit", "SHARE", option_decimal, limit, "of the rate, that a router answers at most"),
    SETTING("vendors", "0|1", option_number, vendors,
            "limits of routers as vendors set them, of a synthetic world"),
    SETTING("forged", "SHARE", option_decimal, forged, "answers, of probes"),
    SETTING("churn", "SHARE", option_decimal, churn, "of the /20s have another route in the second half"),
    SETTING("parting", "PERCENT", option_number, parting, "as of \"hopwire sim\", of a synthetic world"),
    SETTING("alike", "PERCENT", option_number, alike, "likewise"),
    SETTING("seed", "N", option_number64, seed, "of the world and of the survey"),
    SETTING("pause", "PROBES", option_number64, pause, "after which the strategy is saved and loaded"),
    SETTING("max-ttl", "N", option_number, max_ttl, "up to 64"),
    SETTING("slices", "N", option_number, slices, "senders, up to 8"),
    SETTING("prefix", "PREFIX", option_text, prefix, "targets of a synthetic world"),
    SETTING("targets", "FILE", option_text, targets, "of prefixes, instead of it"),
    SETTING("realism", "LEVEL", option_text, realism, "of a synthetic world"),
    {0},
};

struct world {
    struct sim_topology topology;
    const struct sim_topology *other; /* that of the routes that changed; NULL: none did */
    const struct settings *settings;
    bool measured;
};

static bool is_drawn(uint64_t what, uint64_t seed, double share)
{
    return (double)(mix64(what ^ seed * MIX_GOLDEN) >> 11) * 0x1p-53 < share;
}

enum {
    CHURN_SEED = 4,
};

/* `target` is its number; addresses of both families have one. */
static void ask(const struct world *world, uint32_t target, unsigned ttl, struct sim_hop *hop)
{
    const struct settings *settings = world->settings;
    uint64_t flow = sim_flow_hash(SIM_HOST_ADDRESS, target, PROTOCOL_UDP, 30000, 33434);
    bool has_changed = world->other && is_drawn(target >> 12, settings->seed + CHURN_SEED, settings->churn);

    sim_hop(has_changed ? world->other : &world->topology, target, flow, 0, (uint8_t)ttl, hop);
}

/* An address that is the target's counts as the target: a prober cannot know more. */
static struct replay_hop meet(const void *context, uint64_t target, struct address address, unsigned ttl)
{
    const struct world *world = context;
    const struct settings *settings = world->settings;
    uint32_t number = sim_target_number(&world->topology, address);
    struct sim_hop hop;

    (void)target;
    ask(world, number, ttl, &hop);

    bool is_target = hop.kind == SIM_HOP_TARGET || hop.address == number;
    bool is_hidden =
        is_target && world->measured && is_drawn(address.low, settings->seed + 1, settings->silent);
    return (struct replay_hop){
        .responder = sim_hop_address(&world->topology, &hop, address),
        .answers = hop.kind != SIM_HOP_NOTHING && hop.answers && !is_hidden,
        .is_target = is_target,
        .distance = hop.distance ? hop.distance : 1,
        .limiter = is_target ? 0 : hop.limiter,
    };
}

static void thin_out(struct prefix_list *list, const struct settings *settings)
{
    size_t kept = 0;

    for (size_t i = 0; i < list->count; i++)
        if (is_drawn(list->prefixes[i].base.low, settings->seed + 2, settings->keep))
            list->prefixes[kept++] = list->prefixes[i];
    list->count = kept;
}

static struct targets *make_targets(const struct world *world)
{
    const struct targets_config config = {
        .granularity = world->measured ? 32 : 24, .granularity6 = 48, .key = {world->settings->seed, 9}};
    struct prefix_list list = {0};
    struct error_text error;

    if (world->measured)
        bench_require(sim_topology_add_targets(&world->topology, &list) == 0, "list the targets");
    else if (world->settings->targets)
        bench_require(prefix_list_read_file(&list, world->settings->targets, &error) == 0,
                      "read the targets");
    else
        bench_require(prefix_list_add_text(&list, world->settings->prefix, "bench", &error) == 0,
                      "read the prefix");
    thin_out(&list, world->settings);
    prefix_list_normalize(&list, (struct granularity){.ipv4 = config.granularity, .ipv6 = 128});
    struct targets *targets = targets_create(&list, &config);
    bench_require(targets && targets_count(targets), "make targets");
    prefix_list_free(&list);
    return targets;
}

static void make_world(struct world *world, const char *topology, const struct settings *settings,
                       uint64_t seed)
{
    struct sim_options options = sim_options_default();

    *world = (struct world){.settings = settings,
                            .measured = strncmp(topology, "routes:", strlen("routes:")) == 0};
    options.topology = topology;
    options.seed = seed;
    if (!world->measured) {
        options.realism = settings->realism;
        options.parting_permille = 10 * settings->parting;
        options.alike_permille = 10 * settings->alike;
    }
    options.rate_limits = settings->vendors; /* which the harness sees to, in virtual time */
    bench_require(sim_options_resolve(&options, &world->topology) == 0, "make the world");
}

static void print_outcome(const char *topology, const char *strategy, const struct replay_outcome *outcome)
{
    const char *slash = strrchr(topology, '/');
    double probes = (double)outcome->probes;

    printf("%-20s %-28s %9lu %8lu %8lu %8.3f %7.4f %7.4f %7.4f %9.2f %8.1f %6.0f %016lx\n",
           slash ? slash + 1 : topology, strategy, outcome->targets, outcome->all_interfaces,
           outcome->all_links, probes / (double)outcome->targets,
           (double)outcome->interfaces / (double)outcome->all_interfaces,
           (double)outcome->links / (double)outcome->all_links,
           (double)(outcome->links + outcome->last_links) /
               (double)(outcome->all_links + outcome->all_last_links),
           1000 * (double)outcome->interfaces / probes, outcome->seconds, 1e9 * outcome->cpu_s / probes,
           outcome->digest);
    fflush(stdout);
}

static void survey(const char *topology, const char *strategy, const struct settings *settings)
{
    struct strategy_choice choice = {0};
    struct replay_outcome outcome = {0};
    struct world world, other, later;

    make_world(&world, topology, settings, settings->seed);
    make_world(&other, topology, settings, settings->seed + CHURN_SEED);
    later = world;
    later.other = &other.topology;
    bench_require(command_choose_strategy("bench", strategy, &choice) == 0, "find the strategy");
    struct targets *targets = make_targets(&world);
    double rate = settings->delay * (double)targets_count(targets) / RTT_S;
    if (settings->rate > 0)
        rate = settings->rate;
    const struct replay_config config = {
        .ops = choice.ops,
        .options = choice.options,
        .targets = targets,
        .world = {meet, &world},
        .later = {meet, &later},
        .changes_at = settings->churn > 0 ? 2 * targets_count(targets) : 0,
        .max_ttl = settings->max_ttl,
        .slices = settings->slices,
        .seed = settings->seed,
        .rate = rate,
        .rtt_s = RTT_S,
        .loss = settings->loss,
        .stall_s = settings->stall,
        .limit = settings->limit * rate,
        .forged = settings->forged,
        .most = UINT64_MAX,
        .pause_at = settings->pause,
    };

    bench_require(replay_count_all(&config, &outcome) == 0, "count what is there");
    bench_require(replay_run(&config, &outcome) == 0, "run the survey");
    print_outcome(topology, strategy, &outcome);
    targets_destroy(targets);
    command_free_strategy(&choice);
    sim_topology_free(&world.topology);
    sim_topology_free(&other.topology);
}

static void survey_all(bool is_quick)
{
    static const char *const strategies[] = {"exhaustive", "flashroute", "flashroute,preprobe", "adaptive"};
    struct settings settings = usual;

    settings.prefix = is_quick ? "16.0.0.0/10" : "16.0.0.0/7";
    for (size_t i = 0; i < sizeof(strategies) / sizeof(strategies[0]); i++)
        survey("synthetic", strategies[i], &settings);
}

int main(int argc, char **argv)
{
    static const struct option_table table = {
        .command = "bench_strategies", .operands = "", .summary = "", .specs = specs};
    struct settings settings = usual;
    bool is_quick = argc == 2 && strcmp(argv[1], "quick") == 0;

    printf("%-20s %-28s %9s %8s %8s %8s %7s %7s %7s %9s %8s %6s\n", "world", "strategy", "targets", "ifaces",
           "links", "probes/t", "ifaces", "links", "+last", "ifaces/1k", "seconds", "ns");
    for (int i = 3; i < argc; i++)
        bench_require(options_parse_pairs(&table, argv[0], argv[i], &settings) == 0, "read the settings");
    if (argc < 3)
        survey_all(is_quick);
    else
        survey(argv[1], argv[2], &settings);
    return 0;
}
