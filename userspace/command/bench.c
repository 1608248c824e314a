// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire bench: from options to a configuration of bench/bench.h, and from its results to where the user
 * wants them. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/options.h"
#include "base/output_file.h"
#include "bench/constant_frame.h"
#include "bench/plot.h"
#include "command/bench.h"
#include "command/commands.h"
#include "command/files.h"
#include "session/refuse.h"

enum {
    SLOTS_MIN = 64,
    SLOTS_MAX = 4096, /* for the ring of live frames */
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct bench_options, name)

static const struct option_spec specs[] = {
    {"device", 'd', "LIST", FIELD(option_text, device), .choices = bench_device_choices,
     .help = "created in unnamed namespaces (default: all)"},
    {"interface", 'i', "IF", FIELD(option_text, egress.interface),
     .help = "send through this interface instead; needs --yes\nand --gateway-mac"},
    {"gateway-mac", 'G', "MAC", FIELD(option_mac, egress.gateway_mac),
     .help = "Ethernet address that frames on it go to"},
    {"source-ip", 'S', "ADDRESS", FIELD(option_sources, egress.sources),
     .help = "source address there (default: the interface's)"},
    {"yes", 'y', NULL, FIELD(option_flag, yes),
     .help =
         "agree that its network may be flooded: probes go to\n198.18.0.0/15 (RFC 2544) at the highest rate"},
    {"tx", 't', "LIST", FIELD(option_text, tx), .choices = tx_backends,
     .help = "ways to send (default: all)"},
    PROBE_OPTION_SPECS(offsetof(struct bench_options, probe)),
    {"ipv6", '6', NULL, FIELD(option_flag, ipv6), .help = "probes and replies of IPv6 (default: of IPv4)"},
    {"threads", 'T', "LIST", FIELD(option_text, threads),
     .help = "senders or receivers at once (default: 1)"},
    {"batch", 'b', "LIST", FIELD(option_text, batch), .help = "probes handed over at once (default: 64)"},
    {"size", 's', "BYTES", FIELD(option_number, size), .min = CONSTANT_FRAME_MIN, .max = CONSTANT_FRAME_MAX,
     .help = "repeat one frame of this size, without FCS\n(default: probes in survey order)"},
    {"slots", 0, "N", FIELD(option_number, slots), .min = SLOTS_MIN, .max = SLOTS_MAX,
     .help = "frames in flight, a power of two (default: that of\neach way to send)"},
    {"links", 0, "N", FIELD(option_rate, links),
     .help = "also measure match in a generated world of N links;\nthe Internet has 10M; 2 seconds per "
             "million and turn"},
    {"interfaces", 0, "N", FIELD(option_rate, interfaces),
     .help = "interfaces of that world (default: a fifth of its links)"},
    {"duration", 'c', "SECONDS", FIELD(option_seconds, duration_ns), .max = 3600,
     .help = "measuring time per row of the table (default: 1)"},
    {"turns", 0, "N", FIELD(option_number, turns), .min = 1, .max = BENCH_TURNS_MAX,
     .help = "parts of that time; rows are measured in turns, and\nthe median is shown (default: 3)"},
    {"json", 0, NULL, FIELD(option_flag, json), .help = "an array of objects instead of the table"},
    {"plot", 'p', "FILE", FIELD(option_text, plot),
     .help = "also draw rates over batch and over threads, as SVG"},
    {"overwrite", 0, NULL, FIELD(option_flag, overwrite), .help = "overwrite an existing plot"},
    {0},
};

const struct option_table bench_option_table = {
    .command = "bench",
    .operands = "STAGE",
    .choices = bench_stage_choices,
    .summary =
        "Measures what this machine can do, in the stages of a probe's way.\nLIST is one or more values, "
        "separated by commas; every combination is a row. Without\n--interface nothing leaves this machine.",
    .specs = specs,
};

static int draw(struct replacement *plot, const struct bench_result *results, size_t count)
{
    FILE *out = replacement_stream(plot);

    if (!out)
        return -errno;
    int error = bench_plot_write(results, count, out);
    bool failed = ferror(out) | fclose(out);

    if (!error && failed)
        error = -errno;
    return error ? error : replacement_commit(plot, false);
}

static int finish_plot(struct replacement *plot, const char *path, const struct bench_result *results,
                       size_t count)
{
    int error = count ? draw(plot, results, count) : 0;

    if (error)
        log_error("bench: --plot: cannot write '%s': %s", path, strerror(-error));
    replacement_discard(plot);
    return error ? EXIT_FAILED : EXIT_DONE;
}

static int run(const struct bench_config *config, const struct bench_options *options,
               struct replacement *plot)
{
    struct bench_result *results;
    size_t count;
    int ended = bench_run(config, &results, &count), result = EXIT_DONE;

    if (options->json)
        bench_results_print_json(results, count, stdout);
    else if (count)
        bench_results_print(results, count, stdout);
    if (options->plot)
        result = finish_plot(plot, options->plot, results, count);
    free(results);
    if (ended > 0)
        return EXIT_SIGNAL + ended;
    return ended ? EXIT_FAILED : result;
}

static int check_files(const struct bench_options *options)
{
    const struct command_file files[] = {
        {"stdout", "-", FILE_WRITTEN},
        {"--plot", options->plot, FILE_WRITTEN},
    };

    return command_files_check("bench", files, sizeof(files) / sizeof(files[0]), options->overwrite);
}

int command_bench(int argc, char **argv)
{
    struct bench_options options = {
        .egress.vlan = FRAME_NO_VLAN,
        .threads = "1",
        .batch = "64",
        .turns = 3,
        .duration_ns = NS_PER_S,
    };
    struct bench_config config = {0};
    char names[CHOICES_TEXT_SIZE];
    struct replacement plot;
    int first = options_parse(&bench_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (argc - first != 1)
        return command_refuse("bench", "name one stage: %s (see 'hopwire bench --help')",
                              choices_text(bench_stage_choices, names));
    int result = bench_configure(&config, &options, argv[first]);
    if (result)
        return result;
    if (check_files(&options))
        return EXIT_UNUSABLE;
    int error = options.plot ? replacement_open(&plot, options.plot, 0666) : 0;
    if (error)
        return command_refuse("bench", "--plot: cannot write '%s': %s", options.plot, strerror(-error));
    return run(&config, &options, &plot);
}
