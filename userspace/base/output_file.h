// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files that are written: opened without harm to what is there, or replaced in one step.
 *
 * Directories may be those of everybody, such as /tmp. A name that is not there yet is made and never
 * followed; a symbolic link of somebody else in such a directory is not followed either, whatever the
 * kernel's fs.protected_symlinks says; temporary names cannot be guessed, and one that a killed run left
 * behind is in nobody's way.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum output_file_state {
    OUTPUT_FILE_NEW,    /* nothing has the name */
    OUTPUT_FILE_EMPTY,  /* a file of our own with nothing in it, such as mktemp(1) makes */
    OUTPUT_FILE_FULL,   /* a file that something would be lost of, or somebody else's */
    OUTPUT_FILE_STREAM, /* a pipe, a terminal, another device: it takes what is written and keeps nothing */
    OUTPUT_FILE_DIRECTORY,
    OUTPUT_FILE_FOREIGN,  /* somebody else's symbolic link where everybody may make one */
    OUTPUT_FILE_DANGLING, /* a symbolic link to nothing */
};

/* output_file_state() says what `path` is, or a negative errno. */
int output_file_state(const char *path);

/* output_file_error() is the errno of a state in which a file cannot be written. */
int output_file_error(int state);

/*
 * output_file_open() opens `path` for writing and leaves what is in it: a file that is there is opened where
 * it is empty or `overwrite` is set, else -EEXIST. `created`: it was made, with `mode` less the umask. A FIFO
 * is waited for until it has a reader, or until a signal that ends the run comes (-EINTR;
 * base/stop_signal.h). Returns the descriptor or a negative errno.
 */
int output_file_open(const char *path, mode_t mode, bool overwrite, bool *created);

/* output_file_empty() takes out what is in an open file; of a stream nothing. 0 or a negative errno. */
int output_file_empty(int fd);

struct late_files;

/*
 * A file that takes the place of another once it is whole.
 *
 *   replacement_open() ── write to fd ──> replacement_commit()     `path` is the new file
 *                                    └──> replacement_discard()    `path` is what it was
 */
struct replacement {
    int fd;        /* to be written by the caller; closed by commit and discard. -1: none */
    int directory; /* -1: `path` is a stream, and written in place */
    char *name;    /* in that directory */
    char temporary[32];
    struct late_files *late; /* whose keeper does it (late_files.h); NULL: this process */
    uint32_t ticket;         /* which of its replacements it is */
};

/* replacement_open() makes the new file beside `path`, or beside what it is a link of our own to, with `mode`
 * less the umask; a stream is opened itself. 0 or a negative errno. */
int replacement_open(struct replacement *self, const char *path, mode_t mode);

/* replacement_stream() is a stream into it, for the caller to close before commit; NULL with errno set. */
FILE *replacement_stream(const struct replacement *self);

/* replacement_clear() takes away what has the name now, ahead of commit: where that must not be seen beside
 * what is written meanwhile. */
void replacement_clear(struct replacement *self);

/* replacement_commit() puts it in its place; `lasting`: also where the machine fails the next moment. 0 or a
 * negative errno, after which `path` is what it was. Both free what `self` holds, and discard is right after
 * every outcome, of commit too. */
int replacement_commit(struct replacement *self, bool lasting);
void replacement_discard(struct replacement *self);
