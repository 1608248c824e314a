// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads the records that one output of a survey has already, in all its files, in their order:
 *
 *   recorded_open() ──> recorded_next() … ──> recorded_end()       then `place` is where the next record goes
 *
 * The records end at the first damage, which may be the last bytes before a crash; what is behind it is not used.
 * Where a format has its records in groups, they end after the durable records, because a group ends there, too.
 * Private to userspace/survey/.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/error_text.h"
#include "output/column.h"
#include "session/record_file.h"

struct results;

struct recorded {
    /* Set by recorded_open(). */
    const struct output_place *what;
    const struct column_list *columns; /* the columns that its files must have */
    struct column_list needed;
    uint64_t durable; /* records that are known to be on the disk */
    unsigned last;    /* number of its last file */

    unsigned number; /* of the file being read */
    char *path;
    struct results *results; /* NULL: not open */
    uint64_t whole;          /* of a compressed file: bytes up to the end of the last whole frame */
    bool ended;

    /* The result of reading, correct at the end. */
    uint64_t records;
    uint64_t bytes;            /* in all files, without those that are cut off */
    struct record_place place; /* where the last record ends */
};

/* recorded_open() prepares to read the columns `needed` of an output. Returns 0, or a negative errno with a
 * line in `error` where a file is missing. recorded_end() may be called after either, and frees what is held. */
int recorded_open(struct recorded *self, const struct destination *destination,
                  const struct record_output *output, const struct column_list *needed, uint64_t durable,
                  struct error_text *error);
void recorded_end(struct recorded *self);

/* recorded_next() reads the next record. Returns 1, or 0 at the end. Otherwise returns a negative errno with a
 * line in `error`. It means damage, except -ESTALE (a file has another format or other columns, or damage that
 * no crash causes), -ENOENT (a file is missing) and -ENOMEM. */
int recorded_next(struct recorded *self, struct record *out, struct error_text *error);

/* recorded_size() returns the number of bytes in all its files. */
uint64_t recorded_size(const struct output_place *what);
