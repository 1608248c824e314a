// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/number.h"
#include "output/results_line.h"

enum {
    COLUMNS = 14, /* before version 0.7, which added one: the labels, before the count */
    COLUMNS_WITH_LABELS = 15,
    COLUMNS_MOST = 32,
    US_PER_MS = 1000,
};

/* Columns of a line that several values are made from, or that have a unit. */
enum {
    PLACE_SECONDS = 1,
    PLACE_RTT = 7,
    PLACE_LABELS = 13,
};

/* For columns that are one number or address; NULL: others. */
static const char *const names[COLUMNS] = {
    "target", NULL,          NULL,         "icmp_type",  "icmp_code", "probe_ttl", "responder",
    NULL,     "reply_ip_id", "probe_size", "reply_size", "reply_ttl", "reply_tos", NULL,
};

static const char *const columns_held[] = {
    "time_us", "responder", "target",     "probe_ttl",  "reply_ttl",   "icmp_type", "icmp_code",
    "rtt_us",  "mpls",      "probe_size", "reply_size", "reply_ip_id", "reply_tos",
};

static struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

/* yarrp has no flow column: all records have the same flow. */
static bool is_held(const struct record_column *column)
{
    for (size_t i = 0; i < sizeof(columns_held) / sizeof(columns_held[0]); i++)
        if (column == column_find(span_of(columns_held[i])))
            return true;
    return column == column_find(span_of("flow")) || column == column_find(span_of("flags"));
}

static bool begins_with(struct span line, const char *text)
{
    return line.length >= strlen(text) && memcmp(line.text, text, strlen(text)) == 0;
}

int results_header_yrp(struct span line, struct results_columns *columns, struct error_text *error)
{
    if (begins_with(line, "# RTT_Granularity: "))
        columns->rtt_unit = begins_with(line, "# RTT_Granularity: ms") ? US_PER_MS : 1;
    if (columns->count)
        return 0;
    for (size_t i = 0; i < sizeof(columns_held) / sizeof(columns_held[0]); i++)
        columns->present[columns->count++] = column_find(span_of(columns_held[i]));
    for (unsigned i = 0; i < columns->needed.count; i++)
        if (!is_held(columns->needed.columns[i]))
            return error_text_set(error, -EINVAL, "column '%s' is missing: yarrp does not write it",
                                  columns->needed.columns[i]->name);
    return 0;
}

static unsigned cut(struct span line, struct span pieces[COLUMNS_MOST])
{
    const char *at = line.text, *end = line.text + line.length;
    unsigned count = 0;

    while (count < COLUMNS_MOST) {
        while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
            at++;
        const char *start = at;

        while (at < end && *at != ' ' && *at != '\t' && *at != '\r')
            at++;
        if (at == start)
            break;
        pieces[count++] = (struct span){start, (size_t)(at - start)};
    }
    return count;
}

static int take_time(const struct span *pieces, struct record *record, struct error_text *error)
{
    const struct record_column *column = column_find(span_of("time_us"));
    uint64_t seconds, microseconds;

    if (!column_parse_number(pieces[PLACE_SECONDS], &seconds) || seconds > UINT32_MAX)
        return results_line_value(error, column, pieces[PLACE_SECONDS]);
    if (!column_parse_number(pieces[PLACE_SECONDS + 1], &microseconds) || microseconds >= US_PER_S)
        return results_line_value(error, column, pieces[PLACE_SECONDS + 1]);
    record->time_us = seconds * US_PER_S + microseconds;
    return 0;
}

static int take_rtt(struct span piece, unsigned unit, struct record *record, struct error_text *error)
{
    const struct record_column *column = column_find(span_of("rtt_us"));
    uint64_t rtt;

    if (!column_parse_number(piece, &rtt) || rtt >= RECORD_NO_RTT / unit)
        return results_line_value(error, column, piece);
    record->rtt_us = (uint32_t)(rtt * unit);
    return 0;
}

/* "0", or label:ttl[,label:ttl]. */
static int take_labels(struct span piece, struct record *record, struct error_text *error)
{
    struct span rest = piece;

    if (piece.length == 1 && piece.text[0] == '0')
        return 0;
    while (rest.length) {
        const char *comma = memchr(rest.text, ',', rest.length);
        size_t length = comma ? (size_t)(comma - rest.text) : rest.length;
        const char *colon = memchr(rest.text, ':', length);
        uint64_t label, ttl;

        if (!colon || !column_parse_number((struct span){rest.text, (size_t)(colon - rest.text)}, &label) ||
            !column_parse_number((struct span){colon + 1, length - (size_t)(colon + 1 - rest.text)}, &ttl) ||
            label > 0xfffff || ttl > UINT8_MAX || record->label_count == RECORD_MAX_LABELS)
            return results_line_value(error, column_find(span_of("mpls")), piece);
        record->labels[record->label_count++] = (uint32_t)(label << 12 | ttl);
        rest.text += comma ? length + 1 : length;
        rest.length -= comma ? length + 1 : length;
    }
    return 0;
}

static int take_plain(const struct span *pieces, struct record *record, struct error_text *error)
{
    int result = 0;

    for (unsigned i = 0; i < COLUMNS && !result; i++)
        if (names[i])
            result = results_line_cell(column_find(span_of(names[i])), pieces[i], record, error);
    return result;
}

int results_line_yrp(struct span line, const struct results_columns *columns, struct record *record,
                     struct error_text *error)
{
    struct span pieces[COLUMNS_MOST];
    unsigned count = cut(line, pieces);

    *record = column_empty_record();
    if (count < COLUMNS)
        return error_text_set(error, -EINVAL, "has %u value%s, and a reply of yarrp has %d or more", count,
                              plural(count), COLUMNS);
    record->quoted_ttl = 1;
    int result = take_plain(pieces, record, error);

    if (!result)
        result = take_time(pieces, record, error);
    if (!result)
        result = take_rtt(pieces[PLACE_RTT], columns->rtt_unit ? columns->rtt_unit : 1, record, error);
    if (!result && count >= COLUMNS_WITH_LABELS)
        result = take_labels(pieces[PLACE_LABELS], record, error);
    return result;
}
