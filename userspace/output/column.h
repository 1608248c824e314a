// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The columns of a record: their names and order, and how text becomes a value again. CSV and JSON lines
 * share names and values; they differ in how lists and missing values are written.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/choices.h"
#include "output/record.h"

/* A piece of a line, without a NUL at its end. */
struct span {
    const char *text;
    size_t length;
};

enum {
    RECORD_COLUMNS = 26,
    DEFAULT_COLUMNS = 12, /* the first ones, by default */
    COLUMN_KEY_SIZE = 24, /* the same size for all, so that copying needs no call */
    COLUMN_EXPECTED_SIZE = 128,
};

enum column_kind {
    COLUMN_NUMBER,
    COLUMN_KNOWN, /* a number, or missing if unknown */
    COLUMN_ADDRESS,
    COLUMN_MPLS,
    COLUMN_FLAGS,
    COLUMN_INTERFACES,
    COLUMN_EXTENSIONS,
};

struct record_column {
    const char *name;
    char key[COLUMN_KEY_SIZE]; /* in JSON: ,"name": */
    uint8_t key_length;
    enum column_kind kind;
    size_t offset; /* of the field in struct record; numbers and addresses only */
    size_t size;
    uint64_t unknown; /* value of the field if the value is missing */
};

extern const struct record_column record_columns[RECORD_COLUMNS];

/* Some of the columns, each at most once, in the order in which they are written. */
struct column_list {
    unsigned count;
    const struct record_column *columns[RECORD_COLUMNS];
};

/* column_list_default() returns the columns that are written by default. */
struct column_list column_list_default(void);

/* column_list_parse() reads names joined by commas, or "*" for all columns. Returns false if the text is no
 * such list; then `wrong` is the part with an unknown or a repeated name. */
bool column_list_parse(struct column_list *list, const char *text, struct span *wrong);

/* column_list_has() returns whether `column` is in the list. */
bool column_list_has(const struct column_list *list, const struct record_column *column);

/* column_find() returns the column of a name, or NULL if there is none. */
const struct record_column *column_find(struct span name);
choice_at record_column_choices;

/* column_load() returns the field of a number, column_load_address() that of an address. The eight bytes from
 * there on always belong to the record, so no branch is needed. */
static inline uint64_t column_load(const struct record_column *column, const struct record *record)
{
    uint64_t value;

    memcpy(&value, (const char *)record + column->offset, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    value <<= 64 - 8 * column->size;
#endif
    return value >> (64 - 8 * column->size);
}

static inline struct address column_load_address(const struct record_column *column,
                                                 const struct record *record)
{
    struct address address;

    memcpy(&address, (const char *)record + column->offset, sizeof(address));
    return address;
}

/* column_is_text() returns whether the values of a column are neither numbers nor possibly missing
 * numbers. */
static inline bool column_is_text(const struct record_column *column)
{
    return column->kind != COLUMN_NUMBER && column->kind != COLUMN_KNOWN;
}

/* column_max() returns the largest number that the column's field can hold. */
static inline uint64_t column_max(const struct record_column *column)
{
    return UINT64_MAX >> (64 - 8 * column->size);
}

/* column_empty_record() returns a record in which everything is unknown. The columns set here may be missing,
 * and do not use 0 for that. */
static inline struct record column_empty_record(void)
{
    return (struct record){.rtt_us = RECORD_NO_RTT, .quoted_tos = RECORD_NO_TOS};
}

/* column_store() sets the field of a number; it returns false if the value does not fit.
 * column_store_address() sets that of an address. */
static inline bool column_store(const struct record_column *column, uint64_t value, struct record *record)
{
    char *field = (char *)record + column->offset;

    if (value > column_max(column))
        return false;
    switch (column->size) {
    case sizeof(uint8_t):
        memcpy(field, &(uint8_t){(uint8_t)value}, sizeof(uint8_t));
        break;
    case sizeof(uint16_t):
        memcpy(field, &(uint16_t){(uint16_t)value}, sizeof(uint16_t));
        break;
    case sizeof(uint32_t):
        memcpy(field, &(uint32_t){(uint32_t)value}, sizeof(uint32_t));
        break;
    default:
        memcpy(field, &value, sizeof(value));
    }
    return true;
}

static inline void column_store_address(const struct record_column *column, struct address address,
                                        struct record *record)
{
    memcpy((char *)record + column->offset, &address, sizeof(address));
}

/* Convert text to a value; return false unless all of it is valid: decimal digits; an address;
 * label:tc:s:ttl; the name of a flag. The last two add to the record. */
bool column_parse_number(struct span text, uint64_t *value);
bool column_parse_address(struct span text, struct address *address);
bool column_add_label(struct span text, struct record *record);
bool column_add_flag(struct span text, struct record *record);

/* column_expected() describes the values of the column for messages; returns `text`. */
const char *column_expected(const struct record_column *column, char text[COLUMN_EXPECTED_SIZE]);
