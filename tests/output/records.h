// SPDX-License-Identifier: GPL-2.0-or-later
/* Records for the tests of output and score. */
#pragma once

#include <string.h>

#include "addresses.h"
#include "output/format.h"
#include "output/record.h"

/* A reply as most are: nothing unusual about it. */
static inline struct record record_plain(void)
{
    return (struct record){
        .time_us = 1700000000123456,
        .responder = IPV4(0xf0010203),      /* 240.1.2.3 */
        .target_address = IPV4(0x08080807), /* 8.8.8.7 */
        .rtt_us = 12345,
        .flow = 7,
        .probe_ttl = 9,
        .quoted_ttl = 1,
        .reply_ttl = 247,
        .icmp_type = 11,
    };
}

/* Every field as large as it can be, every flag. */
static inline struct record record_largest(void)
{
    struct record record;

    memset(&record, 0xff, sizeof(record));
    record.reserved = 0;
    memset(record.room, 0, sizeof(record.room));
    record.next_hop_mtu = 0; /* no column */
    record.label_count = RECORD_MAX_LABELS;
    record.rtt_us = RECORD_NO_RTT - 1;
    record.flags = (1 << RECORD_FLAGS) - 1;
    return record;
}

/* The text of a record as a string. */
static inline const char *record_text(const struct output_format *format, struct record record,
                                      char text[FORMAT_RECORD_MAX + 1])
{
    text[format->record(text, &record)] = '\0';
    return text;
}
