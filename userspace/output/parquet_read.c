// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/parquet_read.h"

#include <string.h>

#include "output/parquet_reading_page.h"
#include "output/results_line.h"

void parquet_reading_free(struct parquet_reading *self)
{
    bytes_free(&self->dictionary);
    bytes_free(&self->data);
    bytes_free(&self->addresses);
    bytes_free(&self->starts);
}

static inline uint64_t take_value(struct parquet_reading *self)
{
    uint64_t value;

    memcpy(&value, self->values, sizeof(value));
    self->values += self->width;
    return self->width == sizeof(value) ? value : value & ((1ULL << 8 * self->width) - 1);
}

static int put_text(const struct parquet_reading *self, uint32_t number, struct record *record,
                    struct error_text *error)
{
    const uint8_t *at = self->dictionary.data;
    uint32_t start;
    struct span text;

    if (self->column->kind == COLUMN_ADDRESS) {
        struct address address;

        memcpy(&address, self->addresses.data + number * sizeof(address), sizeof(address));
        column_store_address(self->column, address, record);
        return 0;
    }
    memcpy(&start, self->starts.data + number * sizeof(start), sizeof(start));
    at += start;
    if (!parquet_take_text(&at, self->dictionary.data + self->dictionary.length, &text))
        return parquet_damaged(error);
    return text.length ? results_line_cell(self->column, text, record, error) : 0;
}

static int put_plain_text(struct parquet_reading *self, struct record *record, struct error_text *error)
{
    struct span text;

    return parquet_take_text(&self->values, self->end, &text)
               ? results_line_cell(self->column, text, record, error)
               : parquet_damaged(error);
}

static int put_number(const struct parquet_reading *self, uint64_t value, struct record *record,
                      struct error_text *error)
{
    uint32_t number;

    if (self->numbered) {
        memcpy(&number, self->dictionary.data + value * sizeof(number), sizeof(number));
        value = number;
    }
    return column_store(self->column, value, record) ? 0 : parquet_damaged(error);
}

static int put_value(struct parquet_reading *self, struct record *record, struct error_text *error)
{
    bool text = column_is_text(self->column);

    if (self->optional && !parquet_is_known(self, self->next))
        return 0;
    if (text && !self->numbered)
        return put_plain_text(self, record, error);
    uint64_t value = take_value(self);

    if (self->numbered && value >= self->count)
        return parquet_damaged(error);
    return text ? put_text(self, (uint32_t)value, record, error) : put_number(self, value, record, error);
}

int parquet_reading_take(struct parquet_reading *self, struct record *records, unsigned n,
                         ZSTD_DCtx *unpacker, unsigned *taken, struct error_text *error)
{
    for (*taken = 0; *taken < n; ++*taken, self->next++) {
        int result = self->next == self->records ? parquet_reading_page(self, unpacker, error) : 0;

        if (!result)
            result = put_value(self, &records[*taken], error);
        if (result)
            return result;
    }
    return 0;
}
