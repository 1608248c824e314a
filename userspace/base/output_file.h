// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are written: either opened without damage to an existing file, or replaced in one step.
 *
 * They may be in directories that everybody can write to, such as /tmp. A new file is created only if nothing
 * has its name, and no link is followed for it. In such a directory, symbolic links of other users are not
 * followed, whatever the kernel's fs.protected_symlinks says. Temporary names cannot be guessed, and a
 * temporary file of a killed run does not disturb later runs.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum output_file_state {
    OUTPUT_FILE_NEW,    /* nothing has the name */
    OUTPUT_FILE_EMPTY,  /* an empty file of our own, such as mktemp(1) creates */
    OUTPUT_FILE_FULL,   /* a file that is not empty, or of another user */
    OUTPUT_FILE_STREAM, /* a pipe, a terminal or another device: nothing in it can be overwritten */
    OUTPUT_FILE_DIRECTORY,
    OUTPUT_FILE_FOREIGN,  /* a symbolic link of another user, in a directory that everybody can write to */
    OUTPUT_FILE_DANGLING, /* a symbolic link to nothing */
};

/* output_file_state() returns what `path` is, or a negative errno. */
int output_file_state(const char *path);

/* output_file_error() returns the errno of a state in which a file cannot be written. */
int output_file_error(int state);

/*
 * output_file_open() opens `path` for writing and keeps its contents. An existing file is opened only if it is
 * empty or `overwrite` is set, else the result is -EEXIST. `created` is set if the file is new; it then has
 * `mode` less the umask. For a FIFO the call waits until there is a reader, or until a signal ends the run
 * (-EINTR; base/stop_signal.h). Returns the descriptor or a negative errno.
 */
int output_file_open(const char *path, mode_t mode, bool overwrite, bool *created);

/* output_file_empty() truncates an open file, and leaves streams alone. Returns 0 or a negative errno. */
int output_file_empty(int fd);

struct late_files;

/*
 * A file that takes the place of another one when it is complete.
 *
 *   replacement_open() ── write to fd ──> replacement_commit()     `path` is the new file
 *                                    └──> replacement_discard()    `path` is what it was
 */
struct replacement {
    int fd;        /* the caller writes to it; commit and discard close it. -1: none */
    int directory; /* -1: `path` is a stream, which is written directly */
    char *name;    /* in that directory */
    char temporary[32];
    struct late_files *late; /* its keeper does the work (late_files.h); NULL: this process does */
    uint32_t ticket;         /* the keeper's number of this replacement */
};

/* replacement_open() creates the new file in the directory of `path`, or, if that is a link of our own, of the
 * link's target. The file has `mode` less the umask. A stream is opened directly. Returns 0 or a negative
 * errno. */
int replacement_open(struct replacement *self, const char *path, mode_t mode);

/* replacement_stream() returns a stream to the new file, which the caller closes before commit, or NULL with
 * errno set. */
FILE *replacement_stream(const struct replacement *self);

/* replacement_clear() removes the old file before commit, if it must not be seen together with other new files. */
void replacement_clear(struct replacement *self);

/* replacement_commit() gives the new file its name; with `lasting`, the file also survives a failure of the
 * machine right afterwards. Returns 0, or a negative errno, after which `path` is unchanged. Both functions
 * free what `self` holds; discard may be called after any outcome, also after commit. */
int replacement_commit(struct replacement *self, bool lasting);
void replacement_discard(struct replacement *self);
