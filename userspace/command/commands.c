// SPDX-License-Identifier: GPL-2.0-or-later
#include "command/commands.h"

#include <string.h>

#include "command/sim.h"
#include "command/survey_options.h"
#include "host/privilege.h"

const struct command command_list[] = {
    {"survey", command_survey, "probe many targets and TTLs, write the replies", false, PRIVILEGE_NET_ADMIN,
     .options = &survey_option_table},
    {"ctl", command_ctl, "control a running survey", true, 0, .options = &ctl_option_table},
    {"trace", command_trace, "find the path to a host, or to many", true, PRIVILEGE_NET_RAW,
     .options = &trace_option_table},
    {"ping", command_ping, "measure losses and round-trip times of hosts", true, PRIVILEGE_NET_RAW,
     .options = &ping_option_table},
    {"aliases", command_aliases, "find which addresses belong to one router", true, PRIVILEGE_NET_RAW,
     .options = &aliases_option_table},
    {"caracal", command_caracal, "send the probes of another program, as caracal does", true,
     PRIVILEGE_NET_RAW, .options = &caracal_option_table},
    {"sim", command_sim, "run programs in the simulated Internet, print its true topology", false,
     PRIVILEGE_NET_ADMIN, .parts = sim_commands},
    {"score", command_score, "compare results with the truth", true, 0, .options = &score_option_table},
    {"interfaces", command_interfaces, "list the interfaces in results, with what is known of each", true, 0,
     .options = &interfaces_option_table},
    {"links", command_links, "list the links in results, or write an ITDK", true, 0,
     .options = &links_option_table},
    {"names", command_names, "find the DNS names of the interfaces in results", false, 0,
     .options = &names_option_table},
    {"report", command_report, "show results as a page with figures", false, 0,
     .options = &report_option_table},
    {"convert", command_convert, "write results in another format", false, 0,
     .options = &convert_option_table},
    {"merge", command_merge, "join the results of a survey's shards", false, 0,
     .options = &merge_option_table},
    {"decode", command_decode, "decode captured replies of a survey", false, 0,
     .options = &decode_option_table},
    {"check", command_check, "report what this host, kernel and NIC support, and what to change", true,
     PRIVILEGE_NET_RAW, .options = &check_option_table},
    {"bench", command_bench, "measure what this machine and its devices can do, in probes per second", true,
     PRIVILEGE_NET_ADMIN, .options = &bench_option_table},
    {"completion", command_completion, "print a script that completes these names in a shell", true, 0,
     .options = &completion_option_table},
    {0},
};

const struct command *command_find(const struct command *list, const char *name)
{
    for (; list->name; list++)
        if (strcmp(list->name, name) == 0)
            return list;
    return NULL;
}

void command_print_list(const struct command *list, FILE *out)
{
    for (; list->name; list++)
        fprintf(out, "  %-10s %s\n", list->name, list->help);
}
