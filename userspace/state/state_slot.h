// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One of the two places in a state file (state_file.h) where checkpoints stand, written piece by piece, so that what
 * takes a hundred megabytes is nowhere in memory:
 *
 *   head    sequence, length, hash, magic        written last of all: what is not whole has no right one
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
    STATE_SLOTS_AT = 8192, /* in the file */
    STATE_SLOTS = 2,
};

/* A checkpoint of the run `identity` by its number, from 1 on, which says in which place it stands. */
struct state_slot {
    int fd;
    uint64_t identity, sequence;
};

/* state_pwrite() and state_pread() move all of it, 0 or a negative errno; what is behind the file's end reads as
 * zeros. */
int state_pwrite(int fd, const void *bytes, size_t length, uint64_t at);
int state_pread(int fd, void *bytes, size_t length, uint64_t at);

struct state_writing;

/*
 * state_slot_write() begins to write a checkpoint over what stands in its place: NULL when memory is short. All that is
 * written to state_writing_stream() goes there. state_writing_end() makes it whole, frees what was begun and closes the
 * stream: 0 or a negative errno; it lasts once the file is synced. state_writing_abandon() leaves it damaged; NULL is
 * allowed.
 */
struct state_writing *state_slot_write(struct state_slot slot);
FILE *state_writing_stream(struct state_writing *writing);
int state_writing_end(struct state_writing *writing);
void state_writing_abandon(struct state_writing *writing);

/* state_slot_is_unused() tells whether no checkpoint was ever made whole in a place, 0 or 1. */
bool state_slot_is_unused(int fd, unsigned place);

/* state_slot_read() reads the one in a place, 0 or 1, of which `slot` tells all but the sequence: 1 with its sequence, and
 * its bytes, to be freed by the caller; 0 where nothing was ever written; -EINVAL where it is damaged, or another negative
 * errno. */
int state_slot_read(struct state_slot *slot, unsigned place, uint8_t **bytes, size_t *length);
