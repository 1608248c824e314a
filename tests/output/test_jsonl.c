// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <jansson.h>

#include "output/column.h"
#include "output/records.h"

Test(jsonl, has_no_header)
{
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(header_text(&output_jsonl, NULL, text), "");
}

Test(jsonl, plain_record)
{
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(record_text(&output_jsonl, record_plain(), text),
                     "{\"time_us\":1700000000123456,\"responder\":\"240.1.2.3\",\"target\":\"8.8.8.7\","
                     "\"flow\":7,\"probe_ttl\":9,\"quoted_ttl\":1,\"reply_ttl\":247,\"icmp_type\":11,"
                     "\"icmp_code\":0,\"rtt_us\":12345,\"mpls\":[],\"flags\":[]}\n");
}

Test(jsonl, lists_are_arrays_and_what_is_not_known_is_null)
{
    struct record record = record_plain();
    char text[FORMAT_RECORD_MAX + 1];

    record.rtt_us = RECORD_NO_RTT;
    record.flags = RECORD_REWRITTEN | RECORD_LATE;
    record.label_count = 2;
    record.labels[0] = 16000U << 12 | 5 << 9 | 0 << 8 | 254;
    record.labels[1] = 3U << 12 | 0 << 9 | 1 << 8 | 1;
    cr_expect_str_eq(strstr(record_text(&output_jsonl, record, text), ",\"rtt_us\""),
                     ",\"rtt_us\":null,\"mpls\":[\"16000:5:0:254\",\"3:0:1:1\"],"
                     "\"flags\":[\"late\",\"rewritten\"]}\n");
    record.time_us = RECORD_NO_TIME;
    cr_expect_eq(strncmp(record_text(&output_jsonl, record, text), "{\"time_us\":null,\"responder\"", 27), 0);
}

Test(jsonl, keys_are_the_columns)
{
    char text[FORMAT_RECORD_MAX + 1];
    json_t *object = json_loads(record_text(&output_jsonl, record_plain(), text), 0, NULL);
    int i = 0;
    const char *key;
    json_t *value;

    cr_assert_eq(json_object_size(object), DEFAULT_COLUMNS);
    json_object_foreach(object, key, value) cr_expect_str_eq(key, record_columns[i++].name);
    json_decref(object);
}

Test(jsonl, largest_record_fits_and_is_json)
{
    struct record record = record_largest();
    char text[FORMAT_RECORD_MAX + 1];

    record.time_us = INT64_MAX; /* the largest integer of most JSON parsers */

    json_t *object = json_loads(record_text(&output_jsonl, record, text), 0, NULL);
    cr_assert_not_null(object);
    cr_expect_eq(json_array_size(json_object_get(object, "mpls")), RECORD_MAX_LABELS);
    cr_expect_eq(json_integer_value(json_object_get(object, "rtt_us")), RECORD_NO_RTT - 1);
    json_decref(object);
}
