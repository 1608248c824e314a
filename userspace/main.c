// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/standard.h"
#include "base/version.h"
#include "command/commands.h"
#include "host/privilege.h"
#include "session/refuse.h"

static const struct command {
    const char *name;
    int (*run)(int argc, char **argv);
    const char *help;
    bool prints;    /* to stdout, whatever its options are; others open it where they need it */
    unsigned needs; /* enum privilege: cannot do its work without; 0: it reads and tells */
} commands[] = {
    {"survey", command_survey, "probe many targets and TTLs, write the replies", false, PRIVILEGE_NET_ADMIN},
    {"ctl", command_ctl, "tell a survey that runs what to do", true, 0},
    {"trace", command_trace, "the path to a host, or to many", true, PRIVILEGE_NET_RAW},
    {"ping", command_ping, "whether hosts are there, and how far away", true, PRIVILEGE_NET_RAW},
    {"caracal", command_caracal, "probes of another program on stdin, replies on stdout, as caracal does",
     true, PRIVILEGE_NET_RAW},
    {"sim", command_sim, "the simulated Internet: run programs in it, tell what is true there", false,
     PRIVILEGE_NET_ADMIN},
    {"score", command_score, "compare results with the truth", true, 0},
    {"interfaces", command_interfaces, "the interfaces in results, with what is known of each", true, 0},
    {"links", command_links, "the links in results, likewise, or an ITDK", true, 0},
    {"report", command_report, "what results say, as a page with figures", false, 0},
    {"convert", command_convert, "write results in another format", false, 0},
    {"merge", command_merge, "make one survey of its shards", false, 0},
    {"decode", command_decode, "decode captured replies of a survey", false, 0},
    {"check", command_check, "what this host, kernel and NIC support, and what to change", true,
     PRIVILEGE_NET_RAW},
    {"bench", command_bench, "what this machine and its devices can do, in probes per second", true,
     PRIVILEGE_NET_ADMIN},
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

static int start(const struct command *command, int argc, char **argv)
{
    if (command->prints && command_needs_stdout(command->name))
        return EXIT_UNUSABLE;
    /* What was lent (setcap(8)) and is of no use is not for reading what the caller names. */
    bool useless = !command->needs || privilege_missing(command->needs);
    int error = useless && privilege_is_lent() ? privilege_drop(0) : 0;
    if (error) {
        log_error("%s: cannot give up privileges: %s", command->name, strerror(-error));
        return EXIT_FAILED;
    }
    return command->run(argc, argv);
}

/* By another name, as one that other programs start: of a link, say. */
static const struct command *find_by_path(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL, *name = slash ? slash + 1 : path;

    return name && strcmp(name, "caracal") == 0 ? find(name) : NULL;
}

static int run(int argc, char **argv)
{
    const struct command *by_path = find_by_path(argv[0]);
    const struct command *command = argc > 1 ? find(argv[1]) : NULL;

    if (by_path)
        return start(by_path, argc, argv);
    if (command)
        return start(command, argc - 1, argv + 1);
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

/* Text that did not come out makes a failure of what was done. A reader who has seen enough is told nothing:
 * it ends as if SIGPIPE, which is ignored, had ended it. */
static int close_output(struct standard_output *output, const char *name, int result)
{
    int error = standard_output_close(output);

    if (!error || (result != EXIT_DONE && result != EXIT_FAILED))
        return result;
    if (error == -EPIPE)
        return EXIT_SIGNAL + SIGPIPE;
    log_error("%s: cannot write to stdout: %s", name, strerror(-error));
    return error == -EBADF ? EXIT_UNUSABLE : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct standard_output output;
    int error = standard_reserve();

    if (!error)
        error = standard_output_open(&output);
    if (error) {
        log_error("cannot open stdout: %s", strerror(-error));
        return EXIT_FAILED;
    }
    /* A reader that went away is an error of writing, wherever that happens. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error of writing, too */
    log_route_libraries();
    return close_output(&output, argc > 1 ? argv[1] : "", run(argc, argv));
}
