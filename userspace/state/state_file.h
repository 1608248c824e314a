// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The progress of a run, in a file that outlives it: RESULTS.state.
 *
 *   0      head       format, version, and the run that it belongs to
 *   4096   live       a text, written now and then and never synced: for use after SIGKILL
 *   8192   A0 B0 A1 B1 …   two checkpoints of any length, in chunks that take turns
 *
 * A checkpoint is written over the older of the two and synced; its sequence number, length and hash come
 * before it. If a crash leaves it half written, its hash does not match, and the other checkpoint is used. So
 * there is always a valid one. The file needs no second name and no size known in advance: one descriptor,
 * opened once, is enough.
 *
 * Nothing is mapped: data that write(2) has passed to the kernel survives SIGKILL as a mapped page does, and
 * a full disk causes an error instead of SIGBUS.
 *
 * An open state file is locked (flock(2)): of two runs with the same state, the second fails. Only its owner
 * may read it: it holds no secrets, but it shows what is probed. One thread at a time may call these
 * functions.
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

/* What the file holds. */
struct state_found {
    bool any;       /* there is a checkpoint; else the run had made none */
    uint8_t *bytes; /* of the newest complete checkpoint; the caller frees them */
    size_t length;
    char *live; /* the live text, likewise; NULL: none was written */
};

/* state_path_for() returns "RESULTS.state", which the caller frees; NULL when memory is short. */
char *state_path_for(const char *results);

/*
 * state_file_open() opens `path`, or creates it, and changes nothing in it. Returns 0, or a negative errno
 * with a line in `error`: -EBUSY if another process has locked it, -EEXIST if it is something other than a
 * state file, or the reason why it cannot be opened. state_file_close() removes a file that was created here
 * and not begun; NULL is allowed.
 */
int state_file_open(struct state_file **out, const char *path, struct error_text *error);
void state_file_close(struct state_file *self);

/* state_file_is_bare() returns whether `path` is the state of any run that had made no checkpoint. */
bool state_file_is_bare(const char *path);

/* state_file_is_empty() returns whether no run has begun in it. */
bool state_file_is_empty(const struct state_file *self);

/* state_file_begin() empties it for the run with this `identity`. Returns 0 or a negative errno. */
int state_file_begin(struct state_file *self, uint64_t identity);

/*
 * state_file_load() reads what a run with this identity has left; later checkpoints continue its sequence.
 * Returns 0, or a negative errno with a line in `error`: -ESTALE for the state of another run, or of another
 * version; -EINVAL if both checkpoints are damaged. The caller frees what `out` holds, after success only.
 */
int state_file_load(struct state_file *self, uint64_t identity, struct state_found *out,
                    struct error_text *error);

/*
 * state_file_write() begins a checkpoint and returns a stream to write it to; the file closes that stream.
 * What is written goes to the kernel's cache and takes no memory of this process. Returns NULL when memory is
 * short. state_file_store() ends the checkpoint: when it returns 0, the checkpoint survives a crash. On a
 * negative errno, also of an earlier write, the previous checkpoint stays valid. It also does after
 * state_file_abandon(), which may be called even if no checkpoint was begun.
 */
FILE *state_file_write(struct state_file *self);
int state_file_store(struct state_file *self);
void state_file_abandon(struct state_file *self);

/* state_file_tell() replaces the live text, cut to STATE_FILE_LIVE_MAX. Returns 0 or a negative errno. */
int state_file_tell(struct state_file *self, const char *text);
