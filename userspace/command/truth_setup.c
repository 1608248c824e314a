// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/truth_setup.h"

#include <stdlib.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "command/survey_names.h"
#include "output/metadata_ways.h"
#include "sim/options.h"
#include "sim/topology.h"

/* A family without a source in the metadata gets the simulator's own. */
static void take_sources(struct truth_setup *setup, const struct survey_metadata *metadata)
{
    struct address_pair told = metadata_sources(metadata);

    if (!address_is_none(told.ipv4))
        setup->source.ipv4 = told.ipv4;
    if (!address_is_none(told.ipv6))
        setup->source.ipv6 = told.ipv6;
}

int truth_setup_read(const char *who, const char *path, struct truth_setup *setup)
{
    struct survey_metadata *metadata = &setup->metadata;
    struct sim_options sim = sim_options_default();
    struct error_text error;

    if (metadata_read(path, metadata, &error)) {
        log_error("%s: %s", who, error.text);
        return EXIT_UNUSABLE;
    }
    if (merged_keys_read(path, metadata, &setup->keys, &error)) {
        log_error("%s: %s", who, error.text);
        return EXIT_UNUSABLE;
    }
    if (!metadata->sim) {
        log_error("%s: %s describes a survey of the real network, where the truth is not known", who, path);
        return EXIT_UNUSABLE;
    }
    take_sources(setup, metadata);
    if (sim_options_from_json(metadata->sim, &sim))
        return EXIT_UNUSABLE;
    if (survey_names_are_elsewhere(metadata->directory) &&
        sim_options_settle(&sim, metadata->directory, &setup->sim_file)) {
        log_error("%s: out of memory", who);
        return EXIT_UNUSABLE;
    }
    if (sim_options_resolve(&sim, &setup->topology))
        return EXIT_UNUSABLE;

    if (!plan_from_metadata(&setup->plan, metadata, &error))
        return EXIT_DONE;
    log_error("%s: %s: %s", who, path, error.text);
    return EXIT_UNUSABLE;
}

struct sim_truth truth_setup_truth(const struct truth_setup *setup)
{
    return (struct sim_truth){
        .topology = &setup->topology,
        .targets = setup->plan.targets,
        .blocklist = setup->plan.blocklist,
        .layouts = setup->plan.layouts,
        .shard_keys = setup->keys.keys,
        .shards = setup->keys.shards,
        .source = setup->source,
        .min_ttl = setup->plan.config.min_ttl,
        .max_ttl = setup->plan.config.max_ttl,
        .flows = setup->plan.config.flows,
    };
}

void truth_setup_free(struct truth_setup *setup)
{
    plan_free(&setup->plan);
    sim_topology_free(&setup->topology);
    merged_keys_free(&setup->keys);
    metadata_free(&setup->metadata);
    free(setup->sim_file);
}
