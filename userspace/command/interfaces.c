// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire interfaces: the interfaces that results have. */

#include <stddef.h>
#include <stdio.h>

#include "base/log.h"
#include "command/commands.h"
#include "command/map_results.h"
#include "report/router_map_print.h"

struct interfaces_options {
    struct map_options map;
    bool all;
};

static const struct option_spec specs[] = {
    {"all", 'a', NULL, OPTION_FIELD(option_flag, struct interfaces_options, all),
     .help = "targets that were reached, too; kind: T let a TTL\nexpire, D was reached as a target"},
    MAP_ASN_OPTION(offsetof(struct interfaces_options, map)),
    MAP_IXP_OPTION(offsetof(struct interfaces_options, map)),
    {0},
};

const struct option_table interfaces_option_table = {
    .command = "interfaces",
    .operands = "RESULTS…",
    .summary =
        "Prints the interfaces in all of RESULTS together, as CSV: replies, the least RTT, and at which\n"
        "TTLs each was seen.",
    .specs = specs,
};

int command_interfaces(int argc, char **argv)
{
    struct interfaces_options options = {0};
    struct map_owners owners = {0};
    struct router_map map = {0};
    int first = options_parse(&interfaces_option_table, argc, argv, &options);

    if (first < 0)
        return first == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    int result = map_results("interfaces", &options.map, argv + first, MAP_INTERFACES, &map, &owners);

    if (!result &&
        router_map_print_interfaces(&map, map_owners_asked(&options.map, &owners), options.all, stdout)) {
        log_error("interfaces: out of memory");
        result = EXIT_FAILED;
    }
    router_map_close(&map);
    map_owners_free(&owners);
    return result;
}
