// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that a run opens, replaces or takes away after it has given up the right to: as another user, behind
 * a filter that refuses open(2). A process of its own keeps that right, for names that were fixed before:
 *
 *   late_files_create() -> late_files_allow() … -> late_files_start() ══ fork ══> the keeper: names, rights
 *                                                        │                          │
 *        late_files_replace(), read(), open(), remove(), … ─ request ─> socket ─────┤
 *                                    descriptor, errno <────────────────────────────┘
 *
 * The keeper does nothing but these, for these names, and ends with the process that it serves, whatever
 * ends that. What was being replaced then stays as it was.
 *
 * A `struct late_files` that is NULL or not started is allowed everywhere: the caller does it itself, with its
 * own rights. Threads may call at the same time; one request waits for the one before.
 */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

#include "base/output_file.h"

enum late_use {
    LATE_REPLACE, /* replaced in one step, as often as is wanted */
    LATE_READ,    /* opened for reading */
    LATE_CREATE,  /* opened for writing, as by output_file_open() */
    LATE_REMOVE,
    LATE_SETTLE, /* given their name, as by part_file_settle() */
};

struct late_files;

/* late_files_create() makes one without names; NULL when memory is short. */
struct late_files *late_files_create(void);

/*
 * late_files_allow() adds a name, which is copied; relative ones are meant in the directory that is current at
 * the start. late_files_allow_numbered() adds all names of `before`, one or more digits, and `after`. Both
 * before the start alone. A NULL name is none. 0 or -ENOMEM.
 */
int late_files_allow(struct late_files *late, enum late_use use, const char *path);
int late_files_allow_numbered(struct late_files *late, enum late_use use, const char *before,
                              const char *after);

/* late_files_is_empty() says whether no name was added: no keeper is needed. */
bool late_files_is_empty(const struct late_files *late);

/*
 * late_files_start() starts the keeper, which calls settle(late, context) first of all, to give up what it has no need of:
 * 0 or a negative errno. Descriptors of the caller other than standard ones are closed in it, and signals that
 * may be blocked are. To be called while there is no other thread. 0 or a negative errno, also of settle().
 */
int late_files_start(struct late_files *late, int (*settle)(const struct late_files *late, void *context),
                     void *context);

/* late_files_are_ours() says whether the caller may do all that was allowed with the rights it has now; for
 * settle(). */
bool late_files_are_ours(const struct late_files *late);

/* late_files_replace() is replacement_open(); commit and discard are the usual ones. */
int late_files_replace(struct late_files *late, struct replacement *file, const char *path, mode_t mode);

/* late_files_read() opens for reading, without waiting for a pipe's writer, late_files_open() as
 * output_file_open() does. Returns a descriptor, which is the caller's, or a negative errno. late_files_remove() unlinks,
 * late_files_settle() is part_file_settle(); 0 or a negative errno. All: -EACCES for a name that was not allowed, -EPIPE
 * where the keeper has ended. */
int late_files_read(struct late_files *late, const char *path);
int late_files_open(struct late_files *late, const char *path, mode_t mode, bool overwrite);
int late_files_remove(struct late_files *late, const char *path);
int late_files_settle(struct late_files *late, const char *path);

/* late_files_destroy() ends the keeper and waits for it. NULL is allowed. */
void late_files_destroy(struct late_files *late);
