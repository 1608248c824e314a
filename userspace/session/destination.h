// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One of the places where the records of a command go: a file, a pipe or stdout.
 *
 *   destination_open() ── set-up ──> empty() or go_on() ──> records ──> settle() ── close()
 *
 * Until it is emptied or gone on in, what is there stays, and a file that was made goes away again unless it is kept.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/late_files.h"
#include "output/format.h"
#include "output/packing.h"
#include "output/recorders.h"
#include "output/rotation.h"

/* What was asked for. */
struct output_place {
    const char *path; /* "-": stdout; NULL: nowhere */
    enum packing packing;
    const struct output_format *format;
    struct rotation
        *rotation; /* where records are in many files, of which `path` is the first; NULL: in one */
    bool goes_on;  /* what is there stays, for records to follow */
};

/* output_place_allow() adds the names that its files get late, for a keeper that is not started yet. 0 or -ENOMEM. */
int output_place_allow(const struct output_place *place, struct late_files *late);

/* output_place_part() is where its file stands until it is whole, for free(); NULL: where it stays, or when memory is
 * short. */
char *output_place_part(const struct output_place *place);

struct destination {
    const struct output_place *place;
    int fd;       /* of numbered files the first, which is the rotation's, until records are written */
    bool created; /* and to be removed, unless it is kept */
    bool in_part; /* it stands in NAME.part until it is whole (base/part_file.h) */
    struct late_files *late; /* by whom it gets its name; NULL: this process */
};

/* Where a record ends. */
struct record_place {
    unsigned file;     /* the number of the file; 0 where there is one */
    uint64_t position; /* bytes from its start */
};

/* All return 0 or a negative errno. destination_open() opens what `place` says, which must last; a file with something
 * in it is refused unless it may be overwritten. destination_close() is right after every outcome. */
int destination_open(struct destination *self, const struct output_place *place, bool overwrite);
void destination_close(struct destination *self);

/* destination_is_regular() says whether it is a file, which keeps what is written. destination_disk() is a descriptor of
 * something on the disk where it is, as long as it is open; ours. */
bool destination_is_regular(const struct destination *self);
int destination_disk(const struct destination *self);

/* destination_empty() takes out what is there; of stdout nothing, which may be the end of a file to which is added, and
 * belongs to the shell. */
int destination_empty(const struct destination *self);

/* destination_go_on() takes out what stands behind `place`. Returns the descriptor in which records go on. */
int destination_go_on(const struct destination *self, const struct record_place *place);

/* destination_sync() has all on the disk that was written. destination_is_behind() says whether so many files wait for
 * that that it is time. Safe beside who writes. */
int destination_sync(const struct destination *self);
bool destination_is_behind(const struct destination *self);

/* destination_recorder() is how a recorder writes there. */
struct recorder_config destination_recorder(const struct destination *self);

/* destination_settle() gives a file that is whole, and on the disk, its name. */
int destination_settle(const struct destination *self);
