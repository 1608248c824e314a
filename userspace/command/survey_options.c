// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/survey_options.h"

#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/enum_table.h"
#include "probe.h"
#include "send/tx.h"
#include "strategy/probe_order.h"
#include "strategy/strategy.h"

static bool tx_choices(size_t position, struct choice *out)
{
    if (position)
        return tx_backends(position - 1, out);
    *out = (struct choice){.name = TX_AUTO, .help = "what suits device, CPUs and rate"};
    return true;
}

static bool progress_choices(size_t position, struct choice *out)
{
    static const struct choice list[] = {
        [SURVEY_PROGRESS_AUTO] = {.name = PROGRESS_AUTO,
                                  .help = "the screen, where results do not go to stdout"},
        [SURVEY_PROGRESS_SCREEN] = {.name = "screen",
                                    .help = "on the terminal, with keys: p pause, + - rate, q stop"},
        [SURVEY_PROGRESS_LINE] = {.name = "line", .help = "a second"},
        [SURVEY_PROGRESS_NONE] = {.name = "none", .help = "warnings, and the summary"},
    };

    ENUM_TABLE(list, SURVEY_PROGRESS_KINDS);
    return choice_of(list, sizeof(list) / sizeof(list[0]), position, out);
}

enum survey_progress survey_options_progress(const struct survey_options *options)
{
    return options->quiet ? SURVEY_PROGRESS_NONE
                          : (enum survey_progress)choices_find(progress_choices, options->progress);
}

#define FIELD(parser, name) OPTION_FIELD(parser, struct survey_options, name)

typedef double rate_or_auto_field; /* NAN: auto */

static int rate_or_auto(const struct option_spec *spec, const char *text, void *field,
                        struct error_text *error)
{
    if (strcmp(text, "auto") != 0)
        return option_rate(spec, text, field, error);
    *(rate_or_auto_field *)field = NAN;
    return 0;
}

static const struct option_spec specs[] = {
    TARGET_OPTION_SPECS(offsetof(struct survey_options, targets), ""),
    {"interface", 'i', "IF", FIELD(option_text, egress.interface), .help = "default: where the route leads"},
    {"source-ip", 'S', "ADDRESS", FIELD(option_sources, egress.sources),
     .help = "default: what the kernel would use"},
    {"gateway-mac", 'G', "MAC", FIELD(option_mac, egress.gateway_mac),
     .help = "default: asked for on the link"},
    {"listen", 0, "IF[,IF…]", FIELD(option_list, listen),
     .help = "take replies from these interfaces, too (default:\nfrom those by which probes leave)"},
    {"vlan", 0, "ID", FIELD(option_number, egress.vlan), .max = 4094, .help = "tag probes (IEEE 802.1Q)"},
    {"rate", 'r', "PPS", FIELD(rate_or_auto, rate),
     .help =
         "probes per second: 100k, 2.5M, max; auto: the highest\nat which nothing is lost here, found while "
         "sending\n"
         "default: 10k, max with --sim"},
    {"bandwidth", 'B', "BPS", FIELD(option_bandwidth, bandwidth),
     .help = "instead: bits per second on the wire, 10G,\nwith preamble, FCS and gap"},
    {"max-per-prefix", 0, "PPS", FIELD(option_rate, bounds.per_prefix),
     .help =
         "probes per second toward any one /24, or /48 of IPv6,\nat most; others take their turn meanwhile"},
    {"max-per-hop", 0, "PPS", FIELD(option_rate, bounds.per_hop),
     .help =
         "probes per second with any one TTL up to 5, at most:\nwhat the routers next to you have to answer"},
    {"contact", 0, "TEXT", FIELD(option_text, contact),
     .help = "who you are, in the payload: a probe with TTL n carries\nthe first n - 1 characters"},
    {"min-ttl", 0, "TTL", FIELD(option_number, min_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "default: 1"},
    {"max-ttl", 'm', "TTL", FIELD(option_number, max_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "default: 32, at most 64"},
    {"flows", 0, "N", FIELD(option_number, flows), .min = 1, .max = PROBE_ORDER_MAX_FLOWS,
     .help = "flows per target, for load-balanced paths\ndefault: 1, with multipath 24 or 256; at most 256"},
    {"flows-by", 0, "WHAT", FIELD(option_name, flows_by), .choices = flows_by_choices,
     .help = "what is another in the next flow\n(default: port, with multipath host)"},
    PROBE_OPTION_SPECS(offsetof(struct survey_options, probe)),
    {"seed", 'e', "N", FIELD(option_number64, seed), .max = INT64_MAX,
     .help = "of order and hosts: the same seed sends the same\nprobes in the same order (default: random)"},
    {"shard", 0, "I/N", FIELD(option_shard, shard),
     .help = "probe every Nth target from the Ith on, from 0:\ntogether, with one --seed, N runs are the "
             "survey"},
    {"key", 0, "HEX", FIELD(option_key, key),
     .help =
         "of the probes' tags, 32 digits; for tests only: who\nknows it can forge replies (default: drawn)"},
    {"strategy", 0, "NAME[,K=V…]", FIELD(option_text, strategy), .choices = strategy_choices,
     .help = "which probe comes next (default: exhaustive)"},
    {"tx", 0, "NAME", FIELD(option_name, tx), .choices = tx_choices,
     .help = "how frames leave (default: " TX_AUTO ")"},
    {"threads", 'T', "N", FIELD(option_number, threads), .min = 1, .max = CPU_LIST_MAX,
     .help = "senders, each with a TX queue and a CPU of its own\n(default: 1)"},
    {"cpus", 0, "LIST", FIELD(option_cpu_list, cpus),
     .help = "pin senders, then receivers, to these CPUs: 0-3,6\n(default: any, where there is more than one "
             "sender)"},
    OUTPUT_OPTION_SPECS(offsetof(struct survey_options, records), 'f',
                        "results; its extension says the format\ndefault: - (CSV on stdout)",
                        "results and metadata that are there already"),
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "default: RESULTS.meta.json beside the results"},
    {"status-file", 0, "FILE", FIELD(option_text, status_file),
     .help = "a line of CSV a second, with zmap's columns"},
    PROMETHEUS_OPTION_SPECS(offsetof(struct survey_options, prometheus),
                            "counters for Prometheus, written anew every second"),
    {"control", 0, "PATH", FIELD(option_text, control),
     .help = "take orders of 'hopwire ctl' at this UNIX socket"},
    {"state", 0, "FILE", FIELD(option_text, state),
     .help =
         "from which a survey goes on after a stop or a crash\n(default: RESULTS.state beside the results)"},
    {"resume", 0, "FILE.meta.json", FIELD(option_text, resume),
     .help = "go on with the survey of this metadata, with its\noptions; begin one where it is not there"},
    {"resumable", 0, NULL, FIELD(option_flag, resumable),
     .help = "SIGTERM stops it to be resumed: exit code 75"},
    {"cooldown", 'c', "SECONDS", FIELD(option_seconds, cooldown_ns), .max = 3600,
     .help = "wait for replies after the last probe; slower ones\nare flagged late (default: 5)"},
    {"rotate", 0, "BYTES", FIELD(option_size, rotate),
     .help = "results in numbered files of so many bytes:\nr.000.csv, r.001.csv, … for --output r.csv"},
    {"capture", 0, "FILE.pcapng", FIELD(option_text, capture.path),
     .help = "keep the packets of replies, too, with their stamps"},
    {"capture-rejected", 0, NULL, FIELD(option_flag, capture.rejected),
     .help = "and those that are no replies to this survey, with why"},
    {"capture-limit", 0, "BYTES", FIELD(option_size, capture.limit),
     .help = "of that file at most (default: 1G)"},
    {"max-runtime", 0, "TIME", FIELD(option_seconds, limits.runtime_ns),
     .help = "stop sending after so long, for another run to go on"},
    {"max-probes", 0, "N", FIELD(option_number64, limits.probes), .min = 1, .help = "… after so many probes"},
    {"max-replies", 0, "N", FIELD(option_number64, limits.replies), .min = 1,
     .help = "… after so many replies"},
    {"max-output", 0, "BYTES", FIELD(option_size, limits.output_bytes),
     .help = "… when results have so many bytes"},
    {"umem-memory", 0, "BYTES", FIELD(option_size, umem_memory),
     .help = "at most, for replies that wait, all RX queues together\n(default: an eighth of the machine's, "
             "at most "
             "4G)"},
    {"link-memory", 0, "BYTES", FIELD(option_size, link_memory),
     .help = "for counting links while the survey runs\n(default: 256M)"},
    {"interface-memory", 0, "BYTES", FIELD(option_size, interface_memory),
     .help = "for counting interfaces; what is beyond is a sample\n(default: 256M, six million of them)"},
    {"duplicate-memory", 0, "BYTES", FIELD(option_size, duplicate_memory),
     .help = "for recognizing duplicate replies (default: 1G)"},
    SANDBOX_OPTION_SPECS(offsetof(struct survey_options, sandbox)),
    {"dry-run", 'n', NULL, FIELD(option_flag, dry_run),
     .help = "print the probes in their order, send nothing;\nneeds no privilege"},
    {"progress", 0, "HOW", FIELD(option_name, progress), .choices = progress_choices,
     .help = "what is shown meanwhile (default: " PROGRESS_AUTO "; without a\nterminal a line)"},
    {"quiet", 'q', NULL, FIELD(option_flag, quiet), .help = "no progress, no summary"},
    {"sim", 0, "[=KEY=VALUE,…]", FIELD(option_optional, sim),
     .help = "probe the built-in simulated Internet; keys are the\noptions of 'hopwire sim'"},
    {0},
};

const struct option_table survey_option_table = {
    .command = "survey",
    .operands = "PREFIX|ADDRESS…",
    .summary = "Sends traceroute-style probes to one host in every /24 of the given prefixes, at every\n"
               "TTL, and writes the replies. Progress and summary go to stderr.",
    .specs = specs,
};

struct survey_options survey_options_default(void)
{
    return (struct survey_options){
        .egress.vlan = FRAME_NO_VLAN,
        .min_ttl = 1,
        .max_ttl = 32,
        .targets = TARGET_OPTIONS_DEFAULT,
        .seed = UINT64_MAX,
        .strategy = strategy_exhaustive.name,
        .tx = TX_AUTO,
        .progress = PROGRESS_AUTO,
        .threads = 1,
        .records.output.names = {"-"},
        .capture.limit = 1ULL << 30,
        .cooldown_ns = 5 * NS_PER_S,
        .link_memory = 256ULL << 20,
        .interface_memory = 256ULL << 20,
        .duplicate_memory = 1ULL << 30,
    };
}

void survey_options_free(struct survey_options *options)
{
    options_free_list(&options->listen);
    options_free_list(&options->targets.blocklists);
}
