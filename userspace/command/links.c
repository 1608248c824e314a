// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire links: prints the links in results, and where ways diverge and converge again. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/map_results.h"
#include "command/owner_options.h"
#include "report/as_links.h"
#include "report/diamonds_print.h"
#include "report/map_ways.h"
#include "report/prefix_dot.h"
#include "report/router_map_print.h"
#include "session/refuse.h"

struct links_options {
    struct map_options map;
    struct owner_options owners;
    const char *itdk, *dot;
    struct prefix dot_prefix;
    bool overwrite, as_links, diamonds;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct links_options, name)

static const struct option_spec specs[] = {
    {"memory", 0, "BYTES", FIELD(option_size, map.memory),
     .help = "for sorting (default: 1G); further records wait in\nfiles in $TMPDIR or /var/tmp"},
    {"itdk", 0, "NAME", FIELD(option_text, itdk),
     .help = "instead: write NAME.nodes, NAME.links and NAME.ifaces,\neach interface as a node of its own"},
    {"overwrite", 0, NULL, FIELD(option_flag, overwrite), .help = "overwrite these files if they exist"},
    OWNER_OPTION_SPECS(offsetof(struct links_options, owners)),
    {"as-links", 0, NULL, FIELD(option_flag, as_links),
     .help = "instead, with --asn: how many links lead from one AS\nto another"},
    {"diamonds", 0, NULL, FIELD(option_flag, diamonds),
     .help = "instead: where balancers split the flows to a /24 or\n/48 until they meet again, and how wide "
             "and long that is"},
    {"dot", 0, "PREFIX", FIELD(option_text, dot),
     .help = "instead: all ways to a /24 or /48, or to a part of it,\nas a graph for graphviz"},
    {0},
};

const struct option_table links_option_table = {
    .command = "links",
    .operands = "RESULTS…",
    .summary = "Prints the links in all of RESULTS together, as CSV: on how many paths each lies, and "
               "the\nlowest RTT and the TTLs of its far end.",
    .specs = specs,
};

enum {
    ITDK_FILES = 3,
    LINKS_FILES = ITDK_FILES + OWNER_FILES + 1, /* and one of RESULTS */
};

/* The files of an ITDK while they are written. */
struct itdk {
    char *paths[ITDK_FILES];
    FILE *files[ITDK_FILES];
};

static const char *const extensions[ITDK_FILES] = {"nodes", "links", "ifaces"};

static int say_error(int error)
{
    log_error("links: %s", error == -ENOMEM ? "out of memory" : strerror(-error));
    return EXIT_FAILED;
}

/* Compares each of RESULTS with the files that are written. */
static int check_files(struct command_file files[LINKS_FILES], char **results, bool overwrite)
{
    int result = EXIT_DONE;

    for (; *results && !result; results++) {
        files[LINKS_FILES - 1] = (struct command_file){"RESULTS", *results, FILE_READ};
        result = command_files_check("links", files, LINKS_FILES, overwrite);
    }
    return result;
}

static int name_files(struct itdk *itdk, const struct links_options *options, char **results)
{
    struct command_file files[LINKS_FILES];

    for (int i = 0; i < ITDK_FILES; i++) {
        if (asprintf(&itdk->paths[i], "%s.%s", options->itdk, extensions[i]) < 0) {
            itdk->paths[i] = NULL;
            return say_error(-ENOMEM);
        }
        files[i] = (struct command_file){"--itdk", itdk->paths[i], FILE_WRITTEN};
    }
    owner_options_files(&options->owners, files + ITDK_FILES);
    return check_files(files, results, options->overwrite);
}

/* Called when there is something to write. */
static int open_files(struct itdk *itdk)
{
    int result = EXIT_DONE;

    for (int i = 0; i < ITDK_FILES && !result; i++) {
        itdk->files[i] = fopen(itdk->paths[i], "we");
        if (!itdk->files[i])
            result = command_refuse("links", "--itdk: cannot write %s: %s", itdk->paths[i], strerror(errno));
    }
    return result;
}

static int close_files(struct itdk *itdk, int result)
{
    for (int i = 0; i < ITDK_FILES; i++) {
        bool failed = itdk->files[i] && (ferror(itdk->files[i]) | fclose(itdk->files[i]));

        if (failed && !result) {
            log_error("links: --itdk: cannot write %s: %s", itdk->paths[i], strerror(errno));
            result = EXIT_FAILED;
        }
        free(itdk->paths[i]);
    }
    return result;
}

static int print_diamonds(struct router_map *map, struct owners owners)
{
    struct diamonds diamonds = {0};
    int error = map_ways_diamonds(map, &diamonds);

    if (!error)
        error = diamonds_print(&diamonds, &map->interfaces, owners, stdout);
    diamonds_free(&diamonds);
    return error;
}

static int print_ways(struct router_map *map, const char *name)
{
    struct prefix_ways ways = {0};
    int error = map_ways_all(map, &ways);

    if (!error)
        error = prefix_dot_print(&ways, &map->interfaces, name, stdout);
    prefix_ways_free(&ways);
    return error;
}

static int print(struct router_map *map, struct owners owners, const struct itdk *itdk,
                 const struct links_options *options)
{
    int error;

    if (itdk->files[0])
        error = router_map_print_itdk(map, itdk->files[0], itdk->files[1], itdk->files[2]);
    else if (options->as_links)
        error = as_links_print(map, owners.asn, stdout);
    else if (options->diamonds)
        error = print_diamonds(map, owners);
    else if (options->dot)
        error = print_ways(map, options->dot);
    else
        error = router_map_print_links(map, owners, stdout);
    return error ? say_error(error) : EXIT_DONE;
}

static int read_dot_prefix(struct links_options *options)
{
    struct prefix *prefix = &options->dot_prefix;

    if (!options->dot)
        return EXIT_DONE;
    if (prefix_parse(options->dot, prefix))
        return command_refuse("links", "--dot: '%s' is not a prefix such as 192.0.2.0/24 or 2001:db8::/48",
                              options->dot);
    if (prefix->length < prefix_ways_length(prefix->base))
        return command_refuse("links", "--dot: '%s' is larger than a /%u, too much for one graph",
                              options->dot, prefix_ways_length(prefix->base));
    options->map.only = prefix;
    return EXIT_DONE;
}

static int check_options(struct links_options *options)
{
    if (options->as_links && !options->owners.asn)
        return command_refuse("links", "--as-links needs --asn FILE, which lists the AS of each prefix");
    if (options->as_links + !!options->itdk + options->diamonds + !!options->dot > 1)
        return command_refuse("links", "--as-links, --itdk, --diamonds and --dot: give only one of them");
    return read_dot_prefix(options);
}

int command_links(int argc, char **argv)
{
    struct links_options options = {.map.memory = MAP_MEMORY};
    struct owner_tables owners = {0};
    struct itdk itdk = {0};
    struct router_map map = {0};
    int first = options_parse(&links_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    int result = check_options(&options);

    if (!result && options.itdk)
        result = name_files(&itdk, &options, argv + first);
    if (!result)
        result = owner_options_read("links", &options.owners, &owners);
    if (!result)
        result = map_results("links", &options.map, argv + first,
                             options.diamonds || options.dot ? MAP_WAYS : MAP_LINKS, &map);
    if (!result && options.itdk)
        result = open_files(&itdk);
    if (!result)
        result = print(&map, owner_options_asked(&options.owners, &owners), &itdk, &options);
    result = close_files(&itdk, result);
    router_map_close(&map);
    owner_tables_free(&owners);
    return result;
}
