// SPDX-License-Identifier: GPL-2.0-or-later
/* hopwire ctl: sends commands to a running survey, through its control socket. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/options.h"
#include "command/commands.h"
#include "session/refuse.h"
#include "state/control_address.h"
#include "state/control_socket.h"

static bool commands(size_t position, struct choice *out)
{
    static const struct choice list[] = {
        {.name = "status", .help = "what it has done so far, as JSON"},
        {.name = "pause", .help = "send nothing until 'resume'; replies are still received"},
        {.name = "resume", .help = "go on, without catching up"},
        {.name = "rate PPS", .help = "probes per second from now on: 100k, 2.5M, max"},
        {.name = "blocklist reload", .help = "read --blocklist again, as SIGHUP does"},
        {.name = "stop", .help = "wait for late replies and end, as SIGTERM does"},
    };

    if (position >= sizeof(list) / sizeof(list[0]))
        return false;
    *out = list[position];
    return true;
}

static const struct option_spec specs[] = {{0}};

const struct option_table ctl_option_table = {
    .command = "ctl",
    .operands = "PATH COMMAND",
    .summary = "Sends a command to a survey that was started with --control PATH, and prints its answer.",
    .choices = commands,
    .specs = specs,
};

/* Joins the words with blanks and a newline; returns false if there are none or too many. */
static bool make_line(char **words, char line[CONTROL_LINE_SIZE])
{
    size_t length = 0;

    for (; *words; words++) {
        int n = snprintf(line + length, CONTROL_LINE_SIZE - length, "%s%c", *words, words[1] ? ' ' : '\n');

        if (n < 0 || length + (size_t)n >= CONTROL_LINE_SIZE)
            return false;
        length += (size_t)n;
    }
    return length && strchr(line, '\n') == line + length - 1;
}

static int say(int fd, const char *line)
{
    for (size_t left = strlen(line); left;) {
        ssize_t n = send(fd, line, left, MSG_NOSIGNAL);

        if (n < 0)
            return -errno;
        line += n;
        left -= (size_t)n;
    }
    return 0;
}

/* Reads an answer up to its newline, which is removed. */
static int hear(int fd, char answer[CONTROL_ANSWER_SIZE])
{
    for (size_t length = 0; length < CONTROL_ANSWER_SIZE - 1;) {
        ssize_t n = recv(fd, answer + length, CONTROL_ANSWER_SIZE - 1 - length, 0);

        if (n <= 0)
            return n ? -errno : -ECONNRESET;
        length += (size_t)n;
        answer[length] = '\0';
        if (answer[length - 1] == '\n') {
            answer[length - 1] = '\0';
            return 0;
        }
    }
    return -EPROTO;
}

static int show(const char *answer)
{
    json_t *object = json_loads(answer, 0, NULL);
    const char *why = json_string_value(json_object_get(object, "error"));
    bool ok = json_is_true(json_object_get(object, "ok"));

    if (ok)
        printf("%s\n", answer);
    else
        log_error("ctl: %s", why ? why : "the answer cannot be understood");
    json_decref(object);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

static int ask(const char *path, const char *line)
{
    char answer[CONTROL_ANSWER_SIZE];
    struct error_text error;
    int fd = control_address_connect(path, &error);

    if (fd < 0) {
        log_error("ctl: %s", error.text);
        return EXIT_FAILED;
    }
    int code = say(fd, line);
    if (!code)
        code = hear(fd, answer);
    close(fd);
    if (!code)
        return show(answer);
    log_error("ctl: %s: no answer: %s", path, code == -EAGAIN ? "it did not come in time" : strerror(-code));
    return EXIT_FAILED;
}

int command_ctl(int argc, char **argv)
{
    char line[CONTROL_LINE_SIZE];
    int operands = options_parse(&ctl_option_table, argc, argv, NULL);

    if (operands < 0)
        return operands == OPTIONS_HELP ? EXIT_DONE : EXIT_UNUSABLE;
    if (argc - operands < 2 || !make_line(argv + operands + 1, line))
        return command_refuse("ctl", "give the path of --control and a command (see 'hopwire ctl --help')");
    return ask(argv[operands], line);
}
