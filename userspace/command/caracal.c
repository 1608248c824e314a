// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire caracal: from caracal's options to a configuration of caracal/caracal.h. */
#include "caracal/caracal.h"

#include <string.h>

#include "base/clock.h"
#include "base/enum_table.h"
#include "base/key.h"
#include "base/log.h"
#include "base/options.h"
#include "base/version.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/host_options.h"
#include "command/lists.h"
#include "command/probe_key.h"
#include "command/sandbox_options.h"
#include "output/caracal_csv.h"
#include "session/refuse.h"
#include "target/prefix_list.h"

struct caracal_options {
    double rate;
    const char *interface, *excluded, *included, *round, *level, *unit, *method;
    uint32_t batch, copies, min_ttl, max_ttl, id;
    uint64_t most, linger_ns;
    struct address_pair source4, source6;
    bool unproven;
    struct sandbox_options sandbox;
    struct option_key key;
};

/* Lists of prefixes while probes are compared with them. */
struct sets {
    struct address_set *excluded, *included;
};

/* Defines a table of names for options. */
#define NAMES(function, ...)                                                                                 \
    static bool function(size_t position, struct choice *out)                                                \
    {                                                                                                        \
        static const struct choice names[] = {__VA_ARGS__};                                                  \
                                                                                                             \
        return choice_of(names, sizeof(names) / sizeof(names[0]), position, out);                            \
    }

enum {
    LEVEL_TRACE,
    LEVEL_DEBUG,
    LEVEL_INFO,
    LEVEL_WARNING,
    LEVEL_ERROR,
    LEVEL_FATAL,
    LEVELS,
};

NAMES(levels, [LEVEL_TRACE] = {.name = "trace"}, [LEVEL_DEBUG] = {.name = "debug"},
      [LEVEL_INFO] = {.name = "info"}, [LEVEL_WARNING] = {.name = "warning"},
      [LEVEL_ERROR] = {.name = "error"}, [LEVEL_FATAL] = {.name = "fatal"})
NAMES(units, {.name = "us"}, {.name = "s"})
NAMES(methods, {.name = "auto"}, {.name = "active"}, {.name = "sleep"}, {.name = "none"})

static const enum log_level log_levels[] = {
    [LEVEL_TRACE] = LOG_DEBUG,     [LEVEL_DEBUG] = LOG_DEBUG, [LEVEL_INFO] = LOG_INFO,
    [LEVEL_WARNING] = LOG_WARNING, [LEVEL_ERROR] = LOG_ERROR, [LEVEL_FATAL] = LOG_ERROR,
};
ENUM_TABLE(log_levels, LEVELS);

#define FIELD(parser, name) OPTION_FIELD(parser, struct caracal_options, name)

static const struct option_spec specs[] = {
    {"probing-rate", 'r', "PPS", FIELD(option_rate, rate),
     .help = "packets per second (default: 100; more than 10k needs\nCAP_NET_ADMIN)"},
    {"interface", 'z', "IF", FIELD(option_text, interface),
     .help = "send and receive only here (default: the routes decide)"},
    {"source-address-v4", 0, "ADDRESS", FIELD(option_sources, source4),
     .help = "source of IPv4 probes\n(default: what the kernel would use)"},
    {"source-address-v6", 0, "ADDRESS", FIELD(option_sources, source6),
     .help = "source of IPv6 probes, likewise"},
    {"n-packets", 'N', "N", FIELD(option_number, copies), .min = 1, .max = UINT16_MAX,
     .help = "packets for each line (default: 1)"},
    {"max-probes", 'P', "N", FIELD(option_number64, most), .min = 1, .help = "end after this many packets"},
    {"sniffer-wait-time", 'W', "SECONDS", FIELD(option_seconds, linger_ns), .max = 3600,
     .help = "wait for replies after the last probe (default: 1)"},
    {"filter-from-prefix-file-excl", 0, "FILE", FIELD(option_text, excluded),
     .help = "send nothing to these prefixes"},
    {"filter-from-prefix-file-incl", 0, "FILE", FIELD(option_text, included),
     .help = "send only to these prefixes"},
    {"filter-min-ttl", 0, "TTL", FIELD(option_number, min_ttl), .max = UINT8_MAX,
     .help = "send nothing with a lower TTL"},
    {"filter-max-ttl", 0, "TTL", FIELD(option_number, max_ttl), .max = UINT8_MAX,
     .help = "send nothing with a higher TTL"},
    {"meta-round", 0, "TEXT", FIELD(option_text, round), .help = "the last column (default: 1)"},
    {"timestamp", 0, "UNIT", FIELD(option_name, unit), .choices = units,
     .help = "unit of the first column: microseconds, as in caracal\nsince 0.15.4 (default), or seconds"},
    {"no-integrity-check", 0, NULL, FIELD(option_flag, unproven),
     .help = "also print replies to packets that only look like our\nprobes"},
    {"log-level", 'L', "LEVEL", FIELD(option_name, level), .choices = levels,
     .help = "lowest level of messages (default: info)"},
    {"batch-size", 'B', "N", FIELD(option_number, batch), .min = 1, .max = UINT32_MAX,
     .help = "accepted and ignored: probes leave as they come"},
    {"rate-limiting-method", 0, "NAME", FIELD(option_name, method), .choices = methods,
     .help = "accepted and ignored"},
    {"caracal-id", 0, "N", FIELD(option_number, id), .max = UINT32_MAX,
     .help = "accepted and ignored: each run recognizes its probes\nby a key of its own"},
    SANDBOX_OPTION_SPECS(offsetof(struct caracal_options, sandbox)),
    {"key", 0, "HEX", FIELD(option_key, key),
     .help = "key of the proofs in probes, 32 digits; only for tests\n(default: drawn, and told to nobody)"},
    {0},
};

const struct option_table caracal_option_table = {
    .command = "caracal",
    .operands = "",
    .summary = "Sends the probes on stdin, one per line, and writes replies to stdout, as caracal does:\n"
               "  DESTINATION,SOURCE-PORT,DESTINATION-PORT,TTL,udp|icmp|icmp6[,FLOW-LABEL[,WAIT-US]]",
    .specs = specs,
};

/* A source of the wrong family would not be used by any probe. */
static int choose_sources(struct caracal_config *config, const struct caracal_options *options)
{
    const struct host_options host = {
        .sources = {options->source4.ipv4, options->source6.ipv6},
    };

    if (!address_is_none(options->source4.ipv6) || !address_is_none(options->source6.ipv4))
        return command_refuse("caracal", "--source-address-v4 is of IPv4, --source-address-v6 of IPv6");
    config->asked_sources = host.sources;
    int result = host_options_allowed("caracal", &host, options->rate);

    return result ? result : caracal_sources(config);
}

static int read_set(const char *option, const char *path, struct address_set **out)
{
    struct prefix_list list = {0};
    int result = command_read_list("caracal", option, path, &list);

    if (!result && path && !(*out = address_set_create(&list))) {
        log_error("caracal: out of memory");
        result = EXIT_FAILED;
    }
    prefix_list_free(&list);
    return result;
}

static int read_sets(const struct caracal_options *options, struct sets *sets)
{
    const struct command_file files[] = {
        {"stdin", "-", FILE_READ},
        {"stdout", "-", FILE_WRITTEN},
        {"--filter-from-prefix-file-excl", options->excluded, FILE_READ},
        {"--filter-from-prefix-file-incl", options->included, FILE_READ},
    };
    int result = command_files_check("caracal", files, sizeof(files) / sizeof(files[0]), true);

    if (!result)
        result = read_set("--filter-from-prefix-file-excl", options->excluded, &sets->excluded);
    return result ? result : read_set("--filter-from-prefix-file-incl", options->included, &sets->included);
}

/* The text in the last column of each line. */
static int check_round(const char *round)
{
    if (strlen(round) > CARACAL_ROUND_MAX || strpbrk(round, ",\"\r\n"))
        return command_refuse(
            "caracal",
            "--meta-round must be a word of at most %d bytes, without commas, quotation marks and line ends",
            CARACAL_ROUND_MAX);
    return EXIT_DONE;
}

static int prepare(struct caracal_config *config, const struct caracal_options *options, struct sets *sets)
{
    int result = check_round(options->round);

    if (!result)
        result = sandbox_options_choose("caracal", &options->sandbox, &config->sandbox);
    config->interface = options->interface;
    config->rate = options->rate;
    config->copies = options->copies;
    config->most = options->most;
    config->linger_ns = options->linger_ns;
    config->min_ttl = options->min_ttl;
    config->max_ttl = options->max_ttl;
    config->unproven = options->unproven;
    config->round = options->round;
    config->seconds = strcmp(options->unit, "s") == 0;
    if (!result)
        result = choose_sources(config, options);
    if (!result)
        result = read_sets(options, sets);
    config->excluded = sets->excluded;
    config->included = sets->included;
    return result ? result : command_choose_key("caracal", &options->key, &config->key);
}

/* Begins like caracal's version text, because other programs look for that name. */
static void tell_version(void)
{
    log_info("caracal as of v0.15.4 (hopwire %s)", hopwire_version());
}

static int run(int argc, char **argv, struct caracal_config *config, struct sets *sets)
{
    struct caracal_options options = {
        .rate = 100,
        .copies = 1,
        .max_ttl = UINT8_MAX,
        .linger_ns = NS_PER_S,
        .round = "1",
        .level = "info",
        .unit = "us",
        .method = "auto",
    };
    int first = options_parse(&caracal_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (argv[first])
        return command_refuse("caracal", "'%s' is not an option, and probes are read from stdin",
                              argv[first]);
    log_set_level(log_levels[choices_find(levels, options.level)]);
    tell_version();
    int result = sockets_open("caracal", &config->sockets);
    if (result == EXIT_DONE)
        result = prepare(config, &options, sets);
    return result == EXIT_DONE ? caracal_run(config) : result;
}

/* caracal itself has only one exit code for failures. */
int command_caracal(int argc, char **argv)
{
    struct caracal_config config = {.sockets = {{-1, -1}, {-1, -1}}};
    struct sets sets = {0};
    int result = run(argc, argv, &config, &sets);

    sockets_close(&config.sockets);
    address_set_destroy(sets.excluded);
    address_set_destroy(sets.included);
    return result == EXIT_UNUSABLE ? EXIT_FAILED : result;
}
