// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/trace_options.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "command/commands.h"
#include "packet/tracked.h"
#include "trace/json_form.h"

#define FIELD(parser, name) OPTION_FIELD(parser, struct trace_options, name)

/* The minimum of --wait: if lower, answers of hosts in the same room would be given up. */
#define SHORTEST_WAIT_S 0.001

static bool parse_factor(const char **text, double *value)
{
    char *end;

    *value = strtod(*text, &end);
    if (end == *text || !(*value >= 0 && *value <= 1e6))
        return false;
    *text = end;
    return true;
}

typedef struct path_patience option_wait_field;

/* Parses MAX[,HERE[,NEAR]] as in traceroute(8): seconds and factors. */
static int option_wait(const struct option_spec *spec, const char *text, void *field,
                       struct error_text *error)
{
    option_wait_field *wait = field;
    const char *rest = text;
    double seconds;
    bool right = parse_factor(&rest, &seconds) && seconds >= SHORTEST_WAIT_S && seconds <= 3600;

    (void)spec;
    if (right && *rest == ',' && rest++)
        right = parse_factor(&rest, &wait->here);
    if (right && *rest == ',' && rest++)
        right = parse_factor(&rest, &wait->near);
    if (!right || *rest)
        return error_text_set(error, -EINVAL,
                              "'%s' is no MAX[,HERE[,NEAR]]: seconds and two factors, such as 3,5,10", text);
    wait->wait_ns = (uint64_t)(seconds * (double)NS_PER_S);
    return 0;
}

static const struct option_spec specs[] = {
    {"ipv4", '4', NULL, FIELD(option_flag, host.ipv4), .help = "addresses of IPv4 alone"},
    {"ipv6", '6', NULL, FIELD(option_flag, host.ipv6),
     .help = "of IPv6 alone (default: of both, in the resolver's order)"},
    {"numeric", 'n', NULL, FIELD(option_flag, numeric), .help = "addresses without their names"},
    {"udp", 'U', NULL, FIELD(option_flag, host.udp), .help = "UDP probes (the default)"},
    {"icmp", 'I', NULL, FIELD(option_flag, host.icmp), .help = "ICMP Echo Requests"},
    {"tcp", 'T', NULL, FIELD(option_flag, host.tcp), .help = "TCP SYN segments"},
    HOST_PROBE_OPTION_SPEC(offsetof(struct trace_options, host)),
    {"port", 'p', "PORT", FIELD(option_number, host.port), .min = 1, .max = PORT_MAX, .help = HOST_PORT_HELP},
    {"first", 'f', "TTL", FIELD(option_number, first_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "begin with this TTL (default: 1)"},
    {"max-hops", 'm', "TTL", FIELD(option_number, max_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "default: 30, at most 64"},
    {"queries", 'q', "N", FIELD(option_number, queries), .min = 1, .max = PATH_MAX_QUERIES,
     .help = "probes per hop (default: 3; with --watch, --report and\n--every 1 in each round)"},
    {"wait", 'w', "MAX[,HERE,NEAR]", FIELD(option_wait, wait),
     .help = "seconds to wait for an answer, and no longer than\nHERE times the RTT of another answer of "
             "that hop,\n"
             "NEAR times that of a hop beyond; 0: not so\n(default: 5,5,10; watching 5,0,10)"},
    {"sendwait", 'z', "SECONDS", FIELD(option_seconds, pause_ns), .max = 3600,
     .help = "pause between two probes of a path (default: 0)"},
    {"sim-queries", 'N', "N", FIELD(option_number, window), .min = 1, .max = 255,
     .help = "probes in flight on a path; 1: one after the other\n(default: 16)"},
    {"gap-limit", 0, "N", FIELD(option_number, gap_limit), .max = PROBE_MAX_TTL,
     .help = "give up after so many silent hops in a row; 0: go\non to the last TTL (default: 5)"},
    {"interface", 'i', "IF", FIELD(option_text, host.interface), .help = "default: where the route leads"},
    {"source-ip", 's', "ADDRESS", FIELD(option_sources, host.sources),
     .help = "default: what the kernel would use"},
    {"size", 0, "BYTES", FIELD(option_number, size), .min = IPV4_HEADER + UDP_HEADER,
     .max = TRACKED_MAX_LENGTH, .help = "of each packet, from the IP header on (default: 60, of\nIPv6 80)"},
    {"tos", 't', "N", FIELD(option_number, tos), .max = 255,
     .help = "type of service of the probes, of IPv6 their traffic\nclass (default: 0)"},
    {"flowlabel", 'l', "N", FIELD(option_number64, host.flow_label), .max = HOST_FLOW_LABEL_MOST,
     .help = HOST_FLOW_LABEL_HELP},
    {"classic", 0, NULL, FIELD(option_flag, classic),
     .help =
         "the port rises with each probe, as in 1987; without\nthis all probes of a path look alike to load\n"
         "balancers (Paris traceroute)"},
    {"flows", 0, "N", FIELD(option_number, flows), .min = 1, .max = 256,
     .help = "paths of so many flows (default: 1)"},
    {"mda", 0, "[=PERCENT]", FIELD(option_optional, mda),
     .help = "find all load-balanced ways, with this confidence\nthat none is missing (default: 95)"},
    {"dot", 0, "FILE", FIELD(option_text, dot_file), .help = "with --mda: the graph for graphviz"},
    {"mtu", 0, NULL, FIELD(option_flag, mtu),
     .help = "find the path's MTU: packets as large as the\ninterface takes, not to be fragmented"},
    {"watch", 0, NULL, FIELD(option_flag, watch),
     .help = "show a table of losses and times that goes on, as\nmtr does; keys: q quit, p pause, r reset, n "
             "names,\narrows, j, k, Page Up and Down scroll"},
    {"report", 0, "N", FIELD(option_number64, report), .min = 1, .max = 1000000,
     .help = "print that table after N rounds"},
    {"every", 0, "SECONDS", FIELD(option_seconds, period_ns), .max = 86400,
     .help = "go on for ever, a round of all paths so often, and\nwrite a line of JSON for each path that "
             "changed;\n"
             "with --watch and --report the time between rounds\n(default: 1)"},
    PROMETHEUS_OPTION_SPECS(
        offsetof(struct trace_options, prometheus),
        "with --every: losses, times and changes for\nPrometheus, written anew as they change"),
    {"as-path-lookups", 'A', NULL, FIELD(option_flag, as_lookups),
     .help = "as in traceroute: needs --asn FILE, nobody is asked"},
    {"extensions", 'e', NULL, FIELD(option_flag, extensions),
     .help = "as in traceroute: ICMP extensions, which are always\nshown"},
    {"back", 0, NULL, FIELD(option_flag, back),
     .help = "tell the length of the way back, guessed, where it\ndiffers: '-12'"},
    OWNER_TABLE_SPECS(offsetof(struct trace_options, owners)),
    {"targets", 0, "FILE", FIELD(option_text, host.targets_file), .help = "hosts, one per line; - is stdin"},
    {"rate", 'r', "PPS", FIELD(option_rate, rate),
     .help = "probes per second on all paths together (default: 1k;\nmore than 10k needs CAP_NET_ADMIN)"},
    {"json", 'j', "[=FORM]", FIELD(option_optional, json), .choices = json_form_choices,
     .help = "one JSON object per path on stdout, one per line\n(default: hopwire)"},
    SANDBOX_OPTION_SPECS(offsetof(struct trace_options, host.sandbox)),
    OUTPUT_OPTION_SPECS(offsetof(struct trace_options, host.records), 0,
                        "every reply as a record, as a survey writes them;\nits extension says the format",
                        "files of results that are there already"),
    {"key", 0, "HEX", FIELD(option_key, key),
     .help = "of the probes' tags, 32 digits; for tests only\n(default: drawn, and told to nobody)"},
    {0},
};

const struct option_table trace_option_table = {
    .command = "trace",
    .operands = "HOST… [PACKETLEN]",
    .summary = "Finds the path to each host, hop by hop, and prints it as traceroute does. CAP_NET_RAW is\n"
               "enough. A number behind the hosts is the length of each packet, as in traceroute.",
    .specs = specs,
};

struct trace_options trace_options_default(void)
{
    return (struct trace_options){
        .first_ttl = 1,
        .max_ttl = 30,
        .window = 16,
        .gap_limit = 5,
        .flows = 1,
        .rate = 1000,
        .period_ns = UINT64_MAX,
        .host = {.broadcast_hint = ": a trace leads to one host", .flow_label = HOST_OWN_LABELS},
    };
}
