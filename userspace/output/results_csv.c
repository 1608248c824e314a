// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "output/results_line.h"

/* Cuts `rest` at the first `separator`; false where nothing is left to cut. */
static bool next_piece(struct span *rest, char separator, struct span *piece)
{
    const char *end;

    if (!rest->text)
        return false;
    end = memchr(rest->text, separator, rest->length);
    if (!end) {
        *piece = *rest;
        *rest = (struct span){NULL, 0};
        return true;
    }
    *piece = (struct span){rest->text, (size_t)(end - rest->text)};
    *rest = (struct span){end + 1, rest->length - piece->length - 1};
    return true;
}

static bool parse_list(struct span cell, struct record *record, bool (*add)(struct span, struct record *))
{
    struct span item;

    if (!cell.length)
        return true;
    while (next_piece(&cell, ';', &item))
        if (!add(item, record))
            return false;
    return true;
}

static bool parse_number(const struct record_column *column, struct span cell, struct record *record)
{
    uint64_t value;

    return column_parse_number(cell, &value) && column_store(column, value, record);
}

static bool parse_cell(const struct record_column *column, struct span cell, struct record *record)
{
    struct address address;

    switch (column->kind) {
    case COLUMN_NUMBER:
        return parse_number(column, cell, record);
    case COLUMN_KNOWN:
        return cell.length ? parse_number(column, cell, record)
                           : column_store(column, column->unknown, record);
    case COLUMN_ADDRESS:
        if (!column_parse_address(cell, &address))
            return false;
        column_store_address(column, address, record);
        return true;
    case COLUMN_MPLS:
        return parse_list(cell, record, column_add_label);
    case COLUMN_FLAGS:
        return parse_list(cell, record, column_add_flag);
    }
    return false;
}

int results_line_csv(struct span line, struct record *record, struct error_text *error)
{
    struct span rest = line, cell;

    *record = (struct record){0};
    for (int i = 0; i < RECORD_COLUMNS; i++) {
        if (!next_piece(&rest, ',', &cell))
            return error_text_set(error, -EINVAL, "ends after %d of the %d columns", i, RECORD_COLUMNS);
        if (!parse_cell(&record_columns[i], cell, record))
            return results_line_value(error, &record_columns[i], cell);
    }
    if (rest.text)
        return error_text_set(error, -EINVAL, "has more than the %d columns", RECORD_COLUMNS);
    return 0;
}
