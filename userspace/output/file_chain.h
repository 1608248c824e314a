// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are written one after the other. The thread that writes them must not wait for the disk; another
 * thread, which may wait, syncs them:
 *
 *   writer ── file_chain_turn() ──> the present file, and ended ones ── file_chain_sync() ──> disk
 *
 * With `lasting`, an ended file stays open until it is on the disk. The syncing thread does so early if the
 * chain is long.
 */
#pragma once

#include <pthread.h>
#include <stdbool.h>

enum {
    /* So that four chains fit a process that may have 1,024 descriptors. */
    FILE_CHAIN_ENDED = 128,
    /* Of these. If more, a slow disk leaves less than a second before the writer waits; if fewer, small files
     * are synced one by one. */
    FILE_CHAIN_LONG = 32,
};

struct file_chain {
    pthread_mutex_t lock;
    bool lasting; /* a thread syncs now and then; else ended files are closed at once. Set before the first
                     file */
    int present;  /* -1: no file yet */
    int ended[FILE_CHAIN_ENDED];
    unsigned count;
};

#define FILE_CHAIN_NONE ((struct file_chain){.lock = PTHREAD_MUTEX_INITIALIZER, .present = -1})

/* file_chain_turn() ends the present file. `fd` becomes the present file, and belongs to the chain. If too
 * many files have ended, it syncs them itself, and waits. Returns 0 or a negative errno of that. */
int file_chain_turn(struct file_chain *self, int fd);

/* file_chain_is_long() returns whether it is time to sync. May run beside the other functions. */
bool file_chain_is_long(struct file_chain *self);

/* file_chain_sync() syncs all files to the disk, as far as they were written when it was called. Returns 0,
 * or the negative errno of the first that failed: its contents may be lost. */
int file_chain_sync(struct file_chain *self);

/* file_chain_close() closes all open files without waiting. */
void file_chain_close(struct file_chain *self);
