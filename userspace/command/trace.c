// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire trace: from options to a configuration of trace/trace.h. */
#include <stdlib.h>

#include "base/clock.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/length_operand.h"
#include "command/lists.h"
#include "command/long_packets.h"
#include "command/probe_key.h"
#include "command/trace_options.h"
#include "ip_header.h"
#include "session/record_file.h"
#include "session/refuse.h"
#include "trace/json_form.h"
#include "trace/trace.h"
#include "trace/view.h"

/* Longer than the kernel looks for a neighbour (3 s), so that its !H is shown; the same as traceroute's. */
#define DEFAULT_WAIT_NS (5 * NS_PER_S)

enum {
    /* The same as traceroute's. */
    DEFAULT_DATA = 40, /* behind the IP header */
    DEFAULT_QUERIES = 3,
    DEFAULT_CONFIDENCE = 95, /* percent, as in the papers about it */
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
        return command_refuse("trace", "--classic is only for UDP, but probes are sent by %s", layout->name);
    if (layout->protocol == PROTOCOL_UDP && port + options->flows - 1 > PORT_MAX)
        return command_refuse("trace", "--port: %u flows from port %u on would exceed %d", options->flows,
                              port, PORT_MAX);
    uint32_t probes = (options->max_ttl - options->first_ttl + 1) * queries(options);
    if (options->classic && options->first_ttl <= options->max_ttl && port + probes - 1 > PORT_MAX)
        return command_refuse("trace", "--port: %u probes from port %u on would exceed %d", probes, port,
                              PORT_MAX);
    if (options->size && options->size < layout->tracked->shortest)
        return command_refuse("trace", "--size: a probe by %s has at least %u bytes", layout->name,
                              layout->tracked->shortest);
    return EXIT_DONE;
}

/* A size below the minimum of the family's probes is raised to it, as in traceroute. */
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
        .patience =
            options->wait.wait_ns ? options->wait : (struct path_patience){DEFAULT_WAIT_NS, 5, 10, false},
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
        return command_refuse("trace", "--mda: '%s' is not a percentage from 1 to 99.99", text);
    config->confidence = percent / 100;
    return EXIT_DONE;
}

static int choose_mda(struct trace_config *config, const struct trace_options *options)
{
    if (options->dot_file && !options->mda.given)
        return command_refuse("trace", "--dot needs --mda, whose graph it writes");
    if (!options->mda.given)
        return EXIT_DONE;
    if (goes_on(options) || options->mtu || options->classic || options->flows > 1)
        return command_refuse("trace",
                              "--mda chooses flows itself and ends when all ways are found: leave out "
                              "--flows, --classic, --mtu, --watch, --report, --every");
    /* The graph is drawn from what is displayed, and nothing is displayed if records go to stdout. */
    if (options->dot_file && output_options_take_stdout(&options->host.records))
        return command_refuse("trace",
                              "--dot and --output - exclude each other: name a file for the records");
    config->view = &trace_view_mda;
    config->dot_path = options->dot_file;
    return choose_confidence(config, options);
}

/* Called once the view is chosen. */
static int check_json(const struct trace_config *config, const struct trace_options *options)
{
    const char *form = options->json.text;

    if (!form || (json_form_find(form) && config->view == &trace_view_paths))
        return EXIT_DONE;
    if (!json_form_find(form))
        return command_refuse_name("trace", "--json", json_form_choices, form);
    return command_refuse(
        "trace",
        "--json=%s is only for plain traces: --mda, --watch, --report and --every have their own JSON", form);
}

static int check_watching(const struct trace_config *config, const struct trace_options *options)
{
    if (!goes_on(options))
        return EXIT_DONE;
    if (output_options_take_stdout(&options->host.records))
        return command_refuse("trace", "--output -: what is watched is printed on stdout: name a file");
    if (is_watched(options) &&
        (config->hosts->count + config->hosts->unprobed_count > 1 || options->flows > 1))
        return command_refuse("trace", "%s shows one path: give one host, and no --flows",
                              options->report ? "--report" : "--watch");
    if (options->mtu)
        return command_refuse("trace",
                              "--mtu is measured only once: leave out --watch, --report and --every");
    if (options->classic)
        return command_refuse("trace",
                              "--classic would run out of ports: leave out --watch, --report and --every");
    if (options->watch && options->json.given && !options->report)
        return command_refuse("trace", "--watch shows a screen: for JSON, give --report N --json");
    return EXIT_DONE;
}

static int choose_prometheus(struct trace_config *config, const struct trace_options *options,
                             struct socket_address *http)
{
    if ((options->prometheus.file || options->prometheus.listen) && config->view != &trace_view_monitor)
        return command_refuse("trace",
                              "--prometheus is only for paths that are watched: give --every SECONDS");
    return prometheus_options_choose("trace", &options->prometheus, http, &config->prometheus);
}

/* Watching sends one probe per hop and round, as mtr does, unless --queries is given. */
static void choose_rounds(struct trace_config *config, const struct trace_options *options)
{
    if (!goes_on(options))
        return;
    config->path.rounds = options->report;
    config->path.period_ns = options->period_ns != UINT64_MAX ? options->period_ns : NS_PER_S;
    config->path.queries = options->queries ? options->queries : 1;
    /* Losses are counted: so no answer is given up because another one came sooner, or took a little longer. */
    if (!options->wait.wait_ns) {
        config->path.patience.here = 0;
        config->path.patience.grows = true;
    }
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

/* Text is written to stdout, unless records are. */
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
    options->size = length ? (uint32_t)length : 1; /* the smallest value, since 0 means "not given" */
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
    struct trace_options options = trace_options_default();
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
