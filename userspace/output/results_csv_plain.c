// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Parses most lines of CSV: it reads the cells from left to right, without searching for their ends first.
 * results_csv.c parses all other lines, and finds the errors.
 */
#include <string.h>

#include "base/address_text.h"
#include "output/results_line.h"
#include "output/results_scan.h"

static bool is_at_comma(const struct scan *scan)
{
    return scan->at == scan->end || *scan->at == ',';
}

static struct span take_cell(struct scan *scan)
{
    const char *start = scan->at, *comma = memchr(start, ',', (size_t)(scan->end - start));

    scan->at = comma ? comma : scan->end;
    return (struct span){start, (size_t)(scan->at - start)};
}

static bool take_number(struct scan *scan, const struct record_column *column, struct record *record)
{
    uint64_t value;

    return scan_number(scan, &value) && column_store(column, value, record);
}

static bool take_address(struct scan *scan, const struct record_column *column, struct record *record)
{
    struct address address;
    size_t length = address_take_ipv4(scan->at, (size_t)(scan->end - scan->at), &address);

    scan->at += length;
    if (!length && !column_parse_address(take_cell(scan), &address))
        return false;
    column_store_address(column, address, record);
    return true;
}

static bool take_value(struct scan *scan, const struct record_column *column, struct record *record)
{
    struct error_text error;

    switch (column->kind) {
    case COLUMN_NUMBER:
        return take_number(scan, column, record);
    case COLUMN_KNOWN:
        return is_at_comma(scan) || take_number(scan, column, record);
    case COLUMN_ADDRESS:
        return take_address(scan, column, record);
    default:
        return is_at_comma(scan) || results_line_cell(column, take_cell(scan), record, &error) == 0;
    }
}

bool results_line_plain_csv(struct span line, const struct results_columns *columns, struct record *record)
{
    struct scan scan = {.at = line.text, .end = line.text + line.length};

    *record = column_empty_record();
    for (unsigned i = 0; i < columns->count; i++) {
        const struct record_column *column = columns->present[i];

        if (i && !scan_take(&scan, ','))
            return false;
        if (!column)
            take_cell(&scan);
        else if (!take_value(&scan, column, record))
            return false;
    }
    return scan.at == scan.end;
}
