// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire survey: from options to a configuration of survey/survey.h. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/seed.h"
#include "command/commands.h"
#include "command/contact_option.h"
#include "command/files.h"
#include "command/output_options.h"
#include "command/probe_key.h"
#include "command/probe_layout.h"
#include "command/rotation_options.h"
#include "command/strategy_option.h"
#include "command/survey_options.h"
#include "command/survey_resume.h"
#include "command/target_options.h"
#include "engine/umem_budget.h"
#include "host/memory.h"
#include "output/earlier_lists.h"
#include "output/metadata.h"
#include "packet/frame.h"
#include "session/refuse.h"
#include "sim/topology.h"
#include "state/state_file.h"
#include "survey/dry_run.h"
#include "survey/recall.h"
#include "survey/survey.h"

/* Everything that survey_run() needs, and what must be freed after it. */
struct survey_setup {
    struct survey_options options;
    struct layout_choice layout; /* its key is drawn later */
    struct plan plan;
    struct sim_options sim;
    struct sim_topology topology;
    struct survey_config config;
    struct rotated_outputs rotated;
    struct socket_address prometheus_address;
    struct survey_resumption resumption;
    struct list_writing listing;
    struct earlier_lists earlier;
    char *default_metadata, *default_state;
    const char *obstacle; /* why it cannot be resumed, where that is worth a word */
    char *sim_text;       /* what `sim` borrows its texts from */
};

/* Probes of all TTLs are equally many: what they cost in the mean. */
static double mean_wire_bytes(const struct survey_setup *setup, enum address_family family)
{
    const struct survey_options *options = &setup->options;
    const struct layout *layout = layout_of_family(&setup->plan.layouts, family)->layout;
    double bytes = 0;

    for (unsigned ttl = options->min_ttl; layout && ttl <= options->max_ttl; ttl++)
        bytes += frame_wire_bytes(layout, ttl, options->egress.vlan != FRAME_NO_VLAN);
    return bytes / (options->max_ttl - options->min_ttl + 1);
}

/* And those of both families come as often as their targets. */
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
        return command_refuse("survey",
                              "--sim brings an interface of its own: leave out --interface, --source-ip, "
                              "--gateway-mac, --vlan, --listen");
    if (options->shard.of > 1 && options->seed == UINT64_MAX)
        return command_refuse("survey", "--shard needs --seed, the same for all shards: it draws the hosts");
    if (options->capture.rejected && !options->capture.path)
        return command_refuse("survey", "--capture-rejected needs --capture FILE.pcapng");
    if (options->capture.limit < CAPTURE_LIMIT_MIN)
        return command_refuse("survey", "--capture-limit: a capture needs %u KB at least",
                              CAPTURE_LIMIT_MIN >> 10);
    if (options->rate != 0 && options->bandwidth != 0)
        return command_refuse("survey", "--rate and --bandwidth exclude each other");
    return EXIT_DONE;
}

/* Results that are no file of their own (stdout, a pipe, /dev/null) have nothing that metadata could lie
 * beside. */
static bool is_file_of_its_own(const char *path)
{
    struct stat status;

    return strcmp(path, "-") != 0 && (stat(path, &status) != 0 || S_ISREG(status.st_mode));
}

/* What comes by a pipe comes once. */
static bool can_be_read_again(const struct option_list *paths)
{
    struct stat status;
    bool all = true;

    for (size_t i = 0; i < paths->count; i++)
        all &= strcmp(paths->values[i], "-") != 0 && stat(paths->values[i], &status) == 0 &&
               S_ISREG(status.st_mode);
    return all;
}

static int choose_rotation(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    struct record_output *output = &setup->config.records;

    for (unsigned i = 0; options->rotate && i < output->count; i++)
        if (!is_file_of_its_own(output->places[i].path))
            return command_refuse("survey", "--rotate needs --output FILE: %s is none",
                                  output->places[i].path);
    return options->rotate
               ? rotation_options_choose(&setup->rotated, output, options->rotate, options->dry_run)
               : EXIT_DONE;
}

/* Nothing of such a format could be lost by a kill, since nothing would be there. */
static int check_formats(const struct record_output *output)
{
    for (unsigned i = 0; i < output->count; i++) {
        const struct output_format *format = output->places[i].format;

        if (format->at_end)
            return command_refuse(
                "survey",
                "--output: nothing of %s is written before the end: write .parquet, and let "
                "'hopwire convert' make %s of it",
                format->name, format->extension);
    }
    return EXIT_DONE;
}

static int choose_output(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    int result = output_options_choose("survey", &options->records, &setup->config.records);

    if (!result)
        result = check_formats(&setup->config.records);
    if (result)
        return result;
    setup->config.metadata_path = options->metadata;
    setup->config.control_path = options->control;
    setup->config.status_path = options->status_file;
    if (can_be_read_again(&options->targets.blocklists))
        setup->config.blocklists = options->targets.blocklists;
    if (!result && (options->dry_run || output_options_take_stdout(&options->records)))
        result = command_needs_stdout("survey");
    if (result || options->metadata || !is_file_of_its_own(options->records.output.names[0]))
        return result;
    setup->config.metadata_path = setup->default_metadata =
        metadata_path_for(options->records.output.names[0]);
    return setup->default_metadata ? EXIT_DONE : command_refuse("survey", "out of memory");
}

/* Why a survey of this output cannot be resumed; NULL: it can. */
static const char *obstacle(const struct survey_setup *setup)
{
    const struct survey_config *config = &setup->config;

    if (!config->metadata_path || !is_file_of_its_own(config->records.places[0].path))
        return "results that are no file";
    if (config->records.count > 1)
        return "several outputs";
    if (!config->records.places[0].format->appendable)
        return "results of a format that needs an end";
    if (!config->strategy.ops->save)
        return "a strategy without a state";
    return recall_is_possible(&config->records.columns) ? NULL
                                                        : "results without the columns responder, target, "
                                                          "flow, probe_ttl, icmp_type, icmp_code, flags";
}

static int choose_state(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    const char *why = obstacle(setup);
    bool wanted = options->state || options->resumable || options->resume;

    if (options->resume && options->dry_run)
        return command_refuse("survey", "--resume and --dry-run exclude each other");
    if (why && wanted)
        return command_refuse("survey", "a survey with %s cannot be resumed", why);
    if (why && is_file_of_its_own(options->records.output.names[0]) && !options->dry_run && !options->quiet)
        setup->obstacle = why;
    if (why || options->dry_run)
        return EXIT_DONE;
    setup->config.resumable = options->resumable;
    setup->rotated.rotations[0].files.lasting = true;
    setup->config.state_path = options->state;
    if (!options->state)
        setup->config.state_path = setup->default_state = state_path_for(options->records.output.names[0]);
    return setup->config.state_path ? EXIT_DONE : command_refuse("survey", "out of memory");
}

/* Before any of them is opened. */
static int check_files(const struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    const struct output_place *places = setup->config.records.places;
    const char *const paths[OUTPUTS_MAX] = {places[0].path, places[1].path, places[2].path, places[3].path};
    const struct command_file files[] = {
        OUTPUT_FILES(paths, FILE_WRITTEN),
        {"--metadata", setup->config.metadata_path, FILE_WRITTEN},
        {"--status-file", options->status_file, FILE_WRITTEN},
        {"--capture", options->capture.path, FILE_WRITTEN},
        {"--prometheus", options->prometheus.file, FILE_REPLACED},
        {"--state", setup->config.state_path, FILE_REPLACED},
        {"--targets", options->targets.targets_file, FILE_READ},
        {"--sim", options->sim.given ? sim_options_file(&setup->sim) : NULL, FILE_READ},
    };

    return command_files_check_lists("survey", files, sizeof(files) / sizeof(files[0]), "--blocklist",
                                     &options->targets.blocklists,
                                     options->records.overwrite || options->dry_run);
}

/* Those that this run reads stay, whosever they are. */
static int find_earlier_lists(struct survey_setup *setup)
{
    const struct target_options *targets = &setup->options.targets;
    struct earlier_lists *earlier = &setup->earlier;

    if (!setup->config.metadata_path || setup->resumption.found)
        return EXIT_DONE;
    if (earlier_lists_find(earlier, setup->config.metadata_path))
        return command_refuse("survey", "out of memory");
    earlier_lists_spare(earlier, targets->targets_file);
    for (size_t i = 0; i < targets->blocklists.count; i++)
        earlier_lists_spare(earlier, targets->blocklists.values[i]);
    return EXIT_DONE;
}

/* Long lists get files of their own, which is known once they are read; nothing has been opened yet. */
static int check_list_files(const struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    const char *metadata = setup->config.metadata_path;
    const struct plan *plan = &setup->plan;
    const struct prefix_list *listed = plan->targets ? targets_list(plan->targets) : &plan->listed;
    bool targets = listed->count > METADATA_LIST_INLINE;
    bool blocked = plan->blocked_listed.count > METADATA_LIST_INLINE;
    char *targets_path = metadata && targets ? metadata_list_path(metadata, "targets") : NULL;
    char *blocked_path = metadata && blocked ? metadata_list_path(metadata, "blocklist") : NULL;
    const struct command_file files[] = {
        {"the list of targets beside the metadata", targets_path, FILE_WRITTEN},
        {"the blocklist beside the metadata", blocked_path, FILE_WRITTEN},
        OUTPUT_FILES(options->records.output.names, FILE_REPLACED),
        {"--state", setup->config.state_path, FILE_REPLACED},
        {"--targets", options->targets.targets_file, FILE_READ},
        {"--sim", options->sim.given ? sim_options_file(&setup->sim) : NULL, FILE_READ},
    };
    int result = EXIT_DONE;

    if (metadata && output_file_state(metadata) != OUTPUT_FILE_STREAM)
        result = command_files_check_lists("survey", files, sizeof(files) / sizeof(files[0]), "--blocklist",
                                           &options->targets.blocklists,
                                           options->records.overwrite || options->dry_run);
    free(targets_path);
    free(blocked_path);
    return result;
}

static int choose_sim(struct survey_setup *setup)
{
    static const struct option_table sim_table = {.command = "sim", .specs = sim_option_specs};
    const struct survey_options *options = &setup->options;

    if (!options->sim.given)
        return EXIT_DONE;
    setup->sim = sim_options_default();
    /* Unless the user says otherwise. */
    setup->sim.queues = options->threads < SIM_QUEUES_MAX ? options->threads : SIM_QUEUES_MAX;
    setup->sim_text = strdup(options->sim.text ? options->sim.text : "");
    if (!setup->sim_text)
        return command_refuse("survey", "out of memory");
    if (options_parse_pairs(&sim_table, "--sim", setup->sim_text, &setup->sim))
        return EXIT_UNUSABLE;
    return EXIT_DONE;
}

/* Reads the topology's file. */
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

static int refuse_no_target(const struct survey_setup *setup)
{
    if (setup->plan.targets && targets_withheld_count(setup->plan.targets))
        return command_refuse(
            "survey",
            "all %" PRIu64 " targets are in special-purpose ranges: --allow-special probes them all the same",
            targets_withheld_count(setup->plan.targets));
    return command_refuse(
        "survey", "no target: give prefixes or addresses, or --targets FILE (see 'hopwire survey --help')");
}

static int refuse_shard(const struct survey_setup *setup)
{
    uint64_t targets = targets_whole_count(setup->plan.targets);

    return command_refuse("survey",
                          "--shard %u/%u: there %s %" PRIu64 " target%s, so %" PRIu64 " shard%s at most",
                          setup->options.shard.index, setup->options.shard.of, targets == 1 ? "is" : "are",
                          targets, targets == 1 ? "" : "s", targets, targets == 1 ? "" : "s");
}

static int refuse_blocked(const struct survey_setup *setup)
{
    log_error("survey: nothing is left to probe: all %" PRIu64 " targets are on the blocklist",
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

/* A long list is written while the rest is prepared. */
static int begin_listing(struct survey_setup *setup)
{
    const char *metadata = setup->config.metadata_path;
    int result = check_list_files(setup);

    if (result || !metadata || setup->options.dry_run)
        return result;
    int error = list_writing_begin(&setup->listing, metadata, "targets", &setup->plan.listed);

    setup->config.listing = &setup->listing;
    return error ? command_refuse("survey", "--metadata: cannot write the list of targets beside %s: %s",
                                  metadata, strerror(-error))
                 : EXIT_DONE;
}

static int make_plan(struct survey_setup *setup, char **operands)
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
    /* Of a shard the others may have something. */
    return shard_is_whole(&options->shard) && plan_is_blocked(&setup->plan) ? refuse_blocked(setup)
                                                                            : EXIT_DONE;
}

static int remake_plan(struct survey_setup *setup)
{
    struct error_text error;

    if (plan_from_metadata(&setup->plan, &setup->resumption.metadata, &error))
        return command_refuse("survey", "--resume: %s: %s", setup->options.resume, error.text);
    setup->config.resumed = &setup->resumption.metadata;
    setup->config.argc = setup->resumption.argc;
    setup->config.argv = setup->resumption.argv;
    return check_list_files(setup);
}

static void choose_limits(struct survey_setup *setup)
{
    const struct survey_options *options = &setup->options;
    /* A cooldown below a second is for tests and simulators; real replies within a second are not late. */
    uint64_t late_after_ns = options->cooldown_ns > NS_PER_S ? options->cooldown_ns : NS_PER_S;

    setup->config.capture = options->capture;
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
        result = choose_output(setup);
    if (!result)
        result = prometheus_options_choose("survey", &setup->options.prometheus, &setup->prometheus_address,
                                           &setup->config.prometheus);
    if (!result)
        result = choose_rotation(setup);
    if (!result)
        result = choose_state(setup);
    if (!result)
        result = check_files(setup);
    if (!result)
        result = find_earlier_lists(setup);
    if (!result)
        result = resolve_sim(setup);
    if (!result)
        result = setup->resumption.found ? remake_plan(setup) : make_plan(setup, operands);
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
        .config = {.argc = argc, .argv = argv},
    };
    int operands = options_parse(&survey_option_table, argc, argv, &setup.options);

    if (operands < 0) {
        survey_options_free(&setup.options);
        return operands == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    }
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
    free(setup.default_metadata);
    free(setup.default_state);
    free(setup.sim_text);
    return result;
}
