// SPDX-License-Identifier: GPL-2.0-or-later
/* Records for the tests of output and score. */
#pragma once

#include <criterion/criterion.h>
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

    memset(&record, 0, sizeof(record)); /* the bytes between fields, too: records are compared as a whole */
    memset(&record, 0xff, offsetof(struct record, shard) + sizeof(record.shard));
    memset(record.labels, 0xff, RECORD_MAX_LABELS * sizeof(record.labels[0]));
    record.quoted_tos = RECORD_NO_TOS - 1;
    record.label_count = RECORD_MAX_LABELS;
    record.rtt_us = RECORD_NO_RTT - 1;
    record.flags = (1 << RECORD_FLAGS) - 1;
    return record;
}

/* A sink that keeps what is written in its buffer, which must hold it all. */
static inline void kept_close(struct byte_sink *sink)
{
    (void)sink;
}

static const struct byte_sink_ops kept_ops = {.close = kept_close};

static inline void kept_open(struct byte_sink *sink)
{
    cr_assert_eq(byte_sink_init(sink, &kept_ops), 0);
}

/* What an encoder writes of a record, or before the first where there is none, as a string. */
static inline const char *encoded_text(const struct output_format *format, const struct column_list *columns,
                                       const struct record *record, char text[FORMAT_RECORD_MAX + 1])
{
    struct byte_sink sink;
    struct encoder *encoder;

    kept_open(&sink);
    cr_assert_eq(encoder_open(&encoder, format, columns, &sink), 0);
    if (record)
        encoder_record(encoder, record);
    else
        encoder_begin(encoder, NULL);
    memcpy(text, sink.buffer, sink.length);
    text[sink.length] = '\0';
    encoder_close(encoder);
    byte_sink_close(&sink);
    return text;
}

static inline const char *header_text(const struct output_format *format, const struct column_list *columns,
                                      char text[FORMAT_RECORD_MAX + 1])
{
    return encoded_text(format, columns, NULL, text);
}

static inline const char *record_text_of(const struct output_format *format,
                                         const struct column_list *columns, const struct record *record,
                                         char text[FORMAT_RECORD_MAX + 1])
{
    return encoded_text(format, columns, record, text);
}

/* Likewise, of the usual columns. */
static inline const char *record_text(const struct output_format *format, struct record record,
                                      char text[FORMAT_RECORD_MAX + 1])
{
    return record_text_of(format, NULL, &record, text);
}
