// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/printable.h"

/* CAN ends an escape sequence that an earlier, partial write may have left open. */
#define CANCEL "\x18"
#define ENTER  CANCEL "\x1b[?1049h\x1b[?25l\x1b[2J"
#define LEAVE  CANCEL "\x1b[?25h\x1b[?1049l"
#define HOME   CANCEL "\x1b[H"
#define EOL    "\x1b[K"
#define REST   "\x1b[J"

enum {
    TTY_NAME_SIZE = 64,
    RESTORE_WAIT_MS = 500, /* how long screen_close() waits for a terminal that accepts no output */
};

/* Text that does not fit is lost. That spoils one picture; the next one is complete. */
static void write_what_fits(const struct screen *screen, const char *text)
{
    if (write(screen->out, text, strlen(text)) < 0)
        return;
}

static void take_keys(struct screen *screen)
{
    struct termios raw = screen->before;

    if (!screen->has_keys)
        return;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO); /* ISIG stays set: ^C and ^Z send signals as usual */
    raw.c_cc[VQUIT] = _POSIX_VDISABLE;
    raw.c_cc[VMIN] = 1; /* so that 0 bytes mean that the terminal is gone */
    raw.c_cc[VTIME] = 0;
    screen->is_raw = tcsetattr(screen->in, TCSANOW, &raw) == 0;
}

bool screen_is_ours(const struct screen *screen)
{
    pid_t foreground = tcgetpgrp(screen->out);

    return foreground < 0 || foreground == screen->group;
}

static void enter(struct screen *screen)
{
    if (!screen->wanted || screen->shown || !screen_is_ours(screen))
        return;
    take_keys(screen);
    write_what_fits(screen, ENTER);
    screen->shown = true;
}

static void leave(struct screen *screen)
{
    struct pollfd writable = {screen->out, POLLOUT, 0};

    if (!screen->shown)
        return;
    screen->shown = false;
    if (!screen_is_ours(screen))
        return; /* the shell has restored it */
    poll(&writable, 1, RESTORE_WAIT_MS);
    write_what_fits(screen, LEAVE);
    if (screen->is_raw)
        tcsetattr(screen->in, TCSANOW, &screen->before);
    screen->is_raw = false;
}

int screen_prepare(struct screen *screen, int in, int out)
{
    char name[TTY_NAME_SIZE];

    *screen = (struct screen){.in = in, .out = -1, .group = getpgrp()};
    int error = ttyname_r(out, name, sizeof(name));
    if (error)
        return error == ERANGE ? -ENOTTY : -error;
    screen->out = open(name, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (screen->out < 0)
        return -errno;
    screen->has_keys = isatty(in) && tcgetattr(in, &screen->before) == 0;
    return 0;
}

void screen_show(struct screen *screen)
{
    screen->wanted = true;
    enter(screen);
}

int screen_open(struct screen *screen, int in, int out)
{
    int error = screen_prepare(screen, in, out);

    if (!error)
        screen_show(screen);
    return error;
}

int screen_fd(const struct screen *screen)
{
    return screen->has_keys ? screen->in : -1;
}

static enum screen_key take_key(struct screen *screen)
{
    enum screen_key key = SCREEN_NO_KEY;
    size_t taken = 0, length;

    while (key == SCREEN_NO_KEY &&
           (length = keys_next(screen->typed + taken, screen->typed_length - taken, &key)))
        taken += length;
    screen->typed_length -= taken;
    memmove(screen->typed, screen->typed + taken, screen->typed_length);
    return key;
}

/* Reads after the start of an unfinished sequence. A sequence that fills the buffer is dropped. */
static enum screen_key read_keys(struct screen *screen)
{
    struct pollfd readable = {screen_fd(screen), POLLIN, 0};

    if (!screen->shown || poll(&readable, 1, 0) <= 0 || !screen_is_ours(screen))
        return SCREEN_NO_KEY;
    if (screen->typed_length == sizeof(screen->typed))
        screen->typed_length = 0;
    ssize_t length =
        read(screen->in, screen->typed + screen->typed_length, sizeof(screen->typed) - screen->typed_length);
    if (length > 0) {
        screen->typed_length += (size_t)length;
        return take_key(screen);
    }
    if (length < 0 && (errno == EINTR || errno == EAGAIN))
        return SCREEN_NO_KEY;
    screen->has_keys = false;
    return SCREEN_KEYS_ENDED;
}

enum screen_key screen_key(struct screen *screen)
{
    enum screen_key key = take_key(screen);

    return key == SCREEN_NO_KEY ? read_keys(screen) : key;
}

struct screen_size screen_size(const struct screen *screen)
{
    struct winsize size;

    if (ioctl(screen->out, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
        return (struct screen_size){24, 80};
    return (struct screen_size){size.ws_row, size.ws_col};
}

/* A newline after the last row would scroll. */
static void draw_rows(const char *text, unsigned rows, FILE *out)
{
    fputs(HOME, out);
    for (unsigned row = 0; row < rows && *text; row++) {
        int length = (int)strcspn(text, "\n");

        /* Erased before the text, not after: after a full line, the cursor is still on its last character. */
        fprintf(out, "%s" EOL "%.*s", row ? "\r\n" : "", length, text);
        text += length;
        text += *text == '\n';
    }
    fputs(REST, out);
}

char *screen_picture(const char *text, unsigned rows)
{
    size_t length = strlen(text), size;
    char *printable = malloc(PRINTABLE_GROWTH * length + 1), *picture = NULL;
    FILE *out = printable ? open_memstream(&picture, &size) : NULL;

    if (out) {
        printable[printable_put(printable, text, length, true)] = '\0';
        draw_rows(printable, rows, out);
        if (fclose(out)) {
            free(picture);
            picture = NULL;
        }
    }
    free(printable);
    return picture;
}

void screen_draw(struct screen *screen, const char *text)
{
    enter(screen);
    if (!screen->shown || !screen_is_ours(screen))
        return;
    char *picture = screen_picture(text, screen_size(screen).rows);

    if (picture)
        write_what_fits(screen, picture);
    free(picture);
}

void screen_suspend(struct screen *screen)
{
    leave(screen);
    kill(getpid(), SIGSTOP);
    enter(screen);
}

void screen_close(struct screen *screen)
{
    screen->wanted = false;
    leave(screen);
    if (screen->out >= 0)
        close(screen->out);
    screen->out = -1;
}
