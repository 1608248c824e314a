// SPDX-License-Identifier: GPL-2.0-or-later
/* On a pseudo-terminal whose other end the test reads and types at. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "session/screen.h"
#include "table.h"

enum {
    SEEN_WITHIN_MS = 10000,
};

struct terminal {
    int person, program; /* the two ends */
    struct termios before;
    char seen[4096];
};

static void terminal_open(struct terminal *terminal)
{
    struct winsize size = {.ws_row = 30, .ws_col = 100};

    cr_assert_eq(openpty(&terminal->person, &terminal->program, NULL, NULL, &size), 0);
    fcntl(terminal->person, F_SETFL, O_NONBLOCK);
    tcgetattr(terminal->program, &terminal->before);
}

static const char *look(struct terminal *terminal)
{
    ssize_t length = read(terminal->person, terminal->seen, sizeof(terminal->seen) - 1);

    terminal->seen[length < 0 ? 0 : length] = '\0';
    return terminal->seen;
}

/* What was written is there some time later: a thread of the kernel carries it over. */
static void expect_seen(struct terminal *terminal, const char *expected)
{
    char seen[sizeof(terminal->seen)] = "";
    struct pollfd readable = {terminal->person, POLLIN, 0};

    while (strlen(seen) < strlen(expected) && poll(&readable, 1, SEEN_WITHIN_MS) > 0)
        strncat(seen, look(terminal), sizeof(seen) - strlen(seen) - 1);
    cr_expect_str_eq(seen, expected);
    cr_expect_str_eq(look(terminal), "", "nothing else");
}

static void type(struct terminal *terminal, const char *keys)
{
    cr_assert_eq(write(terminal->person, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static bool is_restored(const struct terminal *terminal)
{
    struct termios now;

    tcgetattr(terminal->program, &now);
    return now.c_lflag == terminal->before.c_lflag && now.c_cc[VMIN] == terminal->before.c_cc[VMIN];
}

Test(screen, takes_the_terminal_and_gives_it_back)
{
    struct terminal terminal;
    struct screen screen;
    struct termios now;

    terminal_open(&terminal);
    cr_assert_eq(screen_open(&screen, terminal.program, terminal.program), 0);
    expect_seen(&terminal, "\x18\x1b[?1049h\x1b[?25l\x1b[2J");
    tcgetattr(terminal.program, &now);
    cr_expect_eq(now.c_lflag & (ICANON | ECHO), 0);
    cr_expect(now.c_lflag & ISIG);
    cr_expect_eq(fcntl(terminal.program, F_GETFL) & O_NONBLOCK, 0, "the shell's descriptor is left alone");
    screen_close(&screen);
    expect_seen(&terminal, "\x18\x1b[?25h\x1b[?1049l");
    cr_expect(is_restored(&terminal));
    screen_close(&screen);
    cr_expect_str_eq(look(&terminal), "");
}

Test(screen, keys)
{
    static const struct {
        const char *typed;
        enum screen_key keys[4];
    } cases[] = {
        {"", {0}},
        {"q", {SCREEN_QUIT}},
        {"x", {0}},
        {"xr", {SCREEN_RESET}},
        {"pq", {SCREEN_PAUSE, SCREEN_QUIT}},
        {"jjk", {SCREEN_DOWN, SCREEN_DOWN, SCREEN_UP}},
        {"r\x1b[A", {SCREEN_RESET, SCREEN_UP}},
        {"\x1b", {0}},
        {"q", {SCREEN_QUIT}}, /* a letter of its own, behind Escape */
        {"\x1b[", {0}},       /* a slow line */
        {"6", {0}},
        {"~n", {SCREEN_PAGE_DOWN, SCREEN_NAMES}},
    };
    struct terminal terminal;
    struct screen screen;

    terminal_open(&terminal);
    cr_assert_eq(screen_open(&screen, terminal.program, terminal.program), 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct pollfd fd = {screen_fd(&screen), POLLIN, 0};

        type(&terminal, cases[i].typed);
        cr_expect_eq(poll(&fd, 1, 0), *cases[i].typed ? 1 : 0);
        for (unsigned n = 0; n < COUNT(cases[i].keys) && cases[i].keys[n]; n++)
            cr_expect_eq(screen_key(&screen), cases[i].keys[n], "case %zu, key %u", i, n);
        cr_expect_eq(screen_key(&screen), SCREEN_NO_KEY, "case %zu", i);
    }
    screen_close(&screen);
}

/* What never ends takes no room for ever. */
Test(screen, an_endless_sequence_is_given_up)
{
    struct terminal terminal;
    struct screen screen;
    enum screen_key key = SCREEN_NO_KEY;

    terminal_open(&terminal);
    cr_assert_eq(screen_open(&screen, terminal.program, terminal.program), 0);
    type(&terminal, "\x1b[");
    for (int i = 0; i < 300; i++)
        type(&terminal, "1");
    for (int i = 0; i < 20; i++)
        cr_expect_eq(screen_key(&screen), SCREEN_NO_KEY);
    type(&terminal, "~q");
    for (int i = 0; i < 3 && key != SCREEN_QUIT; i++)
        key = screen_key(&screen);
    cr_expect_eq(key, SCREEN_QUIT);
    screen_close(&screen);
}

Test(screen, the_terminal_goes_away)
{
    struct terminal terminal;
    struct screen screen;

    terminal_open(&terminal);
    cr_assert_eq(screen_open(&screen, terminal.program, terminal.program), 0);
    signal(SIGHUP, SIG_IGN);
    close(terminal.person);
    cr_expect_eq(screen_key(&screen), SCREEN_KEYS_ENDED);
    cr_expect_eq(screen_fd(&screen), -1);
    cr_expect_eq(screen_key(&screen), SCREEN_NO_KEY);
    screen_draw(&screen, "nobody sees it\n");
    screen_close(&screen);
}

/* As stderr is behind 2>/dev/tty: nobody can read keys there, but they were set to come without echo. */
Test(screen, keys_that_cannot_be_read_leave_the_terminal_as_it_was)
{
    struct terminal terminal;
    struct screen screen;

    terminal_open(&terminal);
    int written = open(ttyname(terminal.program), O_WRONLY | O_NOCTTY);
    cr_assert_geq(written, 0);
    cr_assert_eq(screen_open(&screen, written, terminal.program), 0);
    type(&terminal, "q");
    cr_expect_eq(screen_key(&screen), SCREEN_KEYS_ENDED);
    screen_close(&screen);
    cr_expect(is_restored(&terminal));
    close(written);
}

Test(screen, keys_of_what_is_no_terminal)
{
    struct terminal terminal;
    struct screen screen;
    int null = open("/dev/null", O_RDONLY);

    terminal_open(&terminal);
    cr_assert_eq(screen_open(&screen, null, terminal.program), 0);
    cr_expect_eq(screen_fd(&screen), -1);
    cr_expect_eq(screen_key(&screen), SCREEN_NO_KEY);
    screen_close(&screen);
    cr_expect_eq(screen_open(&screen, terminal.program, null), -ENOTTY);
    screen_close(&screen);
}

Test(screen, pictures)
{
    static const struct {
        const char *text;
        unsigned rows;
        const char *picture;
    } cases[] = {
        {"", 24, "\x18\x1b[H\x1b[J"},
        {"a\n", 24, "\x18\x1b[H\x1b[Ka\x1b[J"},
        {"a\n\nbc\n", 24, "\x18\x1b[H\x1b[Ka\r\n\x1b[K\r\n\x1b[Kbc\x1b[J"},
        {"a\nb\nc\n", 2, "\x18\x1b[H\x1b[Ka\r\n\x1b[Kb\x1b[J"},
        {"a", 1, "\x18\x1b[H\x1b[Ka\x1b[J"},
        {"a", 0, "\x18\x1b[H\x1b[J"},
        {"\x1b[2J\xc2\x9b\n", 24, "\x18\x1b[H\x1b[K\\x1b[2J\\xc2\\x9b\x1b[J"}, /* text from elsewhere */
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *picture = screen_picture(cases[i].text, cases[i].rows);

        cr_expect_str_eq(picture, cases[i].picture, "case %zu", i);
        free(picture);
    }
}

Test(screen, follows_the_size)
{
    struct terminal terminal;
    struct screen screen;
    struct screen_size size;

    terminal_open(&terminal);
    cr_assert_eq(screen_open(&screen, terminal.program, terminal.program), 0);
    size = screen_size(&screen);
    cr_expect(size.rows == 30 && size.columns == 100);
    ioctl(terminal.person, TIOCSWINSZ, &(struct winsize){.ws_row = 2, .ws_col = 7});
    size = screen_size(&screen);
    cr_expect(size.rows == 2 && size.columns == 7);
    expect_seen(&terminal, "\x18\x1b[?1049h\x1b[?25l\x1b[2J");
    screen_draw(&screen, "a\nb\nc\n");
    /* One carriage return is the terminal's own, which turns "\n" into "\r\n". */
    expect_seen(&terminal, "\x18\x1b[H\x1b[Ka\r\r\n\x1b[Kb\x1b[J");
    ioctl(terminal.person, TIOCSWINSZ, &(struct winsize){0});
    size = screen_size(&screen);
    cr_expect(size.rows == 24 && size.columns == 80);
    screen_close(&screen);
}

/* The person looks away: the terminal takes no more, and nothing waits for it. */
Test(screen, never_blocks, .timeout = 60)
{
    struct terminal terminal;
    struct screen screen;

    terminal_open(&terminal);
    cr_assert_eq(screen_open(&screen, terminal.program, terminal.program), 0);
    for (unsigned i = 0; i < 10000; i++)
        screen_draw(&screen, "one line\nand another one that is longer\n");
    screen_close(&screen);
    cr_expect(is_restored(&terminal));
}

Test(screen, stops_and_goes_on, .timeout = 60)
{
    struct terminal terminal;
    int status;

    terminal_open(&terminal);
    pid_t child = fork();
    if (child == 0) {
        struct screen screen;

        if (screen_open(&screen, terminal.program, terminal.program))
            _exit(1);
        screen_suspend(&screen);
        screen_close(&screen);
        _exit(0);
    }
    cr_assert_eq(waitpid(child, &status, WUNTRACED), child);
    cr_assert(WIFSTOPPED(status));
    cr_expect(is_restored(&terminal));
    expect_seen(&terminal, "\x18\x1b[?1049h\x1b[?25l\x1b[2J\x18\x1b[?25h\x1b[?1049l");
    kill(child, SIGCONT);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    expect_seen(&terminal, "\x18\x1b[?1049h\x1b[?25l\x1b[2J\x18\x1b[?25h\x1b[?1049l");
    cr_expect(is_restored(&terminal));
}

/* A child has the terminal, and a grandchild that is not in the foreground draws. */
static void draw_in_the_background(struct terminal *terminal)
{
    struct screen screen;

    setsid();
    ioctl(terminal->program, TIOCSCTTY, 0);
    tcsetpgrp(terminal->program, getpgrp());
    if (fork() == 0) {
        setpgid(0, 0);
        if (screen_open(&screen, terminal->program, terminal->program) || screen_is_ours(&screen))
            _exit(1);
        screen_draw(&screen, "nobody asked for it\n");
        if (screen_key(&screen) != SCREEN_NO_KEY)
            _exit(2);
        screen_close(&screen);
        _exit(0);
    }
    int status;

    /* What a program of the background does to its terminal would stop it. */
    waitpid(-1, &status, WUNTRACED);
    if (!WIFEXITED(status) || WEXITSTATUS(status))
        _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 3);
    /* With its session this terminal ends, too. */
    _exit(!is_restored(terminal) || *look(terminal) ? 4 : 0);
}

Test(screen, leaves_the_terminal_alone_in_the_background, .timeout = 60)
{
    struct terminal terminal;
    int status;

    terminal_open(&terminal);
    terminal.before.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(terminal.program, TCSANOW, &terminal.before);
    type(&terminal, "q\n");
    pid_t child = fork();
    if (child == 0)
        draw_in_the_background(&terminal);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%#x", status);
}

Test(screen, is_prepared_before_it_is_shown)
{
    struct terminal terminal;
    struct screen screen;

    terminal_open(&terminal);
    cr_assert_eq(screen_prepare(&screen, terminal.program, terminal.program), 0);
    cr_expect_str_eq(look(&terminal), "");
    cr_expect(is_restored(&terminal));
    screen_draw(&screen, "too early\n");
    cr_expect_str_eq(look(&terminal), "");
    screen_show(&screen);
    expect_seen(&terminal, "\x18\x1b[?1049h\x1b[?25l\x1b[2J");
    screen_close(&screen);
    expect_seen(&terminal, "\x18\x1b[?25h\x1b[?1049l");
}
