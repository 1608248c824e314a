// SPDX-License-Identifier: GPL-2.0-or-later
#include "state/control_socket.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "state/control_address.h"
#include "table.h"

static char folder[64], path[128];
static unsigned commands;

/* Answers with what was asked, in brackets; "long" as long as may be. */
static size_t echo(void *context, const char *line, char *answer)
{
    (void)context;
    commands++;
    if (strcmp(line, "long") == 0)
        return (size_t)sprintf(answer, "%0*d", CONTROL_ANSWER_SIZE - 1, 7);
    return (size_t)sprintf(answer, "[%s]", line);
}

static struct control_socket *open_socket(void)
{
    struct control_socket *socket;
    struct error_text error;

    strcpy(folder, "/tmp/hopwire-test-XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/control", folder);
    cr_assert_eq(control_socket_open(&socket, path, &error), 0, "%s", error.text);
    commands = 0;
    return socket;
}

static void end(struct control_socket *socket)
{
    struct stat status;

    control_socket_close(socket, NULL);
    cr_expect(lstat(path, &status) && errno == ENOENT, "it is taken away");
    cr_expect_eq(rmdir(folder), 0);
}

static int dial(void)
{
    struct error_text error;
    int fd = control_address_connect(path, &error);

    cr_assert_geq(fd, 0, "%s", error.text);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return fd;
}

static void say(int fd, const char *text)
{
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* What there is to read now; "-": it is closed, "": nothing. */
static const char *hear(int fd)
{
    static char text[2 * CONTROL_ANSWER_SIZE];
    ssize_t n = read(fd, text, sizeof(text) - 1);

    if (n < 0)
        return errno == EAGAIN ? "" : "-";
    text[n] = '\0';
    return n ? text : "-";
}

static void expect(int fd, const char *expected)
{
    const char *heard = hear(fd);

    cr_expect_str_eq(heard, expected, "%s instead of %s", heard, expected);
}

Test(control_socket, answers_line_by_line)
{
    struct control_socket *socket = open_socket();
    struct pollfd readable = {.fd = control_socket_fd(socket), .events = POLLIN};
    struct stat status;

    cr_assert_eq(lstat(path, &status), 0);
    cr_expect_eq(status.st_mode & 07777, 0600);
    cr_expect_eq(poll(&readable, 1, 0), 0);
    int fd = dial();
    cr_expect_eq(poll(&readable, 1, 0), 1);
    control_socket_serve(socket, 0, echo, NULL);
    expect(fd, "");
    say(fd, "sta");
    control_socket_serve(socket, 0, echo, NULL);
    expect(fd, "");
    say(fd, "tus\r\nnext\n\n");
    for (unsigned i = 0; i < 3; i++)
        control_socket_serve(socket, 0, echo, NULL);
    expect(fd, "[status]\n[next]\n[]\n");
    say(fd, "last\n");
    shutdown(fd, SHUT_WR);
    control_socket_serve(socket, 0, echo, NULL);
    control_socket_serve(socket, 0, echo, NULL);
    expect(fd, "[last]\n");
    expect(fd, "-");
    close(fd);
    end(socket);
}

/* One line of a client a call, whatever it sends. */
Test(control_socket, nobody_takes_all_the_time)
{
    struct control_socket *socket = open_socket();
    int fd = dial();

    for (unsigned i = 0; i < 20; i++)
        say(fd, "x\nx\nx\nx\nx\n");
    for (unsigned i = 1; i <= 100; i++) {
        control_socket_serve(socket, 0, echo, NULL);
        cr_assert_eq(commands, i);
    }
    close(fd);
    end(socket);
}

Test(control_socket, what_is_no_command_ends_the_client)
{
    static const struct {
        const char *sent, *error;
    } cases[] = {
        {"\x1b[2J\n", "printable"},
        {"caf\xc3\xa9\n", "printable"},
        {"012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
         "9"
         "012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678"
         "9"
         "0123456789012345678901234567890123456789012345678901234567890123456789",
         "too long"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct control_socket *socket = open_socket();
        int fd = dial();

        say(fd, cases[i].sent);
        control_socket_serve(socket, 0, echo, NULL);
        const char *heard = hear(fd);
        cr_expect(strstr(heard, "\"ok\":false") && strstr(heard, cases[i].error), "%s", heard);
        control_socket_serve(socket, 0, echo, NULL);
        cr_expect_str_eq(hear(fd), "-");
        cr_expect_eq(commands, 0);
        close(fd);
        end(socket);
    }
}

/* A client that takes nothing holds up neither others nor the end, and is cut off. */
Test(control_socket, clients_that_take_nothing)
{
    struct control_socket *socket = open_socket();
    int deaf = dial();

    for (unsigned i = 0; i < 200; i++) {
        (void)!write(deaf, "long\n", 5);
        control_socket_serve(socket, i, echo, NULL);
    }
    cr_expect_lt(commands, 200, "it is not heard before it has taken what there is");
    int other = dial();
    say(other, "hello\n");
    control_socket_serve(socket, 1000, echo, NULL);
    expect(other, "[hello]\n");
    unsigned before = commands;
    control_socket_serve(socket, CONTROL_IDLE_NS - 1, echo, NULL);
    control_socket_serve(socket, CONTROL_IDLE_NS + 1000, echo, NULL);
    expect(other, "-");
    while (strcmp(hear(deaf), "-") != 0)
        continue;
    cr_expect_eq(commands, before);
    close(deaf);
    close(other);
    end(socket);
}

/* However many there are, the next one is heard: the one that was idle longest goes. */
Test(control_socket, there_is_always_room)
{
    struct control_socket *socket = open_socket();
    int fds[2 * CONTROL_CLIENTS];

    for (size_t i = 0; i < COUNT(fds); i++) {
        fds[i] = dial();
        say(fds[i], "a\n");
        control_socket_serve(socket, i, echo, NULL);
        expect(fds[i], "[a]\n");
    }
    for (size_t i = 0; i < COUNT(fds); i++) {
        cr_expect_str_eq(hear(fds[i]), i < COUNT(fds) - CONTROL_CLIENTS ? "-" : "", "%zu", i);
        close(fds[i]);
    }
    end(socket);
}

/* As a run that was killed leaves it. */
static void leave_stale(void)
{
    pid_t child = fork();

    if (child == 0) {
        struct error_text error;

        _exit(control_address_listen(path, 1, &error) < 0);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert_eq(status, 0);
}

Test(control_socket, replaces_what_a_killed_run_left_and_nothing_else)
{
    struct control_socket *socket = open_socket(), *second;
    struct error_text error;
    struct stat status;

    cr_expect_eq(control_socket_open(&second, path, &error), -EADDRINUSE);
    cr_expect_not_null(strstr(error.text, "another run listens"), "%s", error.text);
    control_socket_close(socket, NULL);
    leave_stale();
    cr_assert_eq(control_socket_open(&socket, path, &error), 0, "%s", error.text);
    close(dial());
    control_socket_close(socket, NULL);

    close(open(path, O_CREAT | O_WRONLY, 0600));
    cr_expect_eq(control_socket_open(&second, path, &error), -EEXIST);
    cr_expect_eq(lstat(path, &status), 0, "what is no socket stays");
    unlink(path);
    cr_assert_eq(symlink("elsewhere", path), 0);
    cr_expect_eq(control_socket_open(&second, path, &error), -EEXIST);
    unlink(path);
    rmdir(folder);
}

/* The path was taken away, and another run listens there. */
Test(control_socket, what_another_run_has_made_stays)
{
    struct control_socket *first = open_socket(), *second;
    struct error_text error;
    struct stat status;

    unlink(path);
    cr_assert_eq(control_socket_open(&second, path, &error), 0, "%s", error.text);
    control_socket_close(first, NULL);
    cr_expect_eq(lstat(path, &status), 0);
    end(second);
}

Test(control_socket, paths_that_are_none)
{
    char longest[200] = "/tmp/";
    struct control_socket *socket;
    struct error_text error;

    memset(longest + 5, 'x', sizeof(longest) - 6);
    cr_expect_eq(control_socket_open(&socket, longest, &error), -ENAMETOOLONG);
    cr_expect_eq(control_socket_open(&socket, "", &error), -ENAMETOOLONG);
    cr_expect_eq(control_socket_open(&socket, "/nowhere/at/all", &error), -ENOENT);
    cr_expect_lt(control_address_connect("/nowhere/at/all", &error), 0);
    cr_expect_not_null(strstr(error.text, "nobody listens"), "%s", error.text);
    control_socket_close(NULL, NULL);
    control_socket_serve(NULL, 0, echo, NULL);
}
