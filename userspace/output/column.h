// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The columns of a record: their names and order, and how the text of one becomes a value again. CSV and JSON
 * lines share names and values; they differ in how lists and missing values are written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/record.h"

enum column_kind {
    COLUMN_NUMBER,
    COLUMN_KNOWN, /* a number, or missing where it is not known */
    COLUMN_ADDRESS,
    COLUMN_MPLS,
    COLUMN_FLAGS,
};

struct record_column {
    const char *name;
    enum column_kind kind;
    size_t offset; /* of the field of struct record; numbers and addresses only */
    size_t size;
    uint64_t unknown; /* what the field holds where the value is missing */
};

enum {
    RECORD_COLUMNS = 12,
    COLUMN_EXPECTED_SIZE = 128,
};

extern const struct record_column record_columns[RECORD_COLUMNS];

/* A piece of a line, without a NUL at its end. */
struct span {
    const char *text;
    size_t length;
};

/* column_max() is the largest number that the column's field holds. */
uint64_t column_max(const struct record_column *column);

/* column_store() sets the field of a number; false where the value does not fit. column_store_address() sets
 * that of an address. */
bool column_store(const struct record_column *column, uint64_t value, struct record *record);
void column_store_address(const struct record_column *column, struct address address, struct record *record);

/* Text to value, all of it or false: decimal digits; an address; label:tc:s:ttl; the name of a flag.
 * The last two add to the record. */
bool column_parse_number(struct span text, uint64_t *value);
bool column_parse_address(struct span text, struct address *address);
bool column_add_label(struct span text, struct record *record);
bool column_add_flag(struct span text, struct record *record);

/* column_expected() says what a value of the column looks like, for messages; returns `text`. */
const char *column_expected(const struct record_column *column, char text[COLUMN_EXPECTED_SIZE]);
