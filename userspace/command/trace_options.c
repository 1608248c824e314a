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
                              "'%s' is not MAX[,HERE[,NEAR]]: seconds and two factors, such as 3,5,10", text);
    wait->wait_ns = (uint64_t)(seconds * (double)NS_PER_S);
    return 0;
}

static const struct option_spec specs[] = {
    {"ipv4", '4', NULL, FIELD(option_flag, host.ipv4), .help = "only IPv4 addresses"},
    {"ipv6", '6', NULL, FIELD(option_flag, host.ipv6),
     .help = "only IPv6 addresses (default: of both, in the\nresolver's order)"},
    {"numeric", 'n', NULL, FIELD(option_flag, numeric), .help = "print addresses without names"},
    {"udp", 'U', NULL, FIELD(option_flag, host.udp), .help = "UDP probes (the default)"},
    {"icmp", 'I', NULL, FIELD(option_flag, host.icmp), .help = "ICMP Echo Requests"},
    {"tcp", 'T', NULL, FIELD(option_flag, host.tcp), .help = "TCP SYN segments"},
    HOST_PROBE_OPTION_SPEC(offsetof(struct trace_options, host)),
    {"port", 'p', "PORT", FIELD(option_number, host.port), .min = 1, .max = PORT_MAX, .help = HOST_PORT_HELP},
    {"first", 'f', "TTL", FIELD(option_number, first_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "begin with this TTL (default: 1)"},
    {"max-hops", 'm', "TTL", FIELD(option_number, max_ttl), .min = 1, .max = PROBE_MAX_TTL,
     .help = "highest TTL (default: 30, at most 64)"},
    {"queries", 'q', "N", FIELD(option_number, queries), .min = 1, .max = PATH_MAX_QUERIES,
     .help = "probes per hop (default: 3; with --watch, --report and\n--every 1 in each round)"},
    {"wait", 'w', "MAX[,HERE,NEAR]", FIELD(option_wait, wait),
     .help =
         "seconds to wait for an answer, but at most HERE times\nthe RTT of another answer of that hop, or "
         "NEAR times\nthat of a hop beyond it; 0: without this limit\n(default: 5,5,10; watching 5,0,10)"},
    {"sendwait", 'z', "SECONDS", FIELD(option_seconds, pause_ns), .max = 3600,
     .help = "pause between two probes of a path (default: 0)"},
    {"sim-queries", 'N', "N", FIELD(option_number, window), .min = 1, .max = 255,
     .help = "probes in flight on a path; 1: one after the other\n(default: 16)"},
    {"gap-limit", 0, "N", FIELD(option_number, gap_limit), .max = PROBE_MAX_TTL,
     .help = "give up after this many silent hops in a row; 0: try\nall TTLs (default: 5)"},
    {"interface", 'i', "IF", FIELD(option_text, host.interface),
     .help = "interface to send through\n(default: where the route leads)"},
    {"source-ip", 's', "ADDRESS", FIELD(option_sources, host.sources),
     .help = "source address of probes\n(default: what the kernel would use)"},
    {"size", 0, "BYTES", FIELD(option_number, size), .min = IPV4_HEADER + UDP_HEADER,
     .max = TRACKED_MAX_LENGTH,
     .help = "size of each packet, from the IP header on (default:\n60, of IPv6 80)"},
    {"tos", 't', "N", FIELD(option_number, tos), .max = 255,
     .help = "type of service of probes; in IPv6 the traffic class\n(default: 0)"},
    {"flowlabel", 'l', "N", FIELD(option_number64, host.flow_label), .max = HOST_FLOW_LABEL_MOST,
     .help = HOST_FLOW_LABEL_HELP},
    {"classic", 0, NULL, FIELD(option_flag, classic),
     .help = "another port for each probe, as in 1987; without this,\nload balancers send all probes of a "
             "path the same way\n(Paris traceroute)"},
    {"flows", 0, "N", FIELD(option_number, flows), .min = 1, .max = 256,
     .help = "trace the paths of this many flows (default: 1)"},
    {"mda", 0, "[=PERCENT]", FIELD(option_optional, mda),
     .help = "find all load-balanced ways, with this confidence\nthat none is missing (default: 95)"},
    {"dot", 0, "FILE", FIELD(option_text, dot_file), .help = "with --mda: write the graph, for graphviz"},
    {"mtu", 0, NULL, FIELD(option_flag, mtu),
     .help =
         "find the path's MTU, with packets as large as the\ninterface allows, which must not be fragmented"},
    {"watch", 0, NULL, FIELD(option_flag, watch),
     .help = "show a table of losses and times that is kept up to\ndate, as mtr does; keys: q quit, p pause, "
             "r reset,\nn names; arrows, j, k, Page Up and Down scroll"},
    {"report", 0, "N", FIELD(option_number64, report), .min = 1, .max = 1000000,
     .help = "print that table after N rounds"},
    {"every", 0, "SECONDS", FIELD(option_seconds, period_ns), .max = 86400,
     .help = "trace all paths this often, without end, and write a\nline of JSON for each path that changed; "
             "with --watch\nand --report the time between rounds (default: 1)"},
    PROMETHEUS_OPTION_SPECS(
        offsetof(struct trace_options, prometheus),
        "with --every: losses, times and changes for\nPrometheus, rewritten when they change"),
    {"as-path-lookups", 'A', NULL, FIELD(option_flag, as_lookups),
     .help = "as in traceroute; needs --asn FILE, asks no server"},
    {"extensions", 'e', NULL, FIELD(option_flag, extensions),
     .help = "as in traceroute: ICMP extensions; always shown"},
    {"back", 0, NULL, FIELD(option_flag, back),
     .help = "show the estimated length of the way back if it\ndiffers: '-12'"},
    OWNER_TABLE_SPECS(offsetof(struct trace_options, owners)),
    {"targets", 0, "FILE", FIELD(option_text, host.targets_file), .help = "hosts, one per line; - is stdin"},
    {"rate", 'r', "PPS", FIELD(option_rate, rate),
     .help = "probes per second on all paths together (default: 1k;\nmore than 10k needs CAP_NET_ADMIN)"},
    {"json", 'j', "[=FORM]", FIELD(option_optional, json), .choices = json_form_choices,
     .help = "one JSON object per path on stdout, one per line\n(default: hopwire)"},
    SANDBOX_OPTION_SPECS(offsetof(struct trace_options, host.sandbox)),
    OUTPUT_OPTION_SPECS(offsetof(struct trace_options, host.records), 0,
                        "write every reply as a record, as a survey does; the\nextension sets the format",
                        "overwrite existing files of results"),
    {"key", 0, "HEX", FIELD(option_key, key),
     .help = "key of the probes' tags, 32 digits; only for tests\n(default: drawn, and told to nobody)"},
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
