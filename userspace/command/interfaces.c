// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire interfaces: prints the interfaces in results. */

#include <stddef.h>
#include <stdio.h>

#include "base/log.h"
#include "command/commands.h"
#include "command/map_results.h"
#include "command/owner_options.h"
#include "report/router_map_print.h"

struct interfaces_options {
    struct map_options map;
    struct owner_options owners;
    bool all;
};

static const struct option_spec specs[] = {
    {"all", 'a', NULL, OPTION_FIELD(option_flag, struct interfaces_options, all),
     .help = "also targets that were reached; column kind: T sent\nTime Exceeded, D was reached as a target"},
    OWNER_OPTION_SPECS(offsetof(struct interfaces_options, owners)),
    {0},
};

const struct option_table interfaces_option_table = {
    .command = "interfaces",
    .operands = "RESULTS…",
    .summary = "Prints the interfaces in all of RESULTS together, as CSV: number of replies, lowest RTT, "
               "and\nat which TTLs each was seen.",
    .specs = specs,
};

int command_interfaces(int argc, char **argv)
{
    struct interfaces_options options = {0};
    struct owner_tables owners = {0};
    struct router_map map = {0};
    int first = options_parse(&interfaces_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    int result = owner_options_read("interfaces", &options.owners, &owners);

    if (!result)
        result = map_results("interfaces", &options.map, argv + first, MAP_INTERFACES, &map);
    if (!result && router_map_print_interfaces(&map, owner_options_asked(&options.owners, &owners),
                                               options.all, stdout)) {
        log_error("interfaces: out of memory");
        result = EXIT_FAILED;
    }
    router_map_close(&map);
    owner_tables_free(&owners);
    return result;
}
