// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A column of a Parquet file of ours, read again, a row group at a time: parquet_column.h says what it is made
 * of. Files of others may use more of the format; they are refused.
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
    struct bytes dictionary, data; /* pages, unpacked */
    struct bytes addresses;        /* of the dictionary, where its values are addresses: struct address */
    struct bytes starts;           /* of other texts: where each begins in the dictionary, four bytes each */
    uint32_t count;                /* values of the dictionary */
    uint32_t records, next;        /* of the group, and the first that was not read yet */
    const uint8_t *known, *values, *end; /* within `data` */
    size_t width;                        /* bytes of a value, or of a number in the dictionary */
    bool numbered;                       /* values are numbers in the dictionary */
};

void parquet_reading_free(struct parquet_reading *self);

/*
 * parquet_reading_group() takes the pages of the next group of `records` from `source`. 0 or a negative errno,
 * with what is wrong in `error`.
 */
int parquet_reading_group(struct parquet_reading *self, struct thrift_source *source, uint32_t records,
                          ZSTD_DCtx *unpacker, struct error_text *error);

/* parquet_reading_next() puts the column's next value into `record`. 0, or -EINVAL with what is wrong. It is
 * called `records` times a group, at most. */
int parquet_reading_next(struct parquet_reading *self, struct record *record, struct error_text *error);
