// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire sim: hands over to its subcommands. */
#include "command/sim.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "command/commands.h"

static const struct {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} subcommands[] = {
    {"run", command_sim_run, "runs any program on a host in the simulated Internet"},
    {"truth", command_sim_truth, "tells what is true there: routes, interfaces and links of given targets"},
};

enum { SUBCOMMANDS = sizeof(subcommands) / sizeof(subcommands[0]) };

static void print_usage(FILE *out)
{
    fprintf(out, "usage: hopwire sim COMMAND [OPTIONS]…\n\n");
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        fprintf(out, "  %-10s %s\n", subcommands[i].name, subcommands[i].help);
    fprintf(out,
            "\n'hopwire sim COMMAND --help' tells the options of each, those of the simulator among them.\n");
}

int command_sim(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return EXIT_UNUSABLE;
    }
    for (size_t i = 0; i < SUBCOMMANDS; i++)
        if (strcmp(subcommands[i].name, argv[1]) == 0)
            return subcommands[i].run(argc - 1, argv + 1);
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    log_error("sim: there is no command '%s' (see 'hopwire sim --help')", argv[1]);
    return EXIT_UNUSABLE;
}
