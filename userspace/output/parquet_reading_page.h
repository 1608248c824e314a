// SPDX-License-Identifier: GPL-2.0-or-later
/* The pages of a column being read; for parquet_read.c only. */
#pragma once

#include <errno.h>
#include <string.h>

#include "output/parquet_read.h"

enum {
    PARQUET_GROUP = 8, /* values of a bit-packed run are in groups of eight */
};

/* parquet_reading_page() reads the next page of values, and the dictionary that may come before the first.
 * Returns 0, or a negative errno with the problem in `error`. */
int parquet_reading_page(struct parquet_reading *self, ZSTD_DCtx *unpacker, struct error_text *error);

static inline int parquet_damaged(struct error_text *error)
{
    return error_text_set(error, -EINVAL, "the pages are damaged");
}

/* parquet_take_text() reads a text with its length before it; returns false if it does not end before
 * `end`. */
static inline bool parquet_take_text(const uint8_t **at, const uint8_t *end, struct span *text)
{
    uint32_t length;

    if ((size_t)(end - *at) < sizeof(length))
        return false;
    memcpy(&length, *at, sizeof(length));
    if ((size_t)(end - *at) - sizeof(length) < length)
        return false;
    *text = (struct span){(const char *)*at + sizeof(length), length};
    *at += sizeof(length) + length;
    return true;
}

/* parquet_is_known() returns whether the page has a value for its record `i`. */
static inline bool parquet_is_known(const struct parquet_reading *self, uint32_t i)
{
    return self->known[i / PARQUET_GROUP] >> i % PARQUET_GROUP & 1;
}
