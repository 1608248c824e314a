// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON lines: one object per record; its keys are the columns of the CSV. No string needs escapes. */
#include <string.h>

#include "output/format.h"
#include "output/object_text.h"
#include "output/text.h"

/* Writes null if the value is unknown. */
static char *put_known(char *p, uint64_t value, uint64_t unknown)
{
    return value == unknown ? stpcpy(p, "null") : number_put(p, value);
}

static char *put_address(char *p, struct address address)
{
    *p++ = '"';
    p = text_put_address(p, address);
    *p++ = '"';
    return p;
}

static char *put_list(char *p, char *(*put)(char *p, const struct record *record),
                      const struct record *record)
{
    *p++ = '[';
    p = put(p, record);
    *p++ = ']';
    return p;
}

static char *put_labels(char *p, const struct record *record)
{
    return text_put_labels(p, record, ',', "\"");
}

static char *put_flags(char *p, const struct record *record)
{
    return text_put_flags(p, record->flags, ',', "\"");
}

static char *put_value(char *p, const struct record_column *column, const struct record *record)
{
    switch (column->kind) {
    case COLUMN_NUMBER:
        return number_put(p, column_load(column, record));
    case COLUMN_KNOWN:
        return put_known(p, column_load(column, record), column->unknown);
    case COLUMN_ADDRESS:
        return put_address(p, column_load_address(column, record));
    case COLUMN_MPLS:
        return put_list(p, put_labels, record);
    case COLUMN_FLAGS:
        return put_list(p, put_flags, record);
    case COLUMN_INTERFACES:
        return put_list(p, object_put_interfaces_json, record);
    case COLUMN_EXTENSIONS:
        return put_list(p, object_put_extensions_json, record);
    }
    return p;
}

static void write_record(struct encoder *encoder, const struct record *record)
{
    const struct column_list *list = &encoder->columns;
    char *start = byte_sink_reserve(encoder->sink, FORMAT_RECORD_MAX), *p = start;

    for (unsigned i = 0; i < list->count; i++) {
        const struct record_column *column = list->columns[i];

        memcpy(p, column->key, COLUMN_KEY_SIZE);
        p = put_value(p + column->key_length, column, record);
    }
    *start = '{'; /* in place of the first comma */
    p = stpcpy(p, "}\n");
    byte_sink_commit(encoder->sink, (size_t)(p - start));
}

const struct output_format output_jsonl = {
    .name = "jsonl",
    .extension = ".jsonl",
    .appendable = true,
    .size = sizeof(struct encoder),
    .record = write_record,
};
