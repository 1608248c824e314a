// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One of the two places for checkpoints in a state file (state_file.h). A checkpoint is written piece by
 * piece, so that one of a hundred megabytes is never in memory as a whole:
 *
 *   head    sequence, length, hash, magic        written last: an incomplete checkpoint has no valid head
 *   bytes   in chunks that take turns with those of the other place
 *
 * Private to userspace/state/.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "siphash.h"

enum {
    STATE_SLOTS_AT = 8192, /* offset in the file */
    STATE_SLOTS = 2,
};

/* A checkpoint of the run `identity`. Its sequence number, from 1 on, determines its place. */
struct state_slot {
    int fd;
    uint64_t identity, sequence;
};

/* state_pwrite() and state_pread() transfer all `length` bytes; they return 0 or a negative errno. Bytes
 * behind the end of the file read as zeros. */
int state_pwrite(int fd, const void *bytes, size_t length, uint64_t at);
int state_pread(int fd, void *bytes, size_t length, uint64_t at);

struct state_writing;

/*
 * state_slot_write() begins to overwrite the place of a checkpoint; it returns NULL when memory is short.
 * Everything written to state_writing_stream() goes there. state_writing_end() completes the checkpoint,
 * closes the stream and frees the writing. It returns 0 or a negative errno; the checkpoint lasts once the
 * file is synced. state_writing_abandon() leaves the place damaged; NULL is allowed.
 */
struct state_writing *state_slot_write(struct state_slot slot);
FILE *state_writing_stream(struct state_writing *writing);
int state_writing_end(struct state_writing *writing);
void state_writing_abandon(struct state_writing *writing);

/* state_slot_is_unused() returns whether no checkpoint was ever completed in `place`, 0 or 1. */
bool state_slot_is_unused(int fd, unsigned place);

/* state_slot_read() reads the checkpoint in `place`, 0 or 1. `slot` gives all but the sequence number.
 * Returns 1 with the sequence number and the bytes, which the caller frees; 0 if nothing was ever written
 * there; -EINVAL if the checkpoint is damaged; or another negative errno. */
int state_slot_read(struct state_slot *slot, unsigned place, uint8_t **bytes, size_t *length);
