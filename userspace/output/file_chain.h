// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are written one after the other. The thread that writes them waits for no disk; another one, which may,
 * has them made durable:
 *
 *   writer ── file_chain_turn() ──> the present file, and ended ones ── file_chain_sync() ──> disk
 *
 * An ended file stays open until it is on the disk, where that was asked for; whoever syncs does so early where the chain
 * is long.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

enum {
    /* Of a process that may have 1,024 descriptors, and four chains. */
    FILE_CHAIN_ENDED = 128,
    /* Of these. More, and a slow disk leaves less than a second before the writer waits; fewer, and small files are synced
     * one by one. */
    FILE_CHAIN_LONG = 32,
};

struct file_chain {
    pthread_mutex_t lock;
    bool lasting; /* somebody syncs now and then; else ended files are closed at once. Set before the first */
    int present;  /* -1: none was turned to yet */
    int ended[FILE_CHAIN_ENDED];
    unsigned count;
};

#define FILE_CHAIN_NONE ((struct file_chain){.lock = PTHREAD_MUTEX_INITIALIZER, .present = -1})

/* file_chain_turn() ends the present file; `fd`, which it takes over, is the present one from now on. Where too many
 * were ended, it has them made durable itself, and waits. 0 or a negative errno of that. */
int file_chain_turn(struct file_chain *self, int fd);

/* file_chain_is_long() says whether somebody should sync. Safe beside the others. */
bool file_chain_is_long(struct file_chain *self);

/* file_chain_sync() has all of them on the disk, as far as they were written when it was called. 0, or the negative
 * errno of the first that failed: what is in it may be lost. */
int file_chain_sync(struct file_chain *self);

/* file_chain_close() closes what is open, and waits for nothing. */
void file_chain_close(struct file_chain *self);
