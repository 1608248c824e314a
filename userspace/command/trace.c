// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire trace: from options to a configuration of trace/trace.h. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/key.h"
#include "base/options.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/host_options.h"
#include "command/length_operand.h"
#include "command/lists.h"
#include "command/long_packets.h"
#include "command/owner_options.h"
#include "command/probe_key.h"
#include "command/prometheus_options.h"
#include "packet/ip_header.h"
#include "session/record_file.h"
#include "session/refuse.h"
#include "trace/json_form.h"
#include "trace/trace.h"
#include "trace/view.h"

struct trace_options {
    struct host_options host;
    bool as_lookups, extensions;
    bool numeric, classic, back, mtu, watch;
    struct option_optional json;
    struct owner_options owners;
    uint32_t first_ttl, max_ttl, queries, window, size, flows, gap_limit, tos;
    struct path_patience wait;
    struct option_optional mda;
    const char *dot_file;
    struct prometheus_options prometheus;
    uint64_t pause_ns;
    uint64_t report; /* 0: not given */
    uint64_t period_ns;
    struct option_key key;
    double rate;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct trace_options, name)

/* Longer than the kernel looks for a neighbour (3 s), so that its !H is seen; traceroute has the same. */
#define DEFAULT_WAIT_NS (5 * NS_PER_S)

enum {
    /* Those of traceroute. */
    DEFAULT_DATA = 40, /* behind the IP header */
    DEFAULT_QUERIES = 3,
    DEFAULT_CONFIDENCE = 95, /* percent, as in the papers about it */
};

/* The least that --wait takes: below it, answers of hosts in the same room would be given up. */
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

/* MAX[,HERE[,NEAR]] as in traceroute(8), seconds and factors. */
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
    {"port", 'p', "PORT", FIELD(option_number, host.port), .min = 1, .max = 65535, .help = HOST_PORT_HELP},
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
    {"size", 0, "BYTES", FIELD(option_number, size), .min = 28, .max = 65535,
     .help = "of each packet, from the IP header on (default: 60, of\nIPv6 80)"},
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

static unsigned queries(const struct trace_options *options)
{
    return options->queries ? options->queries : DEFAULT_QUERIES;
}

static int choose_protocol(struct trace_config *config, const struct trace_options *options)
{
    int result = host_options_layout("trace", &options->host, "udp", &config->layout);

    if (result)
        return result;
    const struct layout *layout = config->layout.layout;
    uint16_t port = config->layout.port;
    if (options->classic && layout->protocol != PROTOCOL_UDP)
        return command_refuse("trace", "--classic is about UDP ports, and probes are by %s", layout->name);
    if (layout->protocol == PROTOCOL_UDP && port + options->flows > 65536)
        return command_refuse("trace", "--port: %u flows from port %u on would go beyond 65535",
                              options->flows, port);
    uint32_t probes = (options->max_ttl - options->first_ttl + 1) * queries(options);
    if (options->classic && options->first_ttl <= options->max_ttl && port + probes > 65536)
        return command_refuse("trace", "--port: %u probes from port %u on would go beyond 65535", probes,
                              port);
    if (options->size && options->size < layout->tracked->shortest)
        return command_refuse("trace", "--size: a probe by %s has at least %u bytes", layout->name,
                              layout->tracked->shortest);
    return EXIT_DONE;
}

/* Where it is less than a probe of the family has at least, it is that, as in traceroute. */
static void choose_sizes(struct hosts *hosts, const struct trace_options *options,
                         const struct layout_choice *choice)
{
    const struct layout_pair pair = layout_pair_of(choice);

    for (size_t i = 0; i < hosts->count; i++) {
        enum address_family family = address_family(hosts->list[i].address);
        unsigned shortest = layout_of_family(&pair, family)->layout->tracked->shortest;
        unsigned size = options->size ? options->size : ip_header(family) + DEFAULT_DATA;

        hosts->list[i].size = (uint16_t)(size > shortest ? size : shortest);
    }
}

static int check_size(struct trace_config *config, const struct trace_options *options)
{
    const struct long_packets packets = {.option = "--size", .interface = options->host.interface};

    return options->mtu ? EXIT_DONE : long_packets_check("trace", config->hosts, &packets, &config->rate);
}

static int choose_path(struct trace_config *config, const struct trace_options *options)
{
    if (options->first_ttl > options->max_ttl)
        return command_refuse("trace", "--first %u is above --max-hops %u", options->first_ttl,
                              options->max_ttl);
    if (options->classic && options->flows > 1)
        return command_refuse("trace", "--classic changes the flow with each probe: leave out --flows");
    if (options->mtu && options->size)
        return command_refuse("trace",
                              "--mtu chooses sizes itself: leave out --size, or the length behind the hosts");
    if (options->json.given && output_options_take_stdout(&options->host.records))
        return command_refuse("trace", "--json and --output - both write to stdout: leave out one of them");
    config->path = (struct path_config){
        .find_mtu = options->mtu,
        .classic = options->classic,
        .first_ttl = options->first_ttl,
        .max_ttl = options->max_ttl,
        .queries = queries(options),
        .window = options->mtu ? 1 : options->window,
        .gap_limit = options->gap_limit,
        .patience = options->wait.wait_ns ? options->wait : (struct path_patience){DEFAULT_WAIT_NS, 5, 10},
        .pause_ns = options->pause_ns,
        .rounds = 1,
    };
    config->flows = options->flows;
    return EXIT_DONE;
}

static bool is_watched(const struct trace_options *options)
{
    return options->watch || options->report;
}

static bool goes_on(const struct trace_options *options)
{
    return is_watched(options) || options->period_ns != UINT64_MAX;
}

static int choose_confidence(struct trace_config *config, const struct trace_options *options)
{
    const char *text = options->mda.text;
    char *end = NULL;
    double percent = text ? strtod(text, &end) : DEFAULT_CONFIDENCE;

    if (text && (end == text || *end || !(percent >= 1 && percent <= 99.99)))
        return command_refuse("trace", "--mda: '%s' is no percentage from 1 to 99.99", text);
    config->confidence = percent / 100;
    return EXIT_DONE;
}

static int choose_mda(struct trace_config *config, const struct trace_options *options)
{
    if (options->dot_file && !options->mda.given)
        return command_refuse("trace", "--dot writes the graph of --mda, which is not given");
    if (!options->mda.given)
        return EXIT_DONE;
    if (goes_on(options) || options->mtu || options->classic || options->flows > 1)
        return command_refuse("trace",
                              "--mda chooses flows itself and ends when all ways are found: leave out "
                              "--flows, --classic, --mtu, --watch, --report, --every");
    /* Graphs are written as they are shown, which is not at all beside records. */
    if (options->dot_file && output_options_take_stdout(&options->host.records))
        return command_refuse("trace",
                              "--dot and --output - exclude each other: name a file for the records");
    config->view = &trace_view_mda;
    config->dot_path = options->dot_file;
    return choose_confidence(config, options);
}

/* Once the view is chosen. */
static int check_json(const struct trace_config *config, const struct trace_options *options)
{
    const char *form = options->json.text;

    if (!form || (json_form_find(form) && config->view == &trace_view_paths))
        return EXIT_DONE;
    if (!json_form_find(form))
        return command_refuse_name("trace", "--json", json_form_choices, form);
    return command_refuse(
        "trace",
        "--json=%s is of plain traces: --mda, --watch, --report and --every have forms of their "
        "own",
        form);
}

static int check_watching(const struct trace_config *config, const struct trace_options *options)
{
    if (!goes_on(options))
        return EXIT_DONE;
    if (output_options_take_stdout(&options->host.records))
        return command_refuse("trace", "--output -: stdout is for what is watched, name a file");
    if (is_watched(options) &&
        (config->hosts->count + config->hosts->unprobed_count > 1 || options->flows > 1))
        return command_refuse("trace", "%s shows one path: give one host, and no --flows",
                              options->report ? "--report" : "--watch");
    if (options->mtu)
        return command_refuse("trace", "--mtu is found once: leave out --watch, --report and --every");
    if (options->classic)
        return command_refuse("trace",
                              "--classic runs out of ports: leave out --watch, --report and --every");
    if (options->watch && options->json.given && !options->report)
        return command_refuse("trace", "--watch is for people: --report N --json tells the same to programs");
    return EXIT_DONE;
}

static int choose_prometheus(struct trace_config *config, const struct trace_options *options,
                             struct socket_address *http)
{
    if ((options->prometheus.file || options->prometheus.listen) && config->view != &trace_view_monitor)
        return command_refuse("trace", "--prometheus is about paths that are watched: give --every SECONDS");
    return prometheus_options_choose("trace", &options->prometheus, http, &config->prometheus);
}

/* Watching asks each hop once per round, as mtr does, unless asked otherwise. */
static void choose_rounds(struct trace_config *config, const struct trace_options *options)
{
    if (!goes_on(options))
        return;
    config->path.rounds = options->report;
    config->path.period_ns = options->period_ns != UINT64_MAX ? options->period_ns : NS_PER_S;
    config->path.queries = options->queries ? options->queries : 1;
    /* Losses are counted: no answer is given up because another one came sooner. */
    if (!options->wait.wait_ns)
        config->path.patience.here = 0;
}

static int choose_view(struct trace_config *config, const struct trace_options *options,
                       struct socket_address *http)
{
    int result = check_watching(config, options);

    config->view = is_watched(options) ? &trace_view_watch
                   : goes_on(options)  ? &trace_view_monitor
                                       : &trace_view_paths;
    config->report = options->report;
    choose_rounds(config, options);
    return result ? result : choose_prometheus(config, options, http);
}

static int read_owners(struct trace_config *config, struct owner_tables *tables,
                       const struct trace_options *options)
{
    if (options->as_lookups && !options->owners.asn)
        return command_refuse("trace", "-A: AS numbers are looked up in a file: give --asn FILE, with "
                                       "lines 'prefix/length asn' or CAIDA's pfx2as");
    int result = owner_options_read("trace", &options->owners, tables);

    config->owners = owner_options_asked(&options->owners, tables);
    return result;
}

/* What is shown goes to stdout, unless that is for the records. */
static int check_files(const struct trace_options *options)
{
    const struct command_file files[] = {
        {"stdout", output_options_take_stdout(&options->host.records) ? NULL : "-", FILE_WRITTEN},
        OUTPUT_FILES(options->host.records.output.names, FILE_WRITTEN),
        {"--dot", options->dot_file, FILE_WRITTEN},
        {"--prometheus", options->prometheus.file, FILE_REPLACED},
        {"--targets", options->host.targets_file, FILE_READ},
        {"--asn", options->owners.asn, FILE_READ},
        {"--ixp", options->owners.ixp, FILE_READ},
        {"--mmdb", options->owners.mmdb, FILE_READ},
    };

    return command_files_check("trace", files, sizeof(files) / sizeof(files[0]),
                               options->host.records.overwrite);
}

static int choose_length(struct trace_options *options, char **operands)
{
    const char *text = length_operand_take(operands, options->host.targets_file != NULL);

    if (!text)
        return EXIT_DONE;
    unsigned long length = strtoul(text, NULL, 10);
    if (options->size)
        return command_refuse("trace", "--size and '%s' both give the length of packets", text);
    if (length > TRACKED_MAX_LENGTH)
        return command_refuse("trace", "a packet of %s bytes is longer than IPv4 allows, %d", text,
                              TRACKED_MAX_LENGTH);
    options->size = length ? (uint32_t)length : 1; /* the least that there is */
    return EXIT_DONE;
}

static int prepare(struct trace_config *config, struct hosts *hosts, struct socket_address *http,
                   struct trace_options *options, char **operands)
{
    int result = host_options_allowed("trace", &options->host, options->rate);

    if (!result)
        result = choose_protocol(config, options);
    if (!result)
        result = choose_length(options, operands);
    if (!result)
        result = output_options_choose("trace", &options->host.records, &config->records);
    if (!result)
        result = sandbox_options_choose("trace", &options->host.sandbox, &config->sandbox);
    if (!result)
        result = choose_path(config, options);
    if (!result)
        result = check_files(options);
    if (!result)
        result = host_options_hosts("trace", &options->host, &config->layout, operands, hosts);
    config->hosts = hosts;
    if (!result)
        choose_sizes(hosts, options, &config->layout);
    if (!result)
        result = choose_view(config, options, http);
    if (!result)
        result = choose_mda(config, options);
    if (!result)
        result = check_json(config, options);
    config->interface = options->host.interface;
    config->sources = options->host.sources;
    config->tos = (uint8_t)options->tos;
    config->same_flow_label = options->host.flow_label != HOST_OWN_LABELS;
    config->flow_label = (uint32_t)options->host.flow_label;
    config->rate = options->rate;
    config->numeric = options->numeric;
    config->back = options->back;
    config->json = options->json.given;
    config->json_form = options->json.text ? json_form_find(options->json.text) : json_form_usual();
    if (!result)
        result = check_size(config, options);
    return result ? result : command_choose_key("trace", &options->key, &config->layout.key);
}

int command_trace(int argc, char **argv)
{
    struct trace_options options = {
        .first_ttl = 1,
        .max_ttl = 30,
        .window = 16,
        .gap_limit = 5,
        .flows = 1,
        .rate = 1000,
        .period_ns = UINT64_MAX,
        .host = {.broadcast_hint = ": a trace leads to one host", .flow_label = HOST_OWN_LABELS},
    };
    struct trace_config config = {0};
    struct hosts hosts = {0};
    struct socket_address http = {0};
    struct owner_tables owners = {0};
    int first = options_parse(&trace_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    int result = sockets_open("trace", &config.sockets);
    if (result == EXIT_DONE)
        result = prepare(&config, &hosts, &http, &options, argv + first);
    if (result == EXIT_DONE)
        result = read_owners(&config, &owners, &options);
    if (result == EXIT_DONE)
        result = trace_run(&config);
    if (!hosts.count && !output_options_take_stdout(&options.host.records))
        hosts_tell_unprobed(&hosts, options.json.given, stdout);
    sockets_close(&config.sockets);
    hosts_free(&hosts);
    owner_tables_free(&owners);
    return result;
}
