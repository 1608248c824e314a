// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire names: prints the DNS names of interfaces in results. */
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/address_text.h"
#include "base/log.h"
#include "base/number.h"
#include "base/output_file.h"
#include "base/stop_signal.h"
#include "command/commands.h"
#include "command/files.h"
#include "command/map_results.h"
#include "command/sandbox_options.h"
#include "host/ptr_search.h"
#include "session/refuse.h"

struct names_options {
    const char *output, *servers;
    double rate;
    bool overwrite;
    struct sandbox_options sandbox;
};

#define FIELD(parser, name) OPTION_FIELD(parser, struct names_options, name)

static const struct option_spec specs[] = {
    {"output", 'o', "FILE", FIELD(option_text, output),
     .help = "where 'address,name' lines go; - is stdout (default:\nRESULTS.names.csv, beside the first)"},
    {"overwrite", 0, NULL, FIELD(option_flag, overwrite), .help = "overwrite FILE if it exists"},
    {"rate", 'r', "QPS", FIELD(option_rate, rate), .help = "questions per second (default: 50)"},
    {"server", 0, "ADDRESS[:PORT],…", FIELD(option_text, servers),
     .help = "servers to ask (default: those of /etc/resolv.conf)"},
    SANDBOX_OPTION_SPECS(offsetof(struct names_options, sandbox)),
    {0},
};

const struct option_table names_option_table = {
    .command = "names",
    .operands = "RESULTS…",
    .summary = "Asks the DNS for the names of the interfaces in all of RESULTS, and writes those that "
               "exist,\nfor --names of interfaces, links and report.",
    .specs = specs,
};

struct naming {
    FILE *out;
    const struct address *addresses;
    size_t count;
    uint64_t told[PTR_OUTCOMES];
};

/* Writes each line at once, so that a killed run leaves only complete lines. */
static void write_name(void *context, size_t index, enum ptr_outcome outcome, const char *name)
{
    struct naming *naming = context;
    char text[ADDRESS_TEXT_SIZE];

    naming->told[outcome]++;
    if (!name)
        return;
    address_format(naming->addresses[index], text);
    fprintf(naming->out, "%s,%s\n", text, name);
    fflush(naming->out);
}

static FILE *open_output(const char *path, bool overwrite)
{
    bool created;

    if (strcmp(path, "-") == 0)
        return stdout;
    int fd = output_file_open(path, 0666, overwrite, &created);
    int error = fd < 0 ? fd : output_file_empty(fd);
    FILE *out = error ? NULL : fdopen(fd, "w");

    if (!out && fd >= 0)
        close(fd);
    if (!out)
        log_error("names: cannot write '%s': %s", path, strerror(error ? -error : errno));
    return out;
}

static int close_output(FILE *out)
{
    bool failed = ferror(out) | (out == stdout ? fflush(out) : fclose(out));

    if (failed)
        log_error("names: cannot write: %s", strerror(errno));
    return failed ? EXIT_FAILED : EXIT_DONE;
}

static int enter_sandbox(const struct sandbox *sandbox)
{
    const char *what;
    int error = sandbox_enter(sandbox, FILTER_FOR_LOOKUPS, &what);

    if (error)
        log_error("names: cannot %s: %s", what, strerror(-error));
    return error ? EXIT_FAILED : EXIT_DONE;
}

/* Blocks signals only from here on: before, there are no results yet that a signal could destroy. */
static void ask_all(struct ptr_search *search, struct naming *naming)
{
    stop_signals_block(NULL);
    fputs("address,name\n", naming->out);
    ptr_search_run(search, naming->addresses, naming->count, write_name, naming);
    log_info("names: %zu interface%s: %" PRIu64 " with a name, %" PRIu64 " without a name, %" PRIu64
             " without an answer",
             naming->count, plural(naming->count), naming->told[PTR_NAME], naming->told[PTR_NONE],
             naming->told[PTR_FAILED]);
}

/* Returns the addresses of routers, in the order of `interfaces`, in a new array; NULL if memory is short. */
static struct address *find_addresses(const struct router_map *map, size_t *count)
{
    uint32_t *order = router_map_interface_order(map);
    struct address *addresses = order ? malloc((map->interfaces.count + 1) * sizeof(*addresses)) : NULL;

    *count = 0;
    for (size_t i = 0; addresses && i < map->interfaces.count; i++)
        if (map->interface_facts[order[i]].transit)
            addresses[(*count)++] = map->interfaces.addresses[order[i]];
    free(order);
    return addresses;
}

static int name_all(const struct names_options *options, const char *output, struct naming naming)
{
    const struct ptr_search_config config = {options->rate, options->servers};
    struct sandbox sandbox = {0};
    struct error_text error;
    struct ptr_search *search = ptr_search_open(&config, &error);
    int result = search ? sandbox_options_choose("names", &options->sandbox, &sandbox)
                        : command_refuse("names", "--server: %s", error.text);

    if (!result && !(naming.out = open_output(output, options->overwrite)))
        result = EXIT_UNUSABLE;
    if (!result)
        result = enter_sandbox(&sandbox);
    if (!result)
        ask_all(search, &naming);
    if (naming.out) {
        int closed = close_output(naming.out);

        result = result ? result : closed;
    }
    ptr_search_close(search);
    int signal = stop_signal_take();
    return !result && signal ? EXIT_SIGNAL + signal : result;
}

static int name_interfaces(const struct names_options *options, const char *output,
                           const struct router_map *map)
{
    struct naming naming = {0};
    struct address *addresses = find_addresses(map, &naming.count);
    int result = EXIT_FAILED;

    naming.addresses = addresses;
    if (addresses)
        result = name_all(options, output, naming);
    else
        log_error("names: out of memory");
    free(addresses);
    return result;
}

static char *output_of(const struct names_options *options, const char *first)
{
    char *path;

    if (options->output || !first || strcmp(first, "-") == 0)
        return strdup(options->output ? options->output : "-");
    return asprintf(&path, "%s.names.csv", first) < 0 ? NULL : path;
}

static int check(const struct names_options *options, char **results, const char *output)
{
    if (!*results)
        return command_refuse("names", "needs results (see 'hopwire names --help')");
    if (!output)
        return EXIT_FAILED;
    struct command_file files[] = {
        {"--output", output, FILE_WRITTEN},
        {"RESULTS", NULL, FILE_READ},
    };
    int result = EXIT_DONE;

    for (; *results && !result; results++) {
        files[1].path = *results;
        result = command_files_check("names", files, sizeof(files) / sizeof(files[0]), options->overwrite);
    }
    return !result && strcmp(output, "-") == 0 ? command_needs_stdout("names") : result;
}

int command_names(int argc, char **argv)
{
    struct names_options options = {.rate = 50};
    struct router_map map = {0};
    int first = options_parse(&names_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    char *output = output_of(&options, argv[first]);
    int result = check(&options, argv + first, output);

    if (!result)
        result = map_results("names", &(struct map_options){0}, argv + first, MAP_INTERFACES, &map);
    if (!result)
        result = name_interfaces(&options, output, &map);
    router_map_close(&map);
    free(output);
    return result;
}
