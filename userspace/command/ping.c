// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire ping: from options to a configuration of ping/ping.h. */
#include "ping/ping.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/enum_table.h"
#include "base/key.h"
#include "base/log.h"
#include "base/number.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/host_options.h"
#include "command/long_packets.h"
#include "command/probe_key.h"
#include "ping/ping_form.h"
#include "reply_parse.h"
#include "session/record_file.h"
#include "session/refuse.h"
#include "strategy/pinger.h"

/* The values of -M of ping(8). */
enum fragments_policy {
    FRAGMENTS_DONT, /* DF is not set */
    FRAGMENTS_WANT, /* DF is set if a packet fits; longer ones leave in fragments */
    FRAGMENTS_DO,   /* DF is set, and there are no fragments */
    FRAGMENTS_POLICIES,
};

struct ping_options {
    struct host_options host;
    bool numeric, quiet, report_lost, timestamps, audible;
    struct option_optional json;
    uint64_t count, interval_ns, wait_ns, deadline_ns;
    struct option_key key;
    uint32_t data, ttl, tos, retries;
    double rate;
    enum fragments_policy fragments;
};

enum {
    LARGEST_DATA = TRACKED_MAX_LENGTH - IPV4_HEADER - ICMP_HEADER,
    USUAL_DATA = 56,
    NO_DATA_SIZE = UINT32_MAX, /* not given */
    MOST_PROBES = 1000000000,
};

typedef enum fragments_policy option_fragments_field;

static bool fragments_choices(size_t position, struct choice *out)
{
    static const struct choice policies[] = {
        [FRAGMENTS_DONT] = {.name = "dont", .help = "routers may fragment them, too (default)"},
        [FRAGMENTS_WANT] = {.name = "want", .help = "only this host fragments them"},
        [FRAGMENTS_DO] = {.name = "do", .help = "they are not fragmented (DF)"},
    };
    ENUM_TABLE(policies, FRAGMENTS_POLICIES);

    return choice_of(policies, sizeof(policies) / sizeof(policies[0]), position, out);
}

static int option_fragments(const struct option_spec *spec, const char *text, void *field,
                            struct error_text *error)
{
    int position = choices_find(spec->choices, text);

    if (position < 0)
        return choices_refuse(spec->choices, text, error);
    *(option_fragments_field *)field = (enum fragments_policy)position;
    return 0;
}

#define FIELD(parser, name) OPTION_FIELD(parser, struct ping_options, name)
#define NOT_GIVEN           UINT64_MAX
#define USUAL_WAIT_NS       (10 * NS_PER_S)

static const struct option_spec specs[] = {
    {"ipv4", '4', NULL, FIELD(option_flag, host.ipv4), .help = "only IPv4 addresses"},
    {"ipv6", '6', NULL, FIELD(option_flag, host.ipv6),
     .help = "only IPv6 addresses (default: of both, in the\nresolver's order)"},
    {"icmp", 0, NULL, FIELD(option_flag, host.icmp), .help = "ICMP Echo Requests (the default)"},
    {"udp", 0, NULL, FIELD(option_flag, host.udp), .help = "UDP; the answer is that the port is unreachable"},
    {"tcp", 0, NULL, FIELD(option_flag, host.tcp), .help = "TCP SYN; the answer is SYN-ACK or RST"},
    HOST_PROBE_OPTION_SPEC(offsetof(struct ping_options, host)),
    {"port", 'p', "PORT", FIELD(option_number, host.port), .min = 1, .max = PORT_MAX, .help = HOST_PORT_HELP},
    {"count", 'c', "N", FIELD(option_number64, count), .min = 1, .max = MOST_PROBES,
     .help = "probes per host (default: without end for one host,\n1 for many)"},
    {"interval", 'i', "SECONDS", FIELD(option_seconds, interval_ns), .max = 3600,
     .help = "time between probes to a host (default: 1)"},
    {"timeout", 'W', "SECONDS", FIELD(option_seconds, wait_ns), .max = 3600,
     .help =
         "wait for an answer (default: 10; once all are sent, no\nlonger than twice the slowest; many hosts "
         "without\n"
         "--count: 1, until the next try)"},
    {"retries", 0, "N", FIELD(option_number, retries), .max = 100,
     .help = "many hosts without --count: further tries if no answer\ncomes (default: 3)"},
    {"deadline", 'w', "SECONDS", FIELD(option_seconds, deadline_ns), .max = 31622400,
     .help = "end after this time; earlier if --count probes of each\nhost were answered, or an error came"},
    {"data", 's', "BYTES", FIELD(option_number, data), .max = LARGEST_DATA,
     .help = "bytes behind the ICMP, UDP or TCP header (default: 56;\nTCP: 0, a bare SYN)"},
    {"pmtudisc", 'M', "WORD", FIELD(option_fragments, fragments), .choices = fragments_choices,
     .help = "what happens to packets longer than the path's MTU"},
    {"ttl", 't', "TTL", FIELD(option_number, ttl), .min = 1, .max = 255,
     .help = "TTL of probes (default: 64)"},
    {"tos", 'Q', "N", FIELD(option_number, tos), .max = 255,
     .help = "type of service of probes; in IPv6 the traffic class\n(default: 0)"},
    {"flowlabel", 'F', "N", FIELD(option_number64, host.flow_label), .max = HOST_FLOW_LABEL_MOST,
     .help = HOST_FLOW_LABEL_HELP},
    {"interface", 'I', "IF", FIELD(option_text, host.interface),
     .help = "interface to send through\n(default: where the route leads)"},
    {"source-ip", 'S', "ADDRESS", FIELD(option_sources, host.sources),
     .help = "source address of probes\n(default: what the kernel would use)"},
    {"numeric", 'n', NULL, FIELD(option_flag, numeric), .help = "print addresses without names"},
    {"quiet", 'q', NULL, FIELD(option_flag, quiet), .help = "print only the statistics at the end"},
    {"report-lost", 'O', NULL, FIELD(option_flag, report_lost),
     .help = "one host: print each probe that got no answer"},
    {"timestamps", 'D', NULL, FIELD(option_flag, timestamps),
     .help = "begin each answer's line with the seconds since 1970"},
    {"audible", 'a', NULL, FIELD(option_flag, audible), .help = "ring the bell with each answer"},
    {"broadcast", 'b', NULL, FIELD(option_flag, host.broadcast),
     .help = "allow broadcast addresses, which many hosts answer"},
    {"targets", 0, "FILE", FIELD(option_text, host.targets_file), .help = "hosts, one per line; - is stdin"},
    {"rate", 'r', "PPS", FIELD(option_rate, rate),
     .help = "probes per second to all hosts together (default: 1k;\nmore than 10k needs CAP_NET_ADMIN)"},
    {"json", 'j', "[=FORM]", FIELD(option_optional, json), .choices = ping_form_choices,
     .help = "on stdout: one JSON object per host, one per line (default\nform: hopwire)"},
    SANDBOX_OPTION_SPECS(offsetof(struct ping_options, host.sandbox)),
    OUTPUT_OPTION_SPECS(offsetof(struct ping_options, host.records), 0,
                        "write every reply as a record, as a survey does; the\nextension sets the format",
                        "overwrite existing files of results"),
    {"key", 0, "HEX", FIELD(option_key, key),
     .help = "key of the probes' tags, 32 digits; only for tests\n(default: drawn, and told to nobody)"},
    {0},
};

const struct option_table ping_option_table = {
    .command = "ping",
    .operands = "HOST…",
    .summary =
        "Measures losses and round-trip times to one host, as ping does, or to many at once, as fping\n"
        "does. CAP_NET_RAW is enough.",
    .specs = specs,
};

/* Text is written to stdout, unless records are. */
static int check_files(const struct ping_options *options)
{
    const struct command_file files[] = {
        {"stdout", output_options_take_stdout(&options->host.records) ? NULL : "-", FILE_WRITTEN},
        OUTPUT_FILES(options->host.records.output.names, FILE_WRITTEN),
        {"--targets", options->host.targets_file, FILE_READ},
    };

    return command_files_check("ping", files, sizeof(files) / sizeof(files[0]),
                               options->host.records.overwrite);
}

static int choose_sizes(struct hosts *hosts, const struct ping_options *options,
                        const struct layout_choice *choice)
{
    const struct layout_pair pair = layout_pair_of(choice);

    for (size_t i = 0; i < hosts->count; i++) {
        enum address_family family = address_family(hosts->list[i].address);
        const struct layout *layout = layout_of_family(&pair, family)->layout;
        uint32_t usual = layout->protocol == PROTOCOL_TCP ? 0 : USUAL_DATA;
        uint32_t size = tracked_with_data(layout, options->data == NO_DATA_SIZE ? usual : options->data);

        if (size > TRACKED_MAX_LENGTH)
            return command_refuse("ping",
                                  "--data: with its headers, a packet of %u bytes is longer than IPv4 "
                                  "allows, and hopwire sends no longer IPv6 packets",
                                  size);
        hosts->list[i].size = (uint16_t)size;
    }
    return EXIT_DONE;
}

static int check_size(struct ping_config *config, const struct ping_options *options)
{
    static const enum tx_raw_long ways[] = {
        [FRAGMENTS_DONT] = TX_RAW_FRAGMENTED,
        [FRAGMENTS_WANT] = TX_RAW_DISCOVERED,
        [FRAGMENTS_DO] = TX_RAW_REFUSED,
    };
    const struct layout_pair pair = layout_pair_of(&config->layout);
    const struct long_packets packets = {
        .layouts = &pair,
        .option = "-s",
        .forbidding = options->fragments == FRAGMENTS_DO ? "-M do" : NULL,
        .discovers = options->fragments == FRAGMENTS_WANT,
        .interface = options->host.interface,
    };

    config->long_packets = ways[options->fragments];
    config->dont_fragment = options->fragments == FRAGMENTS_DO;
    return long_packets_check("ping", config->hosts, &packets, &config->rate);
}

/* Answers that come within this time are waited for, as in ping(8): longer than the kernel looks for a
 * neighbour (3 s), so that a missing neighbour is reported. Less if so many open probes could not be
 * distinguished. */
static uint64_t usual_wait(uint64_t interval_ns)
{
    uint64_t most = interval_ns * (PINGER_MOST_OPEN / 4);

    if (!interval_ns)
        return NS_PER_S;
    return most < USUAL_WAIT_NS ? most : USUAL_WAIT_NS;
}

/* As in fping(8), a host is asked again after each wait, until it answers. */
static void choose_waiting(struct ping_config *config, const struct ping_options *options)
{
    bool given = options->wait_ns != NOT_GIVEN;

    config->by_rtt = !given;
    config->count = options->count;
    config->interval_ns = options->interval_ns;
    config->wait_ns = given ? options->wait_ns : usual_wait(options->interval_ns);
    if (!config->alive)
        return;
    config->count = options->deadline_ns ? 1 : 1 + options->retries;
    config->wait_ns = given ? options->wait_ns : NS_PER_S;
    config->interval_ns = config->wait_ns;
}

static int prepare(struct ping_config *config, struct hosts *hosts, const struct ping_options *options,
                   char **operands)
{
    int result = host_options_allowed("ping", &options->host, options->rate);

    if (!result)
        result = host_options_layout("ping", &options->host, "icmp", &config->layout);
    if (!result)
        result = output_options_choose("ping", &options->host.records, &config->records);
    if (!result)
        result = sandbox_options_choose("ping", &options->host.sandbox, &config->sandbox);
    config->records_only = output_options_take_stdout(&options->host.records);
    if (!result && options->json.text && !ping_form_find(options->json.text))
        result = command_refuse_name("ping", "--json", ping_form_choices, options->json.text);
    if (!result && options->json.given && config->records_only)
        result = command_refuse("ping", "--json and --output - both write to stdout: name a file");
    if (!result)
        result = check_files(options);
    if (!result)
        result = host_options_hosts("ping", &options->host, &config->layout, operands, hosts);
    if (!result && options->interval_ns && options->wait_ns != NOT_GIVEN &&
        options->wait_ns / options->interval_ns > PINGER_MOST_OPEN / 4)
        result = command_refuse(
            "ping",
            "--timeout is more than %d times --interval: hopwire cannot wait for so many probes at once",
            PINGER_MOST_OPEN / 4);

    if (!result)
        result = choose_sizes(hosts, options, &config->layout);

    bool many = hosts_are_list(hosts);
    config->hosts = hosts;
    config->tos = (uint8_t)options->tos;
    config->same_flow_label = options->host.flow_label != HOST_OWN_LABELS;
    config->flow_label = (uint32_t)options->host.flow_label;
    config->ttl = (uint8_t)options->ttl;
    config->interface = options->host.interface;
    config->sources = options->host.sources;
    config->rate = options->rate;
    config->alive = many && !options->count;
    choose_waiting(config, options);
    config->deadline_ns = options->deadline_ns;
    config->timestamps = options->timestamps;
    config->audible = options->audible;
    config->numeric = options->numeric;
    config->quiet = options->quiet;
    config->report_lost = options->report_lost;
    config->json = options->json.given;
    config->form = options->json.text ? ping_form_find(options->json.text) : ping_form_usual();
    if (!result)
        result = check_size(config, options);
    return result ? result : command_choose_key("ping", &options->key, &config->layout.key);
}

/* If more than the pacer allows were asked for, probes would be late. */
static void warn_of_rate(const struct ping_config *config)
{
    double wanted = (double)config->hosts->count * (double)NS_PER_S / (double)config->interval_ns;

    if (config->interval_ns && config->count != 1 && !config->alive && wanted > config->rate)
        log_warning("%zu host%s every %.3g s: %.0f probes per second are more than --rate %.0f, so intervals "
                    "will be longer",
                    config->hosts->count, plural(config->hosts->count),
                    (double)config->interval_ns / (double)NS_PER_S, wanted, config->rate);
}

static void warn_of_broadcast(struct ping_config *config)
{
    for (size_t i = 0; i < config->hosts->count; i++) {
        const struct host *host = &config->hosts->list[i];

        config->broadcast |= host->is_many;
        if (host->is_broadcast)
            log_warning("pinging the broadcast address %s", host->name);
    }
}

int command_ping(int argc, char **argv)
{
    struct ping_options options = {
        .interval_ns = NS_PER_S,
        .wait_ns = NOT_GIVEN,
        .retries = 3,
        .data = NO_DATA_SIZE,
        .host = {.broadcast_hint = ": give -b to ping all hosts there", .flow_label = HOST_OWN_LABELS},
        .ttl = 64,
        .rate = 1000,
    };
    struct ping_config config = {0};
    struct hosts hosts = {0};
    int first = options_parse(&ping_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    int result = sockets_open("ping", &config.sockets);
    if (result == EXIT_DONE)
        result = prepare(&config, &hosts, &options, argv + first);
    if (result == EXIT_DONE) {
        warn_of_rate(&config);
        warn_of_broadcast(&config);
        result = ping_run(&config);
    }
    if (!hosts.count && !output_options_take_stdout(&options.host.records))
        hosts_tell_unprobed(&hosts, options.json.given, stdout);
    sockets_close(&config.sockets);
    hosts_free(&hosts);
    return result;
}
