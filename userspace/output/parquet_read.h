// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A column of a Parquet file of ours, read again: a page after the other of each row group. parquet_column.h says
 * what they are made of; in files of earlier versions a page holds all values of the group. Files of others may
 * use more of the format; they are refused.
 */
#pragma once

#include <stdint.h>
#include <zstd.h>

#include "base/error_text.h"
#include "output/bytes.h"
#include "output/column.h"
#include "output/thrift_read.h"

struct parquet_reading {
    const struct record_column *column; /* NULL: one of a later version, which is passed over */
    bool optional;
    struct thrift_source pages;    /* of the group, that were not read yet */
    struct bytes dictionary, data; /* pages, unpacked */
    struct bytes addresses;        /* of the dictionary, where its values are addresses: struct address */
    struct bytes starts;           /* of other texts: where each begins in the dictionary, four bytes each */
    uint32_t count;                /* values of the dictionary */
    bool has_dictionary;
    uint32_t records, next;              /* of the page, and the first that was not read yet */
    const uint8_t *known, *values, *end; /* within `data` */
    size_t width;                        /* bytes of a value, or of a number in the dictionary */
    bool numbered;                       /* values are numbers in the dictionary */
};

void parquet_reading_free(struct parquet_reading *self);

/* parquet_reading_group() has the column go on with the next group of `records`, whose pages lie in `source` and stay
 * there; it goes on behind them. 0 or -EINVAL, with what is wrong in `error`. */
int parquet_reading_group(struct parquet_reading *self, struct thrift_source *source, uint32_t records,
                          struct error_text *error);

/* parquet_reading_take() puts the column's next values into `n` records of which nothing is known: no more, in all calls,
 * than the group has. 0, or a negative errno with what is wrong in `error`; `*taken` is how many records got theirs. */
int parquet_reading_take(struct parquet_reading *self, struct record *records, unsigned n,
                         ZSTD_DCtx *unpacker, unsigned *taken, struct error_text *error);
