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
    *out = (struct choice){.name = TX_AUTO, .help = "chosen by device, CPUs and rate"};
    return true;
}

static bool progress_choices(size_t position, struct choice *out)
{
    static const struct choice list[] = {
        [SURVEY_PROGRESS_AUTO] = {.name = PROGRESS_AUTO, .help = "the screen, unless results go to stdout"},
        [SURVEY_PROGRESS_SCREEN] = {.name = "screen",
                                    .help = "on the terminal, with keys: p pause, + - rate, q stop"},
        [SURVEY_PROGRESS_LINE] = {.name = "line", .help = "one line per second"},
        [SURVEY_PROGRESS_NONE] = {.name = "none", .help = "only warnings and the summary"},
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
    {"interface", 'i', "IF", FIELD(option_text, egress.interface),
     .help = "interface to send through\n(default: where the route leads)"},
    {"source-ip", 'S', "ADDRESS", FIELD(option_sources, egress.sources),
     .help = "source address of probes\n(default: what the kernel would use)"},
    {"gateway-mac", 'G', "MAC", FIELD(option_mac, egress.gateway_mac),
     .help = "Ethernet address of the next hop\n(default: asked for on the link)"},
    {"listen", 0, "IF[,IF…]", FIELD(option_list, listen),
     .help = "also take replies from these interfaces (default:\nfrom those by which probes leave)"},
    {"vlan", 0, "ID", FIELD(option_number, egress.vlan), .max = 4094, .help = "tag probes (IEEE 802.1Q)"},
    {"rate", 'r', "PPS", FIELD(rate_or_auto, rate),
     .help = "probes per second: 100k, 2.5M, max; auto: the highest\nrate without losses on this host, found "
             "while sending\n"
             "default: 10k, max with --sim"},
    {"bandwidth", 'B', "BPS", FIELD(option_bandwidth, bandwidth),
     .help = "instead of --rate: bits per second on the wire, with\npreamble, FCS and gap: 10G"},
    {"max-per-prefix", 0, "PPS", FIELD(option_rate, bounds.per_prefix),
     .help = "at most this many probes per second to each /24, or\n/48 of IPv6; others are probed meanwhile"},
    {"max-per-hop", 0, "PPS", FIELD(option_rate, bounds.per_hop),
     .help = "at most this many probes per second with each TTL up\nto 5, which the routers next to you must "
             "answer"},
    {"contact", 0, "TEXT", FIELD(option_text, contact),
     .help = "your contact, in the payload: a probe with TTL n\ncarries the first n - 1 characters"},
    {"min-ttl", 0, "TTL", FIELD(option_number, min_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "lowest TTL (default: 1)"},
    {"max-ttl", 'm', "TTL", FIELD(option_number, max_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "highest TTL (default: 32, at most 64)"},
    {"flows", 0, "N", FIELD(option_number, flows), .min = 1, .max = PROBE_ORDER_MAX_FLOWS,
     .help = "flows per target, for load-balanced paths\ndefault: 1, with multipath 24 or 256; at most 256"},
    {"flows-by", 0, "WHAT", FIELD(option_name, flows_by), .choices = flows_by_choices,
     .help = "what differs between the flows of a target\n(default: port, with multipath host)"},
    PROBE_OPTION_SPECS(offsetof(struct survey_options, probe)),
    {"seed", 'e', "N", FIELD(option_number64, seed), .max = INT64_MAX,
     .help =
         "seed of order and hosts: the same seed sends the same\nprobes in the same order (default: random)"},
    {"shard", 0, "I/N", FIELD(option_shard, shard),
     .help = "probe every Nth target from the Ith on, counted from\n0: N runs with the same --seed are the "
             "whole survey"},
    {"key", 0, "HEX", FIELD(option_key, key),
     .help = "key of the probes' tags, 32 digits; only for tests:\nwith it replies can be forged (default: "
             "drawn)"},
    {"strategy", 0, "NAME[,K=V…]", FIELD(option_text, strategy), .choices = strategy_choices,
     .help = "how probes are chosen (default: exhaustive)"},
    {"tx", 0, "NAME", FIELD(option_name, tx), .choices = tx_choices,
     .help = "how frames are sent (default: " TX_AUTO ")"},
    {"threads", 'T', "N", FIELD(option_number, threads), .min = 1, .max = CPU_LIST_MAX,
     .help = "senders, each with a TX queue and a CPU of its own\n(default: 1)"},
    {"cpus", 0, "LIST", FIELD(option_cpu_list, cpus),
     .help = "pin senders, then receivers, to these CPUs: 0-3,6\n(default: any, where there is more than one "
             "sender)"},
    OUTPUT_OPTION_SPECS(offsetof(struct survey_options, records), 'f',
                        "file of results; its extension sets the format\ndefault: - (CSV on stdout)",
                        "overwrite existing results and metadata"),
    {"metadata", 0, "FILE", FIELD(option_text, metadata),
     .help = "file of metadata\n(default: RESULTS.meta.json beside the results)"},
    {"status-file", 0, "FILE", FIELD(option_text, status_file),
     .help = "one line of CSV per second, with zmap's columns"},
    PROMETHEUS_OPTION_SPECS(offsetof(struct survey_options, prometheus),
                            "counters for Prometheus, rewritten every second"),
    {"control", 0, "PATH", FIELD(option_text, control),
     .help = "take commands of 'hopwire ctl' at this UNIX socket"},
    {"state", 0, "FILE", FIELD(option_text, state),
     .help =
         "file to resume the survey from after a stop or crash\n(default: RESULTS.state beside the results)"},
    {"resume", 0, "FILE.meta.json", FIELD(option_text, resume),
     .help = "resume the survey of this metadata, with its options;\nstart one if the file does not exist"},
    {"resumable", 0, NULL, FIELD(option_flag, resumable),
     .help = "after SIGTERM the survey can be resumed: exit code 75"},
    {"cooldown", 'c', "SECONDS", FIELD(option_seconds, cooldown_ns), .max = 3600,
     .help = "wait for replies after the last probe; slower ones\nare flagged late (default: 5)"},
    {"rotate", 0, "BYTES", FIELD(option_size, rotate),
     .help =
         "write results to numbered files of this many bytes:\nr.000.csv, r.001.csv, … for --output r.csv"},
    {"capture", 0, "FILE.pcapng", FIELD(option_text, capture.path),
     .help = "also write the packets of replies, with time stamps"},
    {"capture-rejected", 0, NULL, FIELD(option_flag, capture.rejected),
     .help = "also packets that are no replies to this survey, with\nthe reason"},
    {"capture-limit", 0, "BYTES", FIELD(option_size, capture.limit),
     .help = "largest size of that file (default: 1G)"},
    {"max-runtime", 0, "TIME", FIELD(option_seconds, limits.runtime_ns),
     .help = "stop sending after this time; a later run can resume"},
    {"max-probes", 0, "N", FIELD(option_number64, limits.probes), .min = 1,
     .help = "… after this many probes"},
    {"max-replies", 0, "N", FIELD(option_number64, limits.replies), .min = 1,
     .help = "… after this many replies"},
    {"max-output", 0, "BYTES", FIELD(option_size, limits.output_bytes),
     .help = "… when results have this many bytes"},
    {"umem-memory", 0, "BYTES", FIELD(option_size, umem_memory),
     .help = "limit for waiting replies, all RX queues together\n(default: an eighth of the machine's, at "
             "most 4G)"},
    {"link-memory", 0, "BYTES", FIELD(option_size, link_memory),
     .help = "for counting links while the survey runs\n(default: 256M)"},
    {"interface-memory", 0, "BYTES", FIELD(option_size, interface_memory),
     .help = "for counting interfaces; beyond it they are estimated\nfrom a sample (default: 256M, six "
             "million of them)"},
    {"duplicate-memory", 0, "BYTES", FIELD(option_size, duplicate_memory),
     .help = "for recognizing duplicate replies (default: 1G)"},
    SANDBOX_OPTION_SPECS(offsetof(struct survey_options, sandbox)),
    {"dry-run", 'n', NULL, FIELD(option_flag, dry_run),
     .help = "print the probes in their order, send nothing;\nneeds no privilege"},
    {"progress", 0, "HOW", FIELD(option_name, progress), .choices = progress_choices,
     .help = "what is shown while the survey runs (default: " PROGRESS_AUTO ";\nwithout a terminal a line)"},
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
