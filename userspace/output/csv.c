// SPDX-License-Identifier: GPL-2.0-or-later
/* CSV: a header line, then a line a record. No value needs quotes. */
#include <string.h>

#include "output/column.h"
#include "output/format.h"
#include "output/text.h"

static size_t write_header(char *out)
{
    char *p = out;

    for (int i = 0; i < RECORD_COLUMNS; i++) {
        p = stpcpy(p, record_columns[i].name);
        *p++ = i < RECORD_COLUMNS - 1 ? ',' : '\n';
    }
    return (size_t)(p - out);
}

static char *put_number(char *p, uint64_t value)
{
    p = number_put(p, value);
    *p++ = ',';
    return p;
}

/* Nothing where it is `unknown`. */
static char *put_known(char *p, uint64_t value, uint64_t unknown)
{
    if (value != unknown)
        p = number_put(p, value);
    *p++ = ',';
    return p;
}

static char *put_address(char *p, struct address address)
{
    p = text_put_address(p, address);
    *p++ = ',';
    return p;
}

static size_t write_record(char *out, const struct record *record)
{
    char *p = put_known(out, record->time_us, RECORD_NO_TIME);

    p = put_address(p, record->responder);
    p = put_address(p, record->target_address);
    p = put_number(p, record->flow);
    p = put_number(p, record->probe_ttl);
    p = put_number(p, record->quoted_ttl);
    p = put_number(p, record->reply_ttl);
    p = put_number(p, record->icmp_type);
    p = put_number(p, record->icmp_code);
    p = put_known(p, record->rtt_us, RECORD_NO_RTT);
    p = text_put_labels(p, record, ';', "");
    *p++ = ',';
    p = text_put_flags(p, record->flags, ';', "");
    *p++ = '\n';
    return (size_t)(p - out);
}

const struct output_format output_csv = {
    .name = "csv",
    .extension = ".csv",
    .header = write_header,
    .record = write_record,
};
