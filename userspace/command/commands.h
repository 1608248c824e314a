// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommands. Each gets its own argv (argv[0] is its name) and returns the exit code of the program. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "base/exit_code.h"
#include "base/options.h"

struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
    bool prints;    /* to stdout, whatever its options; other commands open stdout when they need it */
    unsigned needs; /* enum privilege: required for its work; 0: it only reads and prints */
    const struct option_table *options; /* NULL if it has parts instead */
    const struct command *parts;        /* subcommands; the last entry has no name */
};

/* All commands in the order of --help; the last entry has no name. */
extern const struct command command_list[];

/* command_find() returns the entry with that name in a list of commands, or NULL. */
const struct command *command_find(const struct command *list, const char *name);

/* command_print_list() prints one line per command. */
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
