// SPDX-License-Identifier: GPL-2.0-or-later
/* CSV: a header line, then one line per record. No value needs quotes. */
#include <string.h>

#include "output/format.h"
#include "output/text.h"

static void write_header(struct encoder *encoder, const struct survey_metadata *metadata)
{
    const struct column_list *list = &encoder->columns;

    (void)metadata;
    for (unsigned i = 0; i < list->count; i++) {
        const char *name = list->columns[i]->name;

        byte_sink_write(encoder->sink, name, strlen(name));
        byte_sink_write(encoder->sink, i < list->count - 1 ? "," : "\n", 1);
    }
}

/* Writes nothing if the value is unknown. */
static char *put_known(char *p, uint64_t value, uint64_t unknown)
{
    return value == unknown ? p : number_put(p, value);
}

static char *put_cell(char *p, const struct record_column *column, const struct record *record)
{
    switch (column->kind) {
    case COLUMN_NUMBER:
        return number_put(p, column_load(column, record));
    case COLUMN_KNOWN:
        return put_known(p, column_load(column, record), column->unknown);
    case COLUMN_ADDRESS:
        return text_put_address(p, column_load_address(column, record));
    case COLUMN_MPLS:
    case COLUMN_FLAGS:
    case COLUMN_INTERFACES:
    case COLUMN_EXTENSIONS:
        return text_put_list(p, column, record);
    }
    return p;
}

static void write_record(struct encoder *encoder, const struct record *record)
{
    const struct column_list *list = &encoder->columns;
    char *start = byte_sink_reserve(encoder->sink, FORMAT_RECORD_MAX), *p = start;

    for (unsigned i = 0; i < list->count; i++) {
        p = put_cell(p, list->columns[i], record);
        *p++ = ',';
    }
    p[-1] = '\n';
    byte_sink_commit(encoder->sink, (size_t)(p - start));
}

const struct output_format output_csv = {
    .name = "csv",
    .extension = ".csv",
    .appendable = true,
    .size = sizeof(struct encoder),
    .begin = write_header,
    .record = write_record,
};
