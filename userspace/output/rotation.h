// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Results in numbered files, each of them whole by itself: header, records, end.
 *
 *   --output r.csv --rotate 1G      r.000.csv  r.001.csv  r.002.csv …      and r.csv.meta.json, which names them
 *
 * A file ends with the record that brings it to its size. Numbers above 999 have more digits. Files of a format that needs
 * an end have their names once they have it (base/part_file.h), and are on the disk where somebody syncs.
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
    uint64_t size;            /* bytes after which the next file begins; 0: there is only one */
    char *before, *after;     /* "r." and ".csv" */
    char *folder;             /* where they lie */
    struct late_files *late;  /* by whom files are opened */
    bool overwrite;           /* files that are there already */
    bool in_parts;            /* files are whole once they have their end */
    _Atomic unsigned current; /* the number of the file that is written */
    unsigned named;           /* files before this number have their names; whoever syncs has it */
    unsigned *left;           /* numbers of files of an earlier run */
    size_t left_count;
    struct file_chain files;
    int directory; /* that folder, open; -1: until rotation_begin() */
};

/* rotation_init() makes one for results at `path`. 0 or -ENOMEM; rotation_free() is right after both, and of zeros. */
int rotation_init(struct rotation *rotation, const char *path, uint64_t size);
void rotation_free(struct rotation *rotation);

/* rotation_path() is the name of a file, for the caller to free; NULL when memory is short. */
char *rotation_path(const struct rotation *rotation, unsigned number);

/* rotation_begin() begins with the first file, whose descriptor `fd` it takes over: it is closed some time after the next
 * file was made. `directory` is open from now on. 0 or a negative errno, with `fd` closed. */
int rotation_begin(struct rotation *rotation, int fd);

/* rotation_next() makes the next file and ends the one before. Returns its descriptor, which stays ours, or a negative
 * errno. */
int rotation_next(struct rotation *rotation);

/* rotation_look() looks for files with numbers above 0 that are there; `left` then has them. rotation_last() is the
 * highest of these numbers, 0 where there is none; rotation_last_to_read() is no higher than it takes to come to one that is
 * missing: anybody may have put a high number there. rotation_clear() takes away those above `last`. 0 or a negative errno. */
int rotation_look(struct rotation *rotation);
unsigned rotation_last(const struct rotation *rotation);
unsigned rotation_last_to_read(const struct rotation *rotation);
int rotation_clear(struct rotation *rotation, unsigned last);

/* rotation_settle() gives the present file its name, once it is whole. rotation_sync() has all files on the disk, as far as
 * they were written, and their directory, and gives those that have ended their names: safe beside rotation_next(), as is
 * rotation_is_long(), which says whether so many have ended that it is time to. 0 or a negative errno. */
int rotation_settle(struct rotation *rotation);
int rotation_sync(struct rotation *rotation);
bool rotation_is_long(struct rotation *rotation);

/* rotation_continue() goes on in file `number`, above 0, instead of the first, and takes away those above it. During the
 * set-up alone. Returns its descriptor, as rotation_next() does. */
int rotation_continue(struct rotation *rotation, unsigned number);

/* rotation_json() names the files until now, without their directory; NULL when memory is short. */
json_t *rotation_json(const struct rotation *rotation);
