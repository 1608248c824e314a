// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/version.h"
#include "command/commands.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
} commands[] = {
    {"survey", command_survey, "probe many targets and TTLs, write the replies"},
    {"trace", command_trace, "the path to a host, or to many"},
    {"ping", command_ping, "whether hosts are there, and how far away"},
    {"sim", command_sim, "the simulated Internet: run programs in it, tell what is true there"},
    {"score", command_score, "compare results with the truth"},
    {"decode", command_decode, "decode captured replies of a survey"},
    {"check", command_check, "what this host, kernel and NIC support, and what to change"},
    {"bench", command_bench, "what this machine and its devices can do, in probes a second"},
};

static const struct command *find(const char *name)
{
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static void print_usage(FILE *out)
{
    fprintf(out, "usage: hopwire COMMAND [OPTIONS]…\n\n");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].help);
    fprintf(out, "\n'hopwire COMMAND --help' tells the options of each.\n");
}

int main(int argc, char **argv)
{
    const struct command *command = argc > 1 ? find(argv[1]) : NULL;

    log_route_libraries();
    if (command)
        return command->run(argc - 1, argv + 1);
    if (argc > 1 && (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "version") == 0)) {
        printf("hopwire %s\n", hopwire_version());
        return EXIT_DONE;
    }
    if (argc > 1 &&
        (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0)) {
        print_usage(stdout);
        return EXIT_DONE;
    }
    if (argc > 1)
        log_error("there is no command '%s' (see 'hopwire --help')", argv[1]);
    else
        print_usage(stderr);
    return EXIT_UNUSABLE;
}
