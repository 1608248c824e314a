// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire survey: from options to a configuration of survey/survey.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "command/commands.h"
#include "command/contact_option.h"
#include "command/probe_layout.h"
#include "command/strategy_option.h"
#include "command/survey_names.h"
#include "command/survey_setup.h"
#include "engine/umem_budget.h"
#include "host/memory.h"
#include "packet/frame.h"
#include "session/refuse.h"
#include "survey/dry_run.h"

/* There are as many probes of each TTL, so this is the mean of their lengths. */
static double mean_wire_bytes(const struct survey_setup *setup, enum address_family family)
{
    const struct survey_options *options = &setup->options;
    const struct layout *layout = layout_of_family(&setup->plan.layouts, family)->layout;
    double bytes = 0;

    for (unsigned ttl = options->min_ttl; layout && ttl <= options->max_ttl; ttl++)
        bytes += frame_wire_bytes(layout, ttl, options->egress.vlan != FRAME_NO_VLAN);
    return bytes / (options->max_ttl - options->min_ttl + 1);
}

/* Probes of both families are in proportion to their targets. */
static double rate_of_bandwidth(const struct survey_setup *setup)
{
    const struct targets *targets = setup->plan.targets;
    double ipv4 = (double)targets_ipv4_count(targets) / (double)targets_count(targets);

    return setup->options.bandwidth / (8 * (ipv4 * mean_wire_bytes(setup, FAMILY_IPV4) +
                                            (1 - ipv4) * mean_wire_bytes(setup, FAMILY_IPV6)));
}

static void choose_rate(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;

    if (options->bandwidth != 0)
        setup->config.rate = rate_of_bandwidth(setup);
    else if (options->rate != 0)
        setup->config.rate = options->rate;
    else
        setup->config.rate = options->sim.given ? INFINITY : SURVEY_DEFAULT_RATE;
}

static int choose_parts(struct survey_setup *setup)
{
    struct survey_options *options = &setup->options;

    setup->config.strategy_text = options->strategy;
    if (command_choose_strategy("survey", options->strategy, &setup->config.strategy))
        return EXIT_UNUSABLE;
    if (!options->flows)
        options->flows = strategy_usual_flows(&setup->config.strategy);
    if (!options->flows_by)
        options->flows_by = flows_by_name(setup->config.strategy.ops->flows_by);
    if (options->min_ttl > options->max_ttl)
        return command_refuse("survey", "--min-ttl %u is above --max-ttl %u", options->min_ttl,
                              options->max_ttl);
    if (command_choose_layout("survey", &options->probe, options->flows, &setup->layout))
        return EXIT_UNUSABLE;
    if (command_check_contact("survey", options->contact, setup->layout.layout, options->max_ttl))
        return EXIT_UNUSABLE;
    setup->config.tx = tx_find(options->tx); /* NULL: TX_AUTO */
    if (options->sim.given &&
        (options->egress.interface || !address_pair_is_none(&options->egress.sources) ||
         options->egress.gateway_mac.given || options->egress.vlan != FRAME_NO_VLAN || options->listen.count))
        return command_refuse("survey", "--sim has an interface of its own: leave out --interface, "
                                        "--source-ip, --gateway-mac, --vlan, --listen");
    if (options->shard.of > 1 && options->seed == UINT64_MAX)
        return command_refuse("survey",
                              "--shard needs --seed, the same for all shards: hosts are drawn from it");
    if (options->capture.rejected && !options->capture.path)
        return command_refuse("survey", "--capture-rejected needs --capture FILE.pcapng");
    if (options->capture.limit < CAPTURE_LIMIT_MIN)
        return command_refuse("survey", "--capture-limit: a capture needs at least %u KB",
                              CAPTURE_LIMIT_MIN >> 10);
    if (options->rate != 0 && options->bandwidth != 0)
        return command_refuse("survey", "--rate and --bandwidth exclude each other");
    return EXIT_DONE;
}

static int choose_sim(struct survey_setup *setup)
{
    static const struct option_table sim_table = {.command = "sim", .specs = sim_option_specs};
    const struct survey_options *options = &setup->options;

    if (!options->sim.given)
        return EXIT_DONE;
    setup->sim = sim_options_default();
    /* The default. */
    setup->sim.queues = options->threads < SIM_QUEUES_MAX ? options->threads : SIM_QUEUES_MAX;
    setup->sim_text = strdup(options->sim.text ? options->sim.text : "");
    if (!setup->sim_text)
        return command_refuse("survey", "out of memory");
    if (options_parse_pairs(&sim_table, "--sim", setup->sim_text, &setup->sim))
        return EXIT_UNUSABLE;
    const char *directory = setup->resumption.found ? setup->resumption.metadata.directory : NULL;

    if (survey_names_are_elsewhere(directory) && sim_options_settle(&setup->sim, directory, &setup->sim_file))
        return command_refuse("survey", "out of memory");
    return EXIT_DONE;
}

/* Reads the file of the topology. */
static int resolve_sim(struct survey_setup *setup)
{
    if (!setup->options.sim.given)
        return EXIT_DONE;
    if (sim_options_resolve(&setup->sim, &setup->topology))
        return EXIT_UNUSABLE;
    setup->config.sim = &setup->sim;
    setup->config.sim_topology = &setup->topology;
    return EXIT_DONE;
}

static void choose_limits(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    /* Cooldowns below a second are for tests and simulators; real replies within a second are not late. */
    uint64_t late_after_ns = options->cooldown_ns > NS_PER_S ? options->cooldown_ns : NS_PER_S;

    setup->config.capture = options->capture;
    setup->config.capture.overwrite = options->records.overwrite;
    setup->config.capture.goes_on = setup->resumption.found && setup->resumption.owns.capture;
    setup->config.cooldown_ns = options->cooldown_ns;
    setup->config.limits = options->limits;
    setup->config.bounds = options->bounds;
    setup->config.contact = options->contact;
    setup->config.late_after_us = (uint32_t)(late_after_ns / NS_PER_US);
    setup->config.umem_memory =
        options->umem_memory ? options->umem_memory : umem_budget_default(machine_memory());
    setup->config.link_memory = options->link_memory;
    setup->config.interface_memory = options->interface_memory;
    setup->config.duplicate_memory = options->duplicate_memory;
    setup->config.quiet = options->quiet;
    setup->config.progress = survey_options_progress(options);
    setup->config.threads = options->threads;
    setup->config.cpus = options->cpus;
    setup->config.egress = options->egress;
    setup->config.listen = options->listen;
    setup->config.plan = &setup->plan;
    setup->config.earlier = &setup->earlier;
}

static int prepare(struct survey_setup *setup, char **operands)
{
    int result = choose_parts(setup);

    if (!result)
        result = choose_sim(setup);
    if (!result)
        result = sandbox_options_choose("survey", &setup->options.sandbox, &setup->config.sandbox);
    if (!result)
        result = survey_choose_output(setup);
    if (!result)
        result = prometheus_options_choose("survey", &setup->options.prometheus, &setup->prometheus_address,
                                           &setup->config.prometheus);
    if (!result)
        result = survey_choose_rotation(setup);
    if (!result)
        result = survey_choose_state(setup);
    if (!result)
        result = survey_check_files(setup);
    if (!result)
        result = survey_find_earlier_lists(setup);
    if (!result)
        result = resolve_sim(setup);
    if (!result)
        result = setup->resumption.found ? survey_remake_plan(setup) : survey_make_plan(setup, operands);
    if (!result)
        choose_rate(setup);
    choose_limits(setup);
    if (!result && setup->obstacle)
        log_info("a survey with %s cannot be resumed", setup->obstacle);
    return result;
}

static bool is_complete(const struct survey_resumption *resumption)
{
    return resumption->found && resumption->metadata.state == SURVEY_FINISHED;
}

static int prepare_and_run(struct survey_setup *setup, char **operands)
{
    int result = prepare(setup, operands);

    if (result)
        return result;
    return setup->options.dry_run ? survey_dry_run(&setup->config) : survey_run(&setup->config);
}

int command_survey(int argc, char **argv)
{
    struct survey_setup setup = {
        .options = survey_options_default(),
        .directory = getcwd(NULL, 0),
        .config = {.argc = argc, .argv = argv},
    };
    int operands = options_parse(&survey_option_table, argc, argv, &setup.options);

    if (operands < 0) {
        free(setup.directory);
        survey_options_free(&setup.options);
        return operands == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    }
    setup.config.directory = setup.directory;
    int result = setup.options.resume
                     ? survey_resume_options(&setup.resumption, &setup.options, argc, argv, operands)
                     : EXIT_DONE;
    if (!result && is_complete(&setup.resumption))
        log_info("survey: %s: this survey is complete", setup.options.resume);
    else if (!result)
        result = prepare_and_run(&setup, argv + operands);
    list_writing_abandon(&setup.listing);
    earlier_lists_free(&setup.earlier);
    survey_resume_free(&setup.resumption);
    survey_options_free(&setup.options);
    command_free_strategy(&setup.config.strategy);
    plan_free(&setup.plan);
    sim_topology_free(&setup.topology);
    rotation_options_free(&setup.rotated);
    free(setup.directory);
    free(setup.default_metadata);
    free(setup.default_state);
    free(setup.sim_text);
    free(setup.sim_file);
    return result;
}
