// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Messages of base/log.h while a screen is on the terminal. They are kept in memory, shown on the screen, and
 * printed when the terminal is free again. The main thread calls these functions; any thread may log. Private to
 * userspace/survey/.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    MESSAGES_KEPT = 1 << 20, /* bytes: enough for a survey of months */
};

struct messages {
    int fd; /* of the memory; -1: none, and messages are printed at once */
    bool held, cut;
};

/* messages_open() allocates the memory, before a filter of system calls is in force. Returns 0 or a negative
 * errno. messages_close() frees it, once no thread can log any more. */
int messages_open(struct messages *messages);
void messages_close(struct messages *messages);

/* messages_hold() keeps messages from now on. messages_release() prints all of them, and later ones are printed
 * at once. It may also be called where nothing is held. */
void messages_hold(struct messages *messages);
void messages_release(struct messages *messages);

/* messages_last() copies the last whole lines that fit into `text`. Where more than MESSAGES_KEPT bytes are
 * held, the earliest are dropped, and messages_release() prints that. */
void messages_last(struct messages *messages, char *text, size_t size);
