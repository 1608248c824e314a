// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a column of our Parquet files, page by page in each row group. parquet_column.h describes the pages;
 * in files of earlier versions, one page holds all values of the group. Files of other programs may use more
 * of the format; they are refused.
 */
#pragma once

#include <stdint.h>
#include <zstd.h>

#include "base/error_text.h"
#include "output/bytes.h"
#include "output/column.h"
#include "output/thrift_read.h"

struct parquet_reading {
    const struct record_column *column; /* NULL: a column of a later version, which is skipped */
    bool optional;
    struct thrift_source pages;    /* pages of the group that are not read yet */
    struct bytes dictionary, data; /* unpacked pages */
    struct bytes addresses;        /* of the dictionary, if its values are addresses: struct address */
    struct bytes starts;           /* for other texts: where each begins in the dictionary, four bytes each */
    uint32_t count;                /* number of values in the dictionary */
    bool has_dictionary;
    uint32_t records, next;              /* of the page, and the first that is not read yet */
    const uint8_t *known, *values, *end; /* pointers into `data` */
    size_t width;                        /* bytes of a value, or of a number in the dictionary */
    bool numbered;                       /* values are numbers in the dictionary */
};

void parquet_reading_free(struct parquet_reading *self);

/* parquet_reading_group() continues the column with the next group of `records` records. `source` is at
 * its pages, which must stay in memory; it moves behind them. Returns 0, or -EINVAL with the problem in
 * `error`. */
int parquet_reading_group(struct parquet_reading *self, struct thrift_source *source, uint32_t records,
                          struct error_text *error);

/* parquet_reading_take() writes the column's next values into `n` records, in which they were unknown; all
 * calls together take at most the records of the group. Returns 0, or a negative errno with the problem in
 * `error`. `*taken` is the number of records with values. */
int parquet_reading_take(struct parquet_reading *self, struct record *records, unsigned n,
                         ZSTD_DCtx *unpacker, unsigned *taken, struct error_text *error);
