// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One of the places where the records of a command go: a file, a pipe or stdout.
 *
 *   destination_open() ── set-up ──> empty() or go_on() ──> records ──> settle() ── close()
 *
 * Until destination_empty() or destination_go_on(), existing contents stay, and a file that was created is
 * removed at the end unless it is kept.
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
        *rotation; /* the numbered files, of which `path` is the first; NULL: all records are in one file */
    bool goes_on;  /* existing contents stay, and records follow them */
};

/* output_place_allow() registers the names that the files get later, before the keeper of `late` is started.
 * Returns 0 or -ENOMEM. */
int output_place_allow(const struct output_place *place, struct late_files *late);

/* output_place_part() returns the name of the file while it is incomplete, which the caller frees; NULL if
 * the name never changes, or when memory is short. */
char *output_place_part(const struct output_place *place);

struct destination {
    const struct output_place *place;
    int fd;       /* with numbered files, the first one, owned by the rotation, until records are written */
    bool created; /* created here: to be removed unless it is kept */
    bool in_part; /* its name is NAME.part until it is complete (base/part_file.h) */
    struct late_files *late; /* gives it its final name; NULL: this process does */
};

/* Where a record ends. */
struct record_place {
    unsigned file;     /* the number of the file; 0 if there is only one */
    uint64_t position; /* bytes from its start */
};

/* All return 0 or a negative errno. destination_open() opens `place`, which must outlive the destination; a
 * file with contents is refused unless `overwrite`. destination_close() may be called after any outcome. */
int destination_open(struct destination *self, const struct output_place *place, bool overwrite);
void destination_close(struct destination *self);

/* destination_is_regular() returns whether it is a regular file, which keeps what is written.
 * destination_disk() returns a descriptor on the same disk, valid while the destination is open, and owned by
 * it. */
bool destination_is_regular(const struct destination *self);
int destination_disk(const struct destination *self);

/* destination_empty() removes existing contents. Stdout is left alone, because it may be the end of a file
 * that the shell appends to. */
int destination_empty(const struct destination *self);

/* destination_go_on() removes everything behind `place`. Returns the descriptor to which further records are
 * written. */
int destination_go_on(const struct destination *self, const struct record_place *place);

/* destination_sync() syncs everything written to the disk. destination_is_behind() returns whether so many
 * numbered files wait for it that it is time. Both may run while another thread writes. */
int destination_sync(const struct destination *self);
bool destination_is_behind(const struct destination *self);

/* destination_recorder() returns how a recorder writes to it. */
struct recorder_config destination_recorder(const struct destination *self);

/* destination_settle() syncs a complete file and gives it its final name. */
int destination_settle(const struct destination *self);
