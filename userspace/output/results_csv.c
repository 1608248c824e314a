// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "base/number.h"
#include "output/object_parse.h"
#include "output/results_line.h"

/* Cuts `rest` at the first `separator`; returns false if nothing is left. */
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
    case COLUMN_INTERFACES:
        return parse_list(cell, record, object_add_interface_csv);
    case COLUMN_EXTENSIONS:
        return parse_list(cell, record, object_add_extension_csv);
    }
    return false;
}

int results_line_cell(const struct record_column *column, struct span cell, struct record *record,
                      struct error_text *error)
{
    return parse_cell(column, cell, record) ? 0 : results_line_value(error, column, cell);
}

/* Whether it is a lower-case word: messages print it unchanged. */
static bool is_name(struct span name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!islower((unsigned char)name.text[i]) &&
            (i == 0 || (!isdigit((unsigned char)name.text[i]) && name.text[i] != '_')))
            return false;
    return name.length > 0;
}

static bool has_column(const struct results_columns *columns, const struct record_column *column)
{
    for (unsigned i = 0; i < columns->count; i++)
        if (columns->present[i] == column)
            return true;
    return false;
}

static int check_needed(const struct results_columns *columns, struct error_text *error)
{
    for (unsigned i = 0; i < columns->needed.count; i++)
        if (!has_column(columns, columns->needed.columns[i]))
            return error_text_set(error, -EINVAL, "column '%s' is missing", columns->needed.columns[i]->name);
    return 0;
}

static int refuse_header(struct error_text *error)
{
    return error_text_set(error, -EINVAL, "neither the CSV header 'time_us,responder,…' nor a JSON object");
}

int results_header_csv(struct span line, struct results_columns *columns, struct error_text *error)
{
    struct span rest = line, name;
    bool any = false;

    for (columns->count = 0; next_piece(&rest, ',', &name); columns->count++) {
        const struct record_column *column = column_find(name);

        if (!is_name(name) || columns->count == RESULTS_COLUMNS_MAX)
            return refuse_header(error);
        if (column && has_column(columns, column))
            return error_text_set(error, -EINVAL, "column '%s' occurs twice", column->name);
        columns->present[columns->count] = column;
        any |= column != NULL;
    }
    return any ? check_needed(columns, error) : refuse_header(error);
}

int results_line_csv(struct span line, const struct results_columns *columns, struct record *record,
                     struct error_text *error)
{
    struct span rest = line, cell;

    if (results_line_plain_csv(line, columns, record))
        return 0;
    *record = column_empty_record();
    for (unsigned i = 0; i < columns->count; i++) {
        const struct record_column *column = columns->present[i];

        if (!next_piece(&rest, ',', &cell))
            return error_text_set(error, -EINVAL, "ends after %u of the %u columns", i, columns->count);
        if (column && !parse_cell(column, cell, record))
            return results_line_value(error, column, cell);
    }
    if (rest.text)
        return error_text_set(error, -EINVAL, "has more than the %u column%s of the header", columns->count,
                              plural(columns->count));
    return 0;
}
