// SPDX-License-Identifier: GPL-2.0-or-later
#include "survey/dry_run.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/address.h"
#include "base/log.h"
#include "base/number.h"
#include "command/commands.h"
#include "engine/sender.h"

static const char *describe_next_hop(const struct egress *egress, char text[MAC_TEXT_SIZE])
{
    static const uint8_t unknown[6];

    if (memcmp(egress->next_hop_mac, unknown, sizeof(unknown)) == 0)
        return "a next hop that ARP has yet to find";
    return mac_format(egress->next_hop_mac, text);
}

static void describe_egress(const struct survey_config *config)
{
    struct egress_options options = config->egress;
    char source[IPV4_TEXT_SIZE], mac[MAC_TEXT_SIZE];
    struct egress egress;
    struct egress_error error;

    if (config->sim) {
        log_info("dry run: through the simulated Internet (topology %s, realism %s)", config->sim->topology,
                 config->sim->realism);
        return;
    }
    options.passive = true;
    if (egress_find(&egress, &options, config->plan->targets, &error)) {
        log_warning("a survey would be refused: %s", error.text);
        return;
    }
    ipv4_format(egress.source, source);
    log_info("dry run: from %s through %s to %s", source, egress.link.name, describe_next_hop(&egress, mac));
}

static void describe_plan(const struct survey_config *config)
{
    const struct plan *plan = config->plan;
    char targets[NUMBER_TEXT_SIZE], probes[NUMBER_TEXT_SIZE];

    log_info("dry run: %s targets, TTL %u to %u, %u flow%s: %s probes, seed %" PRIu64,
             number_group(targets_count(plan->targets), targets), plan->config.min_ttl, plan->config.max_ttl,
             plan->config.flows, plan->config.flows == 1 ? "" : "s", number_group(plan->probes, probes),
             plan->config.seed);
    if (isfinite(config->rate))
        log_info("dry run: %.0f probes per second, %.1f s", config->rate,
                 (double)plan->probes / config->rate);
}

static void print_probe(const struct probe *probe, const struct address_set *blocklist)
{
    char address[IPV4_TEXT_SIZE];

    if (blocklist && address_set_contains(blocklist, probe->target))
        return;
    ipv4_format(probe->target, address);
    printf("%s,%u,%u\n", address, probe->flow, probe->ttl);
}

/* Ends early where nobody reads any more. */
static void print_probes(struct strategy *strategy, const struct address_set *blocklist)
{
    struct probe probes[SENDER_BATCH];
    size_t count;

    puts("target,flow,probe_ttl");
    while (!ferror(stdout) && (count = strategy->ops->next(strategy, 0, probes, SENDER_BATCH)) > 0)
        for (size_t i = 0; i < count; i++)
            print_probe(&probes[i], blocklist);
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
    };
    struct strategy *strategy = config->strategy->create(&strategy_config);

    if (!strategy) {
        log_error("survey: out of memory");
        return EXIT_FAILED;
    }
    if (!config->quiet) {
        describe_egress(config);
        describe_plan(config);
    }
    print_probes(strategy, config->plan->blocklist);
    strategy->ops->destroy(strategy);
    return EXIT_DONE;
}
