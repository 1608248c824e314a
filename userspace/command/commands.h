// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommands; each takes its own argv (argv[0] is its name) and returns the exit code of the program. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/exit_code.h"
#include "base/options.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
    bool prints;    /* to stdout, whatever its options are; others open it where they need it */
    unsigned needs; /* enum privilege: cannot do its work without; 0: it reads and tells */
    const struct option_table *options; /* NULL where it has parts instead */
    const struct command *parts;        /* commands of its own, an entry without a name behind them */
};

/* All of them, in the order of --help; an entry without a name stands behind them. */
extern const struct command command_list[];

/* command_find() returns the entry with that name in such a list, or NULL. */
const struct command *command_find(const struct command *list, const char *name);

/* command_print_list() writes a line for each. */
void command_print_list(const struct command *list, FILE *out);

int command_survey(int argc, char **argv);
int command_ctl(int argc, char **argv);
int command_trace(int argc, char **argv);
int command_ping(int argc, char **argv);
int command_aliases(int argc, char **argv);
int command_caracal(int argc, char **argv);
int command_sim(int argc, char **argv);
int command_score(int argc, char **argv);
int command_convert(int argc, char **argv);
int command_interfaces(int argc, char **argv);
int command_links(int argc, char **argv);
int command_names(int argc, char **argv);
int command_report(int argc, char **argv);
int command_decode(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_check(int argc, char **argv);
int command_bench(int argc, char **argv);
int command_completion(int argc, char **argv);

extern const struct option_table ctl_option_table, trace_option_table, ping_option_table,
    aliases_option_table, caracal_option_table, score_option_table, convert_option_table,
    interfaces_option_table, links_option_table, names_option_table, report_option_table, decode_option_table,
    merge_option_table, check_option_table, bench_option_table, completion_option_table;
