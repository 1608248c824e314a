// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A terminal that is drawn on again and again, and its keys. Plain ANSI escapes (ECMA-48, and xterm's second
 * screen), which every terminal of the last decades understands.
 *
 *   screen_prepare()     what cannot be had later, behind a filter of system calls
 *     screen_show()      second screen, cursor hidden, keys without Enter   <---+
 *       screen_draw(), screen_key(), screen_size()                              |  screen_suspend(): ^Z and back
 *   screen_close()       everything as before                               >---+
 *
 * Nothing here blocks: a terminal that takes no more, ^S pressed or a slow line, loses a picture, and probes
 * go on. Signals end the program through its loop, which closes the screen; so whoever opens one must block
 * and await all of those that end it. ^\ is none of them: it is a key without a meaning meanwhile.
 *
 * While the shell has the program in the background, the terminal is left alone: who writes to it or changes it then
 * is stopped, or spoils what others draw. The picture comes back with the next screen_draw() in the foreground.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include "session/keys.h"

struct screen {
    int in, out;   /* out: the terminal opened once more, so that O_NONBLOCK is no one else's matter */
    bool has_keys; /* stdin is a terminal that is ours */
    bool is_raw;   /* and keys come without Enter: to be undone, also where they have ended */
    bool wanted;   /* shown as far as it can be */
    bool shown;
    pid_t group;    /* ours */
    char typed[64]; /* and not looked at yet */
    size_t typed_length;
    struct termios before; /* of stdin */
};

struct screen_size {
    unsigned rows, columns;
};

/* screen_prepare() makes ready to take over the terminal behind `out`, and the keys of `in` where that is a terminal
 * too. 0, -ENOTTY where `out` is none, or another negative errno. screen_show() takes them over. screen_open() does both. */
int screen_prepare(struct screen *screen, int in, int out);
void screen_show(struct screen *screen);
int screen_open(struct screen *screen, int in, int out);

/* screen_is_ours() says whether the shell has this program in the foreground, or there is no shell that would say. */
bool screen_is_ours(const struct screen *screen);

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

/* screen_close() restores the terminal; right after a failed screen_prepare() too. */
void screen_close(struct screen *screen);
