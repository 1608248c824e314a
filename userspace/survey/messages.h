// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is said by base/log.h while a screen is on the terminal: kept in memory, shown on the screen, and said again once
 * the terminal is back. Of the main thread, whoever speaks. Private to userspace/survey/.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum {
    MESSAGES_KEPT = 1 << 20, /* bytes: what a survey of months may say */
};

struct messages {
    int fd; /* of the memory; -1: there is none, and all is said at once */
    bool held, cut;
};

/* messages_open() makes room, before a filter of system calls: 0 or a negative errno. messages_close() gives it back, once no
 * thread can speak any more. */
int messages_open(struct messages *messages);
void messages_close(struct messages *messages);

/* messages_hold() keeps what is said from now on. messages_release() says it all, and what comes later at once; right
 * where nothing is held, too. */
void messages_hold(struct messages *messages);
void messages_release(struct messages *messages);

/* messages_last() has the last whole lines that fit into `text`. Where more than MESSAGES_KEPT are held, what is earlier
 * goes, and messages_release() tells of that. */
void messages_last(struct messages *messages, char *text, size_t size);
