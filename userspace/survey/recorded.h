// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The records that one output of a survey has already, in all its files, read again in their order:
 *
 *   recorded_open() ──> recorded_next() … ──> recorded_end()       then `place`: there the next record goes
 *
 * They end where something is damaged, which may be the last bytes a crash left: behind it is nothing. Of a format whose
 * records are in groups they end where what lasts does, since there groups end, too. Private to userspace/survey/.
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
    const struct column_list *columns; /* that its files should have */
    struct column_list needed;
    uint64_t durable; /* records that are known to last */
    unsigned last;    /* the number of its last file */

    unsigned number; /* of the file that is read */
    char *path;
    struct results *results; /* NULL: it is not open */
    uint64_t whole;          /* of a compressed file, the bytes up to the last frame that has ended */
    bool ended;

    /* What was read, right at the end. */
    uint64_t records;
    uint64_t bytes;            /* of which nothing is cut off, in all files */
    struct record_place place; /* where the last record ends */
};

/* recorded_open() is about an output at `what`, of which `needed` is read. 0 or a negative errno with a line in `error`: a
 * file is missing. recorded_end() is right after both, and frees what is held. */
int recorded_open(struct recorded *self, const struct destination *destination,
                  const struct record_output *output, const struct column_list *needed, uint64_t durable,
                  struct error_text *error);
void recorded_end(struct recorded *self);

/* recorded_next() reads the next one: 1; 0 at the end. Or a negative errno with a line in `error`, which is damage, but for
 * -ESTALE (a file is of another format, has other columns, or has what no crash does), -ENOENT (one is missing) and
 * -ENOMEM. */
int recorded_next(struct recorded *self, struct record *out, struct error_text *error);

/* recorded_size() is how many bytes lie in all its files. */
uint64_t recorded_size(const struct output_place *what);
