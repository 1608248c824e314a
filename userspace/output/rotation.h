// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results in numbered files, each complete by itself: header, records, end.
 *
 *   --output r.csv --rotate 1G      r.000.csv  r.001.csv  r.002.csv …      and r.csv.meta.json, which names them
 *
 * A file ends with the record by which it reaches its size. Numbers above 999 have more digits. Files of a
 * format that needs an end get their names when the end is written (base/part_file.h) and, if a thread syncs,
 * when they are on the disk.
 */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/late_files.h"
#include "output/file_chain.h"

enum {
    ROTATION_DIGITS = 3, /* of a number, at least */
};

struct rotation {
    uint64_t size;            /* bytes after which the next file begins; 0: there is only one file */
    char *before, *after;     /* "r." and ".csv" */
    char *folder;             /* the directory of the files */
    struct late_files *late;  /* opens the files */
    bool overwrite;           /* existing files */
    bool in_parts;            /* files are named NAME.part until they have their end */
    _Atomic unsigned current; /* the number of the file being written */
    unsigned named;           /* files before this number have their names; used by the syncing thread only */
    unsigned *left;           /* numbers of the files of an earlier run */
    size_t left_count;
    struct file_chain files;
    int directory; /* descriptor of that directory; -1 until rotation_begin() */
};

/* rotation_init() makes a rotation for results at `path`. Returns 0 or -ENOMEM; rotation_free() may be called
 * after either, and on zeros. */
int rotation_init(struct rotation *rotation, const char *path, uint64_t size);
void rotation_free(struct rotation *rotation);

/* rotation_path() returns the name of a file, which the caller frees; NULL when memory is short. */
char *rotation_path(const struct rotation *rotation, unsigned number);

/* rotation_begin() begins with the first file. The rotation owns its descriptor `fd` from then on, and closes
 * it some time after the next file was made. `directory` is open from now on. Returns 0, or a negative errno,
 * with `fd` closed. */
int rotation_begin(struct rotation *rotation, int fd);

/* rotation_next() makes the next file and ends the one before. Returns its descriptor, which the rotation
 * owns, or a negative errno. */
int rotation_next(struct rotation *rotation);

/* rotation_look() finds existing files with numbers above 0, and stores them in `left`. rotation_last()
 * returns the highest of these numbers, 0 if there is none. rotation_last_to_read() returns the same; but if
 * numbers are missing, only a number high enough that a reader meets a missing file, because a file with a
 * high number may come from anybody. rotation_clear() removes files with numbers above `last`. rotation_look()
 * and rotation_clear() return 0 or a negative errno. */
int rotation_look(struct rotation *rotation);
unsigned rotation_last(const struct rotation *rotation);
unsigned rotation_last_to_read(const struct rotation *rotation);
int rotation_clear(struct rotation *rotation, unsigned last);

/* rotation_settle() gives the present file its name when it is complete. rotation_sync() syncs all files, as
 * far as they were written, and their directory, and gives ended files their names. rotation_is_long()
 * returns whether so many have ended that it is time to sync. The last two may run beside rotation_next().
 * Return 0 or a negative errno. */
int rotation_settle(struct rotation *rotation);
int rotation_sync(struct rotation *rotation);
bool rotation_is_long(struct rotation *rotation);

/* rotation_continue() continues in file `number`, above 0, instead of the first, and removes those above it.
 * Only during the set-up. Returns its descriptor, as rotation_next(). */
int rotation_continue(struct rotation *rotation, unsigned number);

/* rotation_json() returns the names of the files so far, without their directory; NULL when memory is
 * short. */
json_t *rotation_json(const struct rotation *rotation);
