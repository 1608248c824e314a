// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A terminal that is redrawn repeatedly, and its keys. It uses plain ANSI escapes (ECMA-48, and xterm's
 * second screen), which every terminal of the last decades supports.
 *
 *   screen_prepare()     all that a filter of system calls would prevent later
 *     screen_show()      second screen, cursor hidden, keys without Enter   <---+
 *       screen_draw(), screen_key(), screen_size()                              |  screen_suspend(): ^Z and back
 *   screen_close()       everything as before                               >---+
 *
 * Nothing here blocks: if the terminal accepts no more output, because of ^S or a slow line, a picture is
 * lost and probing continues. Signals end the program through its loop, which closes the screen: so a program
 * that opens a screen must block, and wait for, all signals that end it. ^\ sends no signal meanwhile: it is
 * a key without a meaning.
 *
 * While the program is in the background, it leaves the terminal alone: a background program that writes to
 * the terminal or changes it is stopped, or spoils what others draw. The picture comes back with the next
 * screen_draw() in the foreground.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <termios.h>

#include "session/keys.h"

struct screen {
    int in, out;   /* out: the terminal opened a second time, so that O_NONBLOCK affects no other process */
    bool has_keys; /* stdin is our terminal */
    bool is_raw;   /* keys come without Enter; must be undone, even after SCREEN_KEYS_ENDED */
    bool wanted;   /* to be shown whenever possible */
    bool shown;
    pid_t group;    /* our process group */
    char typed[64]; /* typed, but not parsed yet */
    size_t typed_length;
    struct termios before; /* of stdin */
};

struct screen_size {
    unsigned rows, columns;
};

/* screen_prepare() prepares to take over the terminal `out`, and the keys of `in` if that is a terminal too.
 * Returns 0, -ENOTTY if `out` is no terminal, or another negative errno. screen_show() takes the terminal
 * over. screen_open() does both. */
int screen_prepare(struct screen *screen, int in, int out);
void screen_show(struct screen *screen);
int screen_open(struct screen *screen, int in, int out);

/* screen_is_ours() returns whether this program is in the foreground, or there is no job control. */
bool screen_is_ours(const struct screen *screen);

/* screen_fd() returns the descriptor to poll for POLLIN; -1, which poll(2) ignores, if there are no keys. */
int screen_fd(const struct screen *screen);

/* screen_key() returns the next typed key that has a meaning, without waiting; SCREEN_NO_KEY if there is
 * none. Call it until then, because poll(2) does not report keys that were read already. */
enum screen_key screen_key(struct screen *screen);

/* screen_size() returns the current size; call it for each picture or at SIGWINCH. It returns 24 by 80 if the
 * size is unknown. */
struct screen_size screen_size(const struct screen *screen);

/* screen_draw() replaces the picture by `text`, whose lines end in a newline; lines below the last row are
 * cut off. */
void screen_draw(struct screen *screen, const char *text);

/* screen_picture() returns what screen_draw() writes: `text` for `rows` rows, with escapes. The caller frees
 * it; NULL when memory is short. */
char *screen_picture(const char *text, unsigned rows);

/* screen_suspend() handles SIGTSTP: it restores the terminal, stops the process as the signal would, and
 * takes the terminal over again when the shell continues the process. */
void screen_suspend(struct screen *screen);

/* screen_close() restores the terminal. May also be called after a failed screen_prepare(). */
void screen_close(struct screen *screen);
