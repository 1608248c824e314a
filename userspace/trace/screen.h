// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A terminal that is drawn on again and again, and its keys. Plain ANSI escapes (ECMA-48, and xterm's second
 * screen), which every terminal of the last decades understands.
 *
 *   screen_open()    second screen, cursor hidden, keys without Enter   <---+
 *       screen_draw(), screen_key(), screen_size()                          |  screen_suspend(): ^Z and back
 *   screen_close()   everything as before                               >---+
 *
 * Nothing here blocks: a terminal that takes no more, ^S pressed or a slow line, loses a picture, and probes
 * go on. Signals end the program through its loop, which closes the screen; so whoever opens one must block
 * and await all of those that end it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <termios.h>

#include "trace/keys.h"

struct screen {
    int in, out;   /* out: the terminal opened once more, so that O_NONBLOCK is no one else's matter */
    bool has_keys; /* stdin is a terminal that is ours */
    bool shown;
    char typed[64]; /* and not looked at yet */
    size_t typed_length;
    struct termios before; /* of stdin */
};

struct screen_size {
    unsigned rows, columns;
};

/* screen_open() takes over the terminal behind `out`, and the keys of `in` where that is a terminal too. 0,
 * -ENOTTY where `out` is none, or another negative errno; then nothing has changed. */
int screen_open(struct screen *screen, int in, int out);

/* screen_fd() is to be polled for POLLIN; -1, which poll(2) passes over, where there are no keys. */
int screen_fd(const struct screen *screen);

/* screen_key() takes the next key that was typed and means something, without waiting; SCREEN_NO_KEY where
 * there is none. To be called until then: poll(2) does not know of what has been read. */
enum screen_key screen_key(struct screen *screen);

/* screen_size() is the size now, to be asked for at each picture or at SIGWINCH; 24
 * by 80 where nobody knows. */
struct screen_size screen_size(const struct screen *screen);

/* screen_draw() shows `text`, lines that end in a newline, in the place of what was there; lines below the
 * last row are cut off. */
void screen_draw(struct screen *screen, const char *text);

/* screen_picture() is what screen_draw() writes: `text` for `rows` rows as escapes, for free(); NULL when
 * memory is short. */
char *screen_picture(const char *text, unsigned rows);

/* screen_suspend() is for SIGTSTP: gives the terminal back, stops the process as the signal would, and takes
 * it over again when the shell lets the process go on. */
void screen_suspend(struct screen *screen);

/* screen_close() restores the terminal; right after a failed screen_open() too. */
void screen_close(struct screen *screen);
