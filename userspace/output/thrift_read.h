// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads Thrift's compact protocol; thrift.h describes it. Nothing is trusted: every length is checked, and
 * damaged input ends all reading.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/column.h"
#include "output/thrift.h"

/* What is left to read. */
struct thrift_source {
    const uint8_t *at, *end;
    bool damaged; /* then nothing more is read, and all numbers are 0 */
};

/* thrift_next() moves to the next field of a struct; returns false at its end. `*field` is the previous
 * field, 0 at first. The caller reads the value, or skips it. */
bool thrift_next(struct thrift_source *source, int *field, enum thrift_type *type);

/* Read values: a number; a text, which stays in the source; the type and length of a list. */
int64_t thrift_number(struct thrift_source *source);
struct span thrift_span(struct thrift_source *source);
uint64_t thrift_unsigned(struct thrift_source *source);
size_t thrift_list_length(struct thrift_source *source, enum thrift_type *type);

/* thrift_skip() skips a value. */
void thrift_skip(struct thrift_source *source, enum thrift_type type);
