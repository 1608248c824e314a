// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire sim truth: prints what a survey of the simulated Internet could have found. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/key.h"
#include "base/log.h"
#include "base/options.h"
#include "base/output_file.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/probe_layout.h"
#include "command/sim.h"
#include "command/target_options.h"
#include "command/truth_setup.h"
#include "probe.h"
#include "session/refuse.h"
#include "sim/options.h"
#include "sim/topology.h"
#include "sim/truth_lines.h"
#include "strategy/probe_order.h"

struct truth_options {
    const char *metadata, *output;
    struct target_options targets;
    bool overwrite, brief;
    uint64_t survey_seed;
    struct option_key survey_key;
    struct probe_options probe;
    uint32_t min_ttl, max_ttl, flows;
    const char *flows_by;
    struct sim_options sim;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct truth_options, name)

static const struct option_spec specs[] = {
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "metadata of a survey with --sim: targets, TTLs, flows\nand simulator are taken from it, "
             "instead of the\noptions below"},
    {"output", 'o', "FILE", FIELD(option_text, output), .help = "default: - (stdout)"},
    {"overwrite", 0, NULL, FIELD(option_flag, overwrite), .help = "overwrite an existing output"},
    {"brief", 0, NULL, FIELD(option_flag, brief),
     .help = "without routes: only targets that answer, interfaces\nand links"},
    TARGET_OPTION_SPECS(offsetof(struct truth_options, targets),
                        "\n(default: all that routes:FILE or edges:FILE has)"),
    {"min-ttl", 0, "TTL", FIELD(option_number, min_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "lowest TTL (default: 1)"},
    {"max-ttl", 'm', "TTL", FIELD(option_number, max_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "highest TTL (default: 32)"},
    {"flows", 0, "N", FIELD(option_number, flows), .min = 1, .max = PROBE_ORDER_MAX_FLOWS,
     .help = "flows per target (default: 1)"},
    {"flows-by", 0, "WHAT", FIELD(option_name, flows_by), .choices = flows_by_choices,
     .help = "what differs between the flows of a target\n(default: port)"},
    PROBE_OPTION_SPECS(offsetof(struct truth_options, probe)),
    {"survey-seed", 0, "N", FIELD(option_number64, survey_seed), .max = INT64_MAX,
     .help = "the --seed of the survey, which draws hosts\n(default: 1)"},
    {"survey-key", 0, "HEX", FIELD(option_key, survey_key),
     .help = "the key in the survey's metadata: load balancers\nchoose by ports that depend on it (default: "
             "zeros)"},
    SIM_OPTION_SPECS(offsetof(struct truth_options, sim)),
    {0},
};

const struct option_table sim_truth_option_table = {
    .command = "sim truth",
    .operands = "PREFIX|ADDRESS…",
    .summary =
        "Writes what is true in the simulated Internet as JSON lines: the routes to the targets, then\ntheir "
        "interfaces and links, each with `visible`: whether it would answer the survey's\nprobes.",
    .specs = specs,
};

static int refuse_plan(int error)
{
    if (error == -E2BIG)
        return target_options_refuse_many("sim truth");
    if (error == -ENOENT)
        log_error("sim truth: no target: give prefixes or addresses that are not special-purpose, --targets "
                  "FILE or --metadata FILE");
    else
        log_error("sim truth: out of memory for the targets");
    return EXIT_UNUSABLE;
}

static int plan_by_hand(struct truth_setup *setup, const struct truth_options *options, char **operands)
{
    struct plan_config config = {
        .seed = options->survey_seed,
        .min_ttl = options->min_ttl,
        .max_ttl = options->max_ttl,
        .flows = options->flows,
        .simulated = true,
    };
    struct prefix_list targets = {0}, blocked = {0};
    int result = command_choose_layout("sim truth", &options->probe, options->flows, &config.layout);
    int error = 0;

    flows_by_parse(options->flows_by, &config.flows_by);
    target_options_plan(&options->targets, &config);
    config.allow_special |= sim_topology_is_closed(&setup->topology);
    config.layout.key = options->survey_key.key;
    if (!result)
        result = target_options_read("sim truth", &options->targets, operands, &targets, &blocked);

    if (!result && targets.count == 0 && !options->targets.targets_file)
        error = sim_topology_add_targets(&setup->topology, &targets);
    if (!result && !error)
        error = plan_make(&setup->plan, &config, &targets, &blocked);

    prefix_list_free(&targets);
    prefix_list_free(&blocked);
    return error ? refuse_plan(error) : result;
}

static int set_up_by_hand(struct truth_setup *setup, const struct truth_options *options, char **operands)
{
    if (options->min_ttl > options->max_ttl) {
        log_error("sim truth: --min-ttl %u is above --max-ttl %u", options->min_ttl, options->max_ttl);
        return EXIT_UNUSABLE;
    }
    if (sim_options_resolve(&options->sim, &setup->topology))
        return EXIT_UNUSABLE;
    return plan_by_hand(setup, options, operands);
}

static int check_files(const struct truth_options *options)
{
    const struct command_file files[] = {
        {"--output", options->output, FILE_WRITTEN},
        {"--metadata", options->metadata, FILE_READ},
        {"--targets", options->targets.targets_file, FILE_READ},
        {"--topology", sim_options_file(&options->sim), FILE_READ},
    };

    return command_files_check_lists("sim truth", files, sizeof(files) / sizeof(files[0]), "--blocklist",
                                     &options->targets.blocklists, options->overwrite);
}

static int set_up(struct truth_setup *setup, const struct truth_options *options, char **operands)
{
    if (check_files(options))
        return EXIT_UNUSABLE;
    if (!options->metadata)
        return set_up_by_hand(setup, options, operands);
    if (*operands || options->targets.targets_file || options->targets.blocklists.count) {
        log_error(
            "sim truth: --metadata already gives the targets: leave out prefixes, --targets and --blocklist");
        return EXIT_UNUSABLE;
    }
    return truth_setup_read("sim truth: --metadata", options->metadata, setup);
}

static int write_stream(const struct sim_truth *truth, bool brief, FILE *out)
{
    int error = sim_truth_write(truth, brief, out);

    return fclose(out) && !error ? -errno : error;
}

/* Writes the whole file, or leaves it unchanged. */
static int write_file(const struct sim_truth *truth, bool brief, const char *path)
{
    struct replacement file;
    int error = replacement_open(&file, path, 0666);

    if (error)
        return error;
    FILE *out = replacement_stream(&file);
    error = out ? write_stream(truth, brief, out) : -errno;
    if (!error)
        error = replacement_commit(&file, false);
    replacement_discard(&file);
    return error;
}

static int write_truth(const struct truth_setup *setup, const struct truth_options *options)
{
    const char *path = options->output;
    const struct sim_truth truth = truth_setup_truth(setup);
    bool to_stdout = strcmp(path, "-") == 0;

    if (to_stdout && command_needs_stdout("sim truth"))
        return EXIT_UNUSABLE;
    int error = to_stdout ? sim_truth_write(&truth, options->brief, stdout)
                          : write_file(&truth, options->brief, path);

    /* main() reports errors of stdout. */
    if (error && !(to_stdout && ferror(stdout)))
        log_error("sim truth: cannot write the truth to %s: %s", path, strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

int command_sim_truth(int argc, char **argv)
{
    struct truth_options options = {
        .output = "-",
        .survey_seed = 1,
        .targets = TARGET_OPTIONS_DEFAULT,
        .min_ttl = 1,
        .max_ttl = 32,
        .flows = 1,
        .flows_by = flows_by_name(FLOWS_BY_PORT),
        .sim = sim_options_default(),
    };
    struct truth_setup setup = {.source = sim_truth_host()};
    int operands = options_parse(&sim_truth_option_table, argc, argv, &options);

    int result = operands == OPTIONS_HELP ? EXIT_DONE
                 : operands < 0           ? EXIT_UNUSABLE
                                          : set_up(&setup, &options, argv + operands);
    if (operands >= 0 && result == EXIT_DONE)
        result = write_truth(&setup, &options);
    options_free_list(&options.targets.blocklists);
    truth_setup_free(&setup);
    return result;
}
