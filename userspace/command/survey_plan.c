// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/exit_code.h"
#include "base/log.h"
#include "base/number.h"
#include "base/seed.h"
#include "command/probe_key.h"
#include "command/survey_setup.h"
#include "command/target_options.h"
#include "session/refuse.h"

static int refuse_no_target(const struct survey_setup *setup)
{
    if (setup->plan.targets && targets_withheld_count(setup->plan.targets))
        return command_refuse("survey",
                              "every target (%" PRIu64
                              " in all) is in special-purpose ranges: --allow-special includes these",
                              targets_withheld_count(setup->plan.targets));
    return command_refuse(
        "survey", "no target: give prefixes or addresses, or --targets FILE (see 'hopwire survey --help')");
}

static int refuse_shard(const struct survey_setup *setup)
{
    uint64_t targets = targets_whole_count(setup->plan.targets);

    return command_refuse(
        "survey", "--shard %u/%u: there %s %" PRIu64 " target%s, so %" PRIu64 " shard%s at most",
        setup->options.shard.index, setup->options.shard.of, plural_form(targets, "is", "are"), targets,
        plural(targets), targets, plural(targets));
}

static int refuse_blocked(const struct survey_setup *setup)
{
    log_error("survey: nothing is left to probe: every target (%" PRIu64 " in all) is on the blocklist",
              targets_count(setup->plan.targets));
    return EXIT_FAILED;
}

static int refuse_plan(const struct survey_setup *setup, int error)
{
    switch (error) {
    case -ENOENT:
        return refuse_no_target(setup);
    case -ENODATA:
        return refuse_shard(setup);
    case -E2BIG:
        return target_options_refuse_many("survey");
    default:
        return command_refuse("survey", "out of memory for the targets");
    }
}

/* A long list is written while other things are prepared. */
static int begin_listing(struct survey_setup *setup)
{
    const char *metadata = setup->config.metadata_path;
    int result = survey_check_list_files(setup);

    if (result || !metadata || setup->options.dry_run)
        return result;
    int error = list_writing_begin(&setup->listing, metadata, "targets", &setup->plan.listed);

    setup->config.listing = &setup->listing;
    return error ? command_refuse("survey", "--metadata: cannot write the list of targets beside %s: %s",
                                  metadata, strerror(-error))
                 : EXIT_DONE;
}

int survey_make_plan(struct survey_setup *setup, char **operands)
{
    const struct survey_options *options = &setup->options;
    struct plan_config config = {
        .seed = options->seed == UINT64_MAX ? seed_random() : options->seed,
        .layout = setup->layout,
        .min_ttl = options->min_ttl,
        .max_ttl = options->max_ttl,
        .flows = options->flows,
        .simulated = options->sim.given,
        .shard = options->shard,
    };
    struct prefix_list targets = {0}, blocked = {0};
    int result = target_options_read("survey", &options->targets, operands, &targets, &blocked);

    flows_by_parse(options->flows_by, &config.flows_by);
    target_options_plan(&options->targets, &config);
    config.allow_special |= sim_topology_is_closed(&setup->topology);
    if (!result)
        result = command_choose_key("survey", &options->key, &config.layout.key);

    int error = result ? 0 : plan_prepare(&setup->plan, &config, &targets, &blocked);

    prefix_list_free(&targets);
    prefix_list_free(&blocked);
    if (!result && !error)
        result = begin_listing(setup);
    if (!result && !error)
        error = plan_complete(&setup->plan);
    if (result || error)
        return error ? refuse_plan(setup, error) : result;
    /* If this shard is blocked, other shards may still have targets. */
    return shard_is_whole(&options->shard) && plan_is_blocked(&setup->plan) ? refuse_blocked(setup)
                                                                            : EXIT_DONE;
}

int survey_remake_plan(struct survey_setup *setup)
{
    struct error_text error;

    if (plan_from_metadata(&setup->plan, &setup->resumption.metadata, &error))
        return command_refuse("survey", "--resume: %s: %s", setup->options.resume, error.text);
    setup->config.resumed = &setup->resumption.metadata;
    setup->config.argc = setup->resumption.argc;
    setup->config.argv = setup->resumption.argv;
    setup->config.directory = setup->resumption.metadata.directory;
    return survey_check_list_files(setup);
}
