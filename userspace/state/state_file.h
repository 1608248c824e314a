// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where a run stands, in a file that outlives it: RESULTS.state.
 *
 *   0      head       what it is, its version, and which run's
 *   4096   live       a text, written now and then and never synced: what SIGKILL leaves
 *   8192   A0 B0 A1 B1 …   two checkpoints of any length, in chunks that take turns
 *
 * A checkpoint is written over the older of the two and synced; sequence, length and a hash stand before it. What
 * a crash leaves half written does not hash right, and the other one holds. So there is always one, and the file
 * needs neither another name nor room that is known ahead: all is done by a descriptor that was opened once.
 *
 * Nothing is mapped: a write that the kernel has taken survives SIGKILL as a mapped page does, and a full disk
 * is an error then, not SIGBUS.
 *
 * Whoever opens it has it locked (flock(2)) until he closes it: of two runs with one state the second is refused.
 * It is its owner's alone. It is no secret's place, but says what is probed. One thread at a time may call.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/error_text.h"

enum {
    STATE_FILE_LIVE_MAX = 4095, /* bytes of the live text */
};

struct state_file;

/* What stands in it. */
struct state_found {
    bool any;       /* a checkpoint; else the run had made none */
    uint8_t *bytes; /* of the newest one that is whole; to be freed by the caller */
    size_t length;
    char *live; /* the live text, likewise; NULL: none was written */
};

/* state_path_for() is "RESULTS.state", to be freed by the caller; NULL when memory is short. */
char *state_path_for(const char *results);

/*
 * state_file_open() opens `path`, or makes it, and touches nothing in it. 0; or a negative errno with a line in
 * `error`: it cannot be opened, somebody has it locked (-EBUSY), or is there and something else (-EEXIST).
 * state_file_close() takes away again what was made and not begun; NULL is allowed.
 */
int state_file_open(struct state_file **out, const char *path, struct error_text *error);
void state_file_close(struct state_file *self);

/* state_file_is_bare() tells whether `path` is the state of a run, whichever, that had made no checkpoint. */
bool state_file_is_bare(const char *path);

/* state_file_is_empty() tells whether nothing has begun in it. */
bool state_file_is_empty(const struct state_file *self);

/* state_file_begin() empties it for the run that `identity` stands for. 0 or a negative errno. */
int state_file_begin(struct state_file *self, uint64_t identity);

/*
 * state_file_load() reads what a run of this identity has left; later checkpoints go on from there. 0, or a
 * negative errno with a line in `error`: -ESTALE for the state of another run, or of another version; -EINVAL
 * where both checkpoints are damaged. `out` is to be freed after success alone.
 */
int state_file_load(struct state_file *self, uint64_t identity, struct state_found *out,
                    struct error_text *error);

/*
 * state_file_write() begins a checkpoint: a stream to which it is written, the file's own, into the kernel's cache and
 * no memory of ours. NULL when memory is short. state_file_store() ends it: once that returns 0 it lasts. A negative
 * errno, also of what was written before, leaves the one before, and so does state_file_abandon(), which is right
 * also where none was begun.
 */
FILE *state_file_write(struct state_file *self);
int state_file_store(struct state_file *self);
void state_file_abandon(struct state_file *self);

/* state_file_tell() replaces the live text, cut to STATE_FILE_LIVE_MAX. 0 or a negative errno. */
int state_file_tell(struct state_file *self, const char *text);
