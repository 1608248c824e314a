// SPDX-License-Identifier: GPL-2.0-or-later
/* The subcommands; each takes its own argv (argv[0] is its name) and returns the exit code of the program. */
#pragma once

#include "base/exit_code.h"

int command_survey(int argc, char **argv);
int command_ctl(int argc, char **argv);
int command_trace(int argc, char **argv);
int command_ping(int argc, char **argv);
int command_caracal(int argc, char **argv);
int command_sim(int argc, char **argv);
int command_score(int argc, char **argv);
int command_convert(int argc, char **argv);
int command_interfaces(int argc, char **argv);
int command_links(int argc, char **argv);
int command_report(int argc, char **argv);
int command_decode(int argc, char **argv);
int command_merge(int argc, char **argv);
int command_check(int argc, char **argv);
int command_bench(int argc, char **argv);
