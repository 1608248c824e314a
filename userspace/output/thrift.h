// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes Thrift's compact protocol, as far as the headers of Parquet use it.
 *
 *   struct   field… 0          field: a byte with the step from the field before and the type, then the value
 *   number   zigzag varint
 *   text     varint length, bytes
 *   list     a byte with length and type (or a varint of the length behind it), then the values
 *
 * Source: thrift-compact-protocol.md of Apache Thrift.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "output/bytes.h"

enum thrift_type {
    THRIFT_TRUE = 1,
    THRIFT_FALSE = 2,
    THRIFT_I32 = 5,
    THRIFT_I64 = 6,
    THRIFT_TEXT = 8,
    THRIFT_LIST = 9,
    THRIFT_STRUCT = 12,
};

enum {
    THRIFT_DEPTH = 8, /* Parquet's metadata is five structs deep */
};

/* The state of writing: `last` has the number of the last field of each open struct. */
struct thrift {
    struct bytes *out;
    unsigned depth;
    int last[THRIFT_DEPTH];
};

/* thrift_begin() opens the outermost struct; thrift_end() closes each struct. thrift_element() opens a struct
 * in a list, thrift_struct() one that is a field. */
struct thrift thrift_begin(struct bytes *out);
void thrift_element(struct thrift *thrift);
void thrift_struct(struct thrift *thrift, int field);
void thrift_end(struct thrift *thrift);

/* The other fields. After thrift_list() come its `count` values, written by thrift_element(), or by
 * thrift_value() and thrift_text_value(). */
void thrift_i32(struct thrift *thrift, int field, int32_t value);
void thrift_i64(struct thrift *thrift, int field, int64_t value);
void thrift_flag(struct thrift *thrift, int field, bool value);
void thrift_text(struct thrift *thrift, int field, const char *text);
void thrift_list(struct thrift *thrift, int field, enum thrift_type type, size_t count);
void thrift_value(struct thrift *thrift, int64_t value);
void thrift_text_value(struct thrift *thrift, const char *text);

/* thrift_varint() adds an unsigned number, seven bits per byte, lowest first. */
void thrift_varint(struct bytes *out, uint64_t value);
