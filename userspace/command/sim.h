// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommands of `hopwire sim`, a file each. */
#pragma once

int command_sim_run(int argc, char **argv);
int command_sim_truth(int argc, char **argv);
