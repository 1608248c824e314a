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

static void print_usage(FILE *out)
{
    fprintf(out, "usage: hopwire COMMAND [OPTIONS]…\n\n");
    command_print_list(command_list, out);
    fprintf(out, "\n'hopwire COMMAND --help' lists the options of each.\n");
}

static int start(const struct command *command, int argc, char **argv)
{
    if (command->prints && command_needs_stdout(command->name))
        return EXIT_UNUSABLE;
    /* Privileges that were lent (setcap(8)) and are useless must not be used to read files that the caller
     * names. */
    bool useless = !command->needs || privilege_missing(command->needs);
    int error = useless && privilege_is_lent() ? privilege_drop(0) : 0;
    if (error) {
        log_error("%s: cannot give up privileges: %s", command->name, strerror(-error));
        return EXIT_FAILED;
    }
    return command->run(argc, argv);
}

/* Finds a command by the name that the program was started with, for example through a symbolic link. */
static const struct command *find_by_path(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL, *name = slash ? slash + 1 : path;

    return name && strcmp(name, "caracal") == 0 ? command_find(command_list, name) : NULL;
}

static int run(int argc, char **argv)
{
    const struct command *by_path = find_by_path(argv[0]);
    const struct command *command = argc > 1 ? command_find(command_list, argv[1]) : NULL;

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

/* If text could not be written, the command has failed. If the reader left early, nothing is reported: the
 * program ends as if SIGPIPE, which is ignored, had ended it. */
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
    /* If a reader is gone, each write reports it as an error. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* so does a write beyond the largest file size */
    log_route_libraries();
    return close_output(&output, argc > 1 ? argv[1] : "", run(argc, argv));
}
