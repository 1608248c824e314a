// SPDX-License-Identifier: GPL-2.0-or-later
/* JSON lines: an object a record, its keys the columns of the CSV. No string needs escapes. */
#include <string.h>

#include "output/format.h"
#include "output/text.h"

// NOLINTNEXTLINE(readability-non-const-parameter): the signature is that of every format
static size_t write_header(char *out)
{
    (void)out;
    return 0;
}

static char *put_number(char *p, const char *key, uint64_t value)
{
    return number_put(stpcpy(p, key), value);
}

/* Null where it is `unknown`. */
static char *put_known(char *p, const char *key, uint64_t value, uint64_t unknown)
{
    return value == unknown ? stpcpy(stpcpy(p, key), "null") : put_number(p, key, value);
}

static char *put_address(char *p, const char *key, struct address address)
{
    p = text_put_address(stpcpy(p, key), address);
    *p++ = '"';
    return p;
}

static size_t write_record(char *out, const struct record *record)
{
    char *p = put_known(out, "{\"time_us\":", record->time_us, RECORD_NO_TIME);

    p = put_address(p, ",\"responder\":\"", record->responder);
    p = put_address(p, ",\"target\":\"", record->target_address);
    p = put_number(p, ",\"flow\":", record->flow);
    p = put_number(p, ",\"probe_ttl\":", record->probe_ttl);
    p = put_number(p, ",\"quoted_ttl\":", record->quoted_ttl);
    p = put_number(p, ",\"reply_ttl\":", record->reply_ttl);
    p = put_number(p, ",\"icmp_type\":", record->icmp_type);
    p = put_number(p, ",\"icmp_code\":", record->icmp_code);
    p = put_known(p, ",\"rtt_us\":", record->rtt_us, RECORD_NO_RTT);
    p = text_put_labels(stpcpy(p, ",\"mpls\":["), record, ',', "\"");
    p = text_put_flags(stpcpy(p, "],\"flags\":["), record->flags, ',', "\"");
    p = stpcpy(p, "]}\n");
    return (size_t)(p - out);
}

const struct output_format output_jsonl = {
    .name = "jsonl",
    .extension = ".jsonl",
    .header = write_header,
    .record = write_record,
};
