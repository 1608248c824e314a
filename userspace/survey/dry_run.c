// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/dry_run.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/address_text.h"
#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "engine/sender.h"
#include "host/neighbour.h"
#include "survey/gentleness.h"
#include "survey/way_out.h"
#include "survey/ways_told.h"

enum {
    NEXT_HOP_TEXT_SIZE = 80,
};

/* A gateway may be of another family than the target (RFC 8950). An on-link target is the next hop itself, and
 * has the family of the source. */
static const char *describe_next_hop(const struct egress *egress, char text[NEXT_HOP_TEXT_SIZE])
{
    static const uint8_t unknown[6];
    struct address next_hop = address_is_none(egress->gateway) ? egress->source : egress->gateway;

    if (memcmp(egress->next_hop_mac, unknown, sizeof(unknown)) == 0)
        snprintf(text, NEXT_HOP_TEXT_SIZE, "a next hop that %s has to find first",
                 neighbour_protocol(next_hop));
    else
        mac_format(egress->next_hop_mac, text);
    return text;
}

static void describe_way(const struct way *way)
{
    char source[ADDRESS_TEXT_SIZE], next_hop[NEXT_HOP_TEXT_SIZE], targets[NUMBER_TEXT_SIZE];

    address_format(way->egress.source, source);
    log_info("dry run: from %s through %s to %s: %s target%s", source, way->egress.link.name,
             describe_next_hop(&way->egress, next_hop), number_group(way->targets, targets),
             plural(way->targets));
}

/* Leaves `ways` empty where no way can be found: then all probes are printed. */
static void find_ways(const struct survey_config *config, struct ways *ways)
{
    struct egress_options options = way_out_options(config);
    struct error_text error;

    options.passive = true;
    if (!ways_find(ways, &options, config->plan->targets, &error))
        return;
    log_warning("a survey would be refused: %s", error.text);
    ways_free(ways);
    *ways = (struct ways){0};
}

static void describe_ways(const struct survey_config *config, const struct ways *ways)
{
    if (config->sim)
        log_info("dry run: through the simulated Internet (topology %s, realism %s)", config->sim->topology,
                 config->sim->realism);
    for (unsigned i = 0; i < ways->count; i++)
        describe_way(&ways->list[i]);
    ways_warn(ways, targets_count(config->plan->targets));
}

static void describe_shard(const struct plan *plan)
{
    const struct shard *shard = &plan->config.shard;

    if (!shard_is_whole(shard))
        log_info("dry run: shard %u of %u, counted from 0, of %" PRIu64 " target%s", shard->index, shard->of,
                 targets_whole_count(plan->targets), plural(targets_whole_count(plan->targets)));
}

/* How many probes a strategy that learns will send depends on answers: at most all of them. */
static void describe_plan(const struct survey_config *config, bool knows_left)
{
    const struct plan *plan = config->plan;
    char targets[NUMBER_TEXT_SIZE], probes[NUMBER_TEXT_SIZE];

    log_info("dry run: %s target%s, TTL %u to %u, %u flow%s: %s%s probe%s, seed %" PRIu64,
             number_group(targets_count(plan->targets), targets), plural(targets_count(plan->targets)),
             plan->config.min_ttl, plan->config.max_ttl, plan->config.flows, plural(plan->config.flows),
             knows_left ? "" : "at most ", number_group(plan->probes, probes), plural(plan->probes),
             plan->config.seed);
    if (isfinite(config->rate) && knows_left)
        log_info("dry run: %.0f probes per second, %.1f s", config->rate,
                 (double)plan->probes / config->rate);
    if (gentleness_binds(config))
        log_info("dry run: without --max-per-prefix and --max-per-hop, which delay some probes");
}

static void print_probe(const struct probe *probe)
{
    char address[ADDRESS_TEXT_SIZE];

    address_format(probe->target_address, address);
    printf("%s,%u,%u\n", address, probe->flow, probe->ttl);
}

/* For a strategy that learns, prints the probes before the first answer. Ends early where the reader of
 * stdout has gone. */
static void print_probes(struct strategy *strategy, const struct address_set *blocklist,
                         const struct address_set *withheld)
{
    struct probe probes[SENDER_BATCH];
    size_t count;

    puts("target,flow,probe_ttl");
    while (!ferror(stdout) && (count = strategy->ops->next(strategy, 0, probes, SENDER_BATCH)) > 0)
        for (size_t i = 0; i < count; i++)
            if (address_set_contains(blocklist, probes[i].target_address))
                strategy_unsent(strategy, &probes[i], UNSENT_BLOCKED);
            else if (address_set_contains(withheld, probes[i].target_address))
                strategy_unsent(strategy, &probes[i], UNSENT_NO_WAY);
            else
                print_probe(&probes[i]);
}

int survey_dry_run(const struct survey_config *config)
{
    const struct strategy_config strategy_config = {
        .targets = config->plan->targets,
        .min_ttl = config->plan->config.min_ttl,
        .max_ttl = config->plan->config.max_ttl,
        .flows = config->plan->config.flows,
        .key = config->plan->order_key,
        .slices = 1,
        .options = config->strategy.options,
    };
    struct strategy *strategy;
    struct ways ways = {0};

    if (config->strategy.ops->open(&strategy, &strategy_config)) {
        log_error("survey: out of memory");
        return EXIT_FAILED;
    }
    if (!config->sim)
        find_ways(config, &ways);
    if (!config->quiet) {
        describe_ways(config, &ways);
        describe_shard(config->plan);
        describe_plan(config, strategy_left(strategy) != STRATEGY_LEFT_UNKNOWN);
    }
    print_probes(strategy, config->plan->blocklist, ways.withheld);
    ways_free(&ways);
    strategy->ops->close(strategy);
    return EXIT_DONE;
}
