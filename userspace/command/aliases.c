// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire aliases: from options to a configuration of alias/alias.h. */
#include "alias/alias.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enum_table.h"
#include "base/key.h"
#include "base/log.h"
#include "base/options.h"
#include "base/seed.h"
#include "command/alias_input.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/host_options.h"
#include "command/lists.h"
#include "command/probe_key.h"
#include "command/sandbox_options.h"
#include "session/refuse.h"
#include "target/special.h"

struct aliases_options {
    struct host_options host;
    const char *methods, *probes, *nodes;
    struct option_list blocklists;
    bool allow_special, json, overwrite;
    uint64_t seed, interval_ns, wait_ns;
    double rate;
    struct option_key key;
};

/* Addresses that are not probed, or whose answers are not used; must be freed. */
struct bounds {
    struct address_set *special, *blocklist;
};

/* By the bit in enum alias_method. */
static bool method_choices(size_t position, struct choice *out)
{
    static const struct choice methods[] = {
        [__builtin_ctz(ALIAS_BY_SOURCE)] = {.name = "source",
                                            .help = "addresses that answer with another address"},
        [__builtin_ctz(ALIAS_BY_IP_ID)] = {.name = "ip-id",
                                           .help = "addresses whose IP IDs share a counter; only IPv4"},
        [__builtin_ctz(ALIAS_BY_MATE)] = {.name = "mates",
                                          .help = "also probe the other end of each /30, /31 and /127"},
    };

    ENUM_TABLE(methods, ALIAS_METHODS);
    return choice_of(methods, sizeof(methods) / sizeof(methods[0]), position, out);
}

static bool probe_choices(size_t position, struct choice *out)
{
    static const struct choice probes[] = {
        [RESOLVER_ICMP] = {.name = "icmp", .help = "Echo Requests"},
        [RESOLVER_UDP] = {.name = "udp", .help = "to a high port"},
        [RESOLVER_TCP] = {.name = "tcp", .help = "ACK to port 80"},
    };

    ENUM_TABLE(probes, RESOLVER_PROTOCOLS);
    return choice_of(probes, sizeof(probes) / sizeof(probes[0]), position, out);
}

#define FIELD(parser, name) OPTION_FIELD(parser, struct aliases_options, name)

static const struct option_spec specs[] = {
    {"methods", 0, "LIST", FIELD(option_text, methods), .choices = method_choices,
     .help = "methods, separated by commas (default: all)"},
    {"probes", 0, "LIST", FIELD(option_text, probes), .choices = probe_choices,
     .help = "probes for IP IDs, separated by commas; each kind is\ntried if those before show no counter "
             "(default: all)"},
    {"rate", 'r', "PPS", FIELD(option_rate, rate),
     .help = "probes per second (default: 1k; more than 10k needs\nCAP_NET_ADMIN)"},
    {"interval", 'i', "SECONDS", FIELD(option_seconds, interval_ns), .max = 3600,
     .help = "shortest time between two probes to an address\n(default: 0.5)"},
    {"timeout", 'W', "SECONDS", FIELD(option_seconds, wait_ns), .max = 3600,
     .help = "wait for answers at the end of each round\n(default: 1.5)"},
    {"blocklist", 'b', "FILE", FIELD(option_list, blocklists),
     .help = "prefixes that are never probed, one per line;\nmay be given several times, for more files"},
    {"allow-special", 0, NULL, FIELD(option_flag, allow_special),
     .help = "also probe special-purpose ranges (private, …)"},
    {"ipv4", '4', NULL, FIELD(option_flag, host.ipv4), .help = "only IPv4 addresses"},
    {"ipv6", '6', NULL, FIELD(option_flag, host.ipv6), .help = "only IPv6 addresses"},
    {"interface", 'I', "IF", FIELD(option_text, host.interface),
     .help = "interface to send through\n(default: where the routes lead)"},
    {"source-ip", 'S', "ADDRESS", FIELD(option_sources, host.sources),
     .help = "source address of probes\n(default: what the kernel would use)"},
    {"json", 'j', NULL, FIELD(option_flag, json),
     .help = "objects, one per line: routers, how each pair was found,\naddresses, and a summary"},
    {"nodes", 0, "FILE", FIELD(option_text, nodes), .help = "also write an ITDK's .nodes file"},
    {"overwrite", 0, NULL, FIELD(option_flag, overwrite), .help = "overwrite that file if it exists"},
    {"seed", 'e', "N", FIELD(option_number64, seed), .max = INT64_MAX,
     .help = "seed of the order in which addresses are probed\n(default: random)"},
    SANDBOX_OPTION_SPECS(offsetof(struct aliases_options, host.sandbox)),
    {"key", 0, "HEX", FIELD(option_key, key),
     .help = "key of the probes' tags, 32 digits; only for tests\n(default: drawn, and told to nobody)"},
    {0},
};

const struct option_table aliases_option_table = {
    .command = "aliases",
    .operands = "FILE…",
    .summary = "Prints which addresses belong to one router, one router per line. FILE is results of a "
               "survey\nor trace, whose interfaces are probed, or a list of addresses; - is a list on stdin, "
               "and any\npipe is a list.",
    .specs = specs,
};

/* Reads names separated by commas into a set of bits, numbered by their positions. */
static int choose_names(const char *option, choice_at *choices, const char *list, unsigned *set)
{
    char *text = strdup(list), *rest = text, *name;
    int result = text ? EXIT_DONE : EXIT_FAILED;

    if (!text)
        log_error("aliases: out of memory");
    for (*set = 0; result == EXIT_DONE && (name = strsep(&rest, ","));) {
        int position = choices_find(choices, name);

        if (position < 0)
            result = command_refuse_name("aliases", option, choices, name);
        else
            *set |= 1U << position;
    }
    free(text);
    return result;
}

static int choose_methods(struct resolver_config *resolver, const struct aliases_options *options)
{
    unsigned probes = 0;
    int result = choose_names("--methods", method_choices, options->methods, &resolver->methods);

    if (result == EXIT_DONE)
        result = choose_names("--probes", probe_choices, options->probes, &probes);
    for (unsigned i = 0; i < RESOLVER_PROTOCOLS; i++)
        resolver->tried[i] = probes & 1U << i;
    resolver->seed = options->seed == UINT64_MAX ? seed_random() : options->seed;
    return result;
}

/* Compares each file that is read with those that are written. */
static int check_files(const struct aliases_options *options, char **operands)
{
    struct command_file files[] = {
        {"stdout", "-", FILE_WRITTEN},
        {"--nodes", options->nodes, FILE_WRITTEN},
        {"FILE", NULL, FILE_READ},
    };
    size_t count = sizeof(files) / sizeof(files[0]);
    int result = EXIT_DONE;

    if (!*operands)
        return command_refuse("aliases", "needs a file: results, or a list of addresses");
    if (options->nodes && strcmp(options->nodes, "-") == 0)
        return command_refuse("aliases", "--nodes: the sets are printed on stdout: name a file");
    for (; *operands && !result; operands++) {
        files[count - 1].path = *operands;
        result = command_files_check_lists("aliases", files, count, "--blocklist", &options->blocklists,
                                           options->overwrite);
    }
    return result;
}

static int make_set(struct prefix_list *prefixes, struct address_set **out)
{
    *out = address_set_create(prefixes);
    if (!*out)
        log_error("aliases: out of memory");
    return *out ? EXIT_DONE : EXIT_FAILED;
}

static int read_bounds(const struct aliases_options *options, struct bounds *bounds)
{
    struct prefix_list special = {0}, blocked = {0};
    int result = EXIT_DONE;

    if (!options->allow_special && special_prefixes(&special, false)) {
        log_error("aliases: out of memory");
        result = EXIT_FAILED;
    }
    for (size_t i = 0; !result && i < options->blocklists.count; i++)
        result = command_read_list("aliases", "--blocklist", options->blocklists.values[i], &blocked);
    if (!result)
        result = make_set(&special, &bounds->special);
    if (!result)
        result = make_set(&blocked, &bounds->blocklist);
    prefix_list_free(&special);
    prefix_list_free(&blocked);
    return result;
}

static int find_ways(struct alias_list *list, const struct alias_list_config *config)
{
    int error = alias_list_find_ways(list, config);

    if (error == -E2BIG)
        return command_refuse("aliases",
                              "more than %d addresses of this host would be used: give one with --source-ip",
                              ALIAS_SOURCES);
    if (error) {
        log_error("aliases: cannot look up routes: %s", strerror(-error));
        return EXIT_FAILED;
    }
    if (list->left_out)
        log_warning("aliases: addresses left out because they are special-purpose or of the other family: "
                    "%zu (--allow-special includes special-purpose ones)",
                    list->left_out);
    if (list->no_way)
        log_warning("aliases: addresses left out because there is no route to them: %zu", list->no_way);
    return list->source_count ? EXIT_DONE : command_refuse("aliases", "there is no address to probe");
}

static int read_list(const struct aliases_options *options, char **operands, struct alias_config *config)
{
    const struct alias_list_config list = {
        .ipv4 = options->host.ipv4,
        .ipv6 = options->host.ipv6,
        .unusable = config->resolver.unusable,
        .mates = config->resolver.methods & ALIAS_BY_MATE,
        .interface_index = options->host.interface ? if_nametoindex(options->host.interface) : 0,
        .sources = options->host.sources,
    };

    if (options->host.interface && !list.interface_index)
        return command_refuse("aliases", "--interface: there is no interface %s", options->host.interface);
    if (options->host.ipv4 && options->host.ipv6)
        return command_refuse("aliases", "-4 and -6 exclude each other");
    int result = alias_input_read("aliases", operands, &list, config->list);

    return result ? result : find_ways(config->list, &list);
}

static int open_nodes(const struct aliases_options *options, struct alias_config *config)
{
    if (!options->nodes)
        return EXIT_DONE;
    config->nodes = fopen(options->nodes, "we");
    return config->nodes
               ? EXIT_DONE
               : command_refuse("aliases", "--nodes: cannot write %s: %s", options->nodes, strerror(errno));
}

static int close_nodes(const struct aliases_options *options, FILE *nodes, int result)
{
    bool failed = nodes && (ferror(nodes) | fclose(nodes));

    if (!failed || result)
        return result;
    log_error("aliases: --nodes: cannot write %s: %s", options->nodes, strerror(errno));
    return EXIT_FAILED;
}

static int prepare(struct alias_config *config, const struct aliases_options *options, char **operands,
                   struct bounds *bounds)
{
    int result = host_options_allowed("aliases", &options->host, options->rate);

    if (!result)
        result = sandbox_options_choose("aliases", &options->host.sandbox, &config->sandbox);
    if (!result)
        result = choose_methods(&config->resolver, options);
    if (!result)
        result = check_files(options, operands);
    if (!result)
        result = read_bounds(options, bounds);
    config->resolver.unusable = bounds->special;
    config->blocklist = bounds->blocklist;
    config->interface = options->host.interface;
    config->sources = options->host.sources;
    config->rate = options->rate;
    config->interval_ns = options->interval_ns;
    config->wait_ns = options->wait_ns;
    config->json = options->json;
    if (!result)
        result = read_list(options, operands, config);
    if (!result)
        result = command_choose_key("aliases", &options->key, &config->key);
    return result ? result : open_nodes(options, config);
}

static int run(const struct aliases_options *options, char **operands)
{
    struct alias_list list = {0};
    struct alias_config config = {.list = &list};
    struct bounds bounds = {0};
    int result = sockets_open("aliases", &config.sockets);

    if (result == EXIT_DONE)
        result = prepare(&config, options, operands, &bounds);
    if (result == EXIT_DONE)
        result = alias_run(&config);
    result = close_nodes(options, config.nodes, result);
    sockets_close(&config.sockets);
    address_set_destroy(bounds.special);
    address_set_destroy(bounds.blocklist);
    alias_list_free(&list);
    return result;
}

int command_aliases(int argc, char **argv)
{
    struct aliases_options options = {
        .methods = "source,ip-id,mates",
        .probes = "icmp,udp,tcp",
        .seed = UINT64_MAX,
        .interval_ns = NS_PER_S / 2,
        .wait_ns = 3 * NS_PER_S / 2,
        .rate = 1000,
    };
    int first = options_parse(&aliases_option_table, argc, argv, &options);
    int result = first == OPTIONS_HELP ? EXIT_DONE : first < 0 ? EXIT_UNUSABLE : run(&options, argv + first);

    options_free_list(&options.blocklists);
    return result;
}
