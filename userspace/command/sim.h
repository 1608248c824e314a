// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommands of `hopwire sim`, one file each. */
#pragma once

#include "command/commands.h"

int command_sim_run(int argc, char **argv);
int command_sim_truth(int argc, char **argv);

extern const struct option_table sim_run_option_table, sim_truth_option_table;

/* Like `command_list`. */
extern const struct command sim_commands[];
