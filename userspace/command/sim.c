// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire sim: calls its subcommands. */
#include "command/sim.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"

const struct command sim_commands[] = {
    {"run", command_sim_run, "runs any program on a host in the simulated Internet",
     .options = &sim_run_option_table},
    {"truth", command_sim_truth, "prints what is true there: routes, interfaces and links of given targets",
     .options = &sim_truth_option_table},
    {0},
};

static void print_usage(FILE *out)
{
    fprintf(out, "usage: hopwire sim COMMAND [OPTIONS]…\n\n");
    command_print_list(sim_commands, out);
    fprintf(out,
            "\n'hopwire sim COMMAND --help' lists the options of each, including those of the simulator.\n");
}

int command_sim(int argc, char **argv)
{
    const struct command *command = argc > 1 ? command_find(sim_commands, argv[1]) : NULL;

    if (command)
        return command->run(argc - 1, argv + 1);
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_UNUSABLE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    log_error("sim: there is no command '%s' (see 'hopwire sim --help')", argv[1]);
    return EXIT_UNUSABLE;
}
