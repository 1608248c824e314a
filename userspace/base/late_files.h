// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that a run opens, replaces or removes after it has given up the right to do so: it runs as another
 * user, and a filter refuses open(2). A separate process, the keeper, has kept that right, for names that were
 * fixed before:
 *
 *   late_files_create() -> late_files_allow() … -> late_files_start() ══ fork ══> the keeper: names, rights
 *                                                        │                          │
 *        late_files_replace(), read(), open(), remove(), … ─ request ─> socket ─────┤
 *                                    descriptor, errno <────────────────────────────┘
 *
 * The keeper does nothing else and accepts no other names. It ends when the process that it serves ends, for
 * whatever reason. A file whose replacement was not finished then stays unchanged.
 *
 * All functions accept a `struct late_files` that is NULL or not started: the calling process then does the
 * work itself, with its own rights. Several threads may call at the same time; requests are served one after
 * the other.
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
    LATE_SETTLE, /* renamed to their final name, as by part_file_settle() */
};

struct late_files;

/* late_files_create() returns one without names, or NULL when memory is short. */
struct late_files *late_files_create(void);

/*
 * late_files_allow() adds a name, which is copied. Relative names refer to the directory that is current at the
 * start. late_files_allow_numbered() adds all names that consist of `before`, one or more digits, and `after`.
 * Both must be called before the start. A NULL name is ignored. Both return 0 or -ENOMEM.
 */
int late_files_allow(struct late_files *late, enum late_use use, const char *path);
int late_files_allow_numbered(struct late_files *late, enum late_use use, const char *before,
                              const char *after);

/* late_files_is_empty() returns whether no name was added: then no keeper is needed. */
bool late_files_is_empty(const struct late_files *late);

/*
 * late_files_start() starts the keeper, which first calls settle(late, context) to give up the rights that it
 * does not need; settle() returns 0 or a negative errno. The keeper closes all inherited descriptors except the
 * standard ones and blocks all signals that can be blocked. Call it while there is no other thread. Returns 0
 * or a negative errno, which may be that of settle().
 */
int late_files_start(struct late_files *late, int (*settle)(const struct late_files *late, void *context),
                     void *context);

/* late_files_are_ours() returns whether the caller's present rights suffice for all allowed files. For
 * settle(). */
bool late_files_are_ours(const struct late_files *late);

/* late_files_replace() does what replacement_open() does; commit and discard as usual. */
int late_files_replace(struct late_files *late, struct replacement *file, const char *path, mode_t mode);

/* late_files_read() opens a file for reading and does not wait for the writer of a pipe; late_files_open() does
 * what output_file_open() does. Both return a descriptor, which the caller owns, or a negative errno.
 * late_files_remove() unlinks a file, late_files_settle() does what part_file_settle() does; both return 0 or a
 * negative errno. All return -EACCES for a name that was not allowed and -EPIPE if the keeper has ended. */
int late_files_read(struct late_files *late, const char *path);
int late_files_open(struct late_files *late, const char *path, mode_t mode, bool overwrite);
int late_files_remove(struct late_files *late, const char *path);
int late_files_settle(struct late_files *late, const char *path);

/* late_files_destroy() ends the keeper and waits for it. NULL is allowed. */
void late_files_destroy(struct late_files *late);
