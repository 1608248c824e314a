// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/records.h"
#include "output/results.h"
#include "output/results_line.h"
#include "table.h"

#define HEADER                                                                                               \
    "time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,rtt_us,mpls,flags\n"
#define PLAIN "1700000000123456,240.1.2.3,8.8.8.7,7,9,1,247,11,0,12345,,\n"

static const char *write_file(const char *text)
{
    static char path[64];

    strcpy(path, "/tmp/hopwire-test-XXXXXX");
    int fd = mkstemp(path);

    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    return path;
}

struct reading {
    int records; /* before the end or the error */
    int result;  /* 0 or the error */
    bool unfinished;
    struct error_text error;
    struct record last;
};

static struct reading read_needing(const char *text, const struct column_list needed)
{
    const char *path = write_file(text);
    struct reading reading = {0};
    struct results *results;

    cr_assert_eq(results_open(&results, path, &needed, &reading.error), 0);
    unlink(path);
    while ((reading.result = results_next(results, &reading.last, &reading.error)) == 1)
        reading.records++;
    reading.unfinished = results_unfinished_tail(results);
    results_close(results);
    return reading;
}

static struct column_list columns_of(const char *names)
{
    struct column_list list;
    struct span wrong;

    cr_assert(column_list_parse(&list, names, &wrong));
    return list;
}

static struct reading read_text(const char *text)
{
    return read_needing(text, column_list_default());
}

/* Objects as readers make them: those of interfaces first, names without zeros behind them. */
static const struct {
    uint8_t length, bytes[28];
} objects[] = {
    {0, {0}},
    {4, {0, 4, 2, 0xc0}},
    {28, {0, 28, 2, 0x4f, 0,   0,   2,   11,  0,    1,   0, 0, 192, 0,
          2, 1,  8, 'e',  '%', ':', ';', ',', 0xff, '"', 0, 0, 5,   0xdc}},
    {24, {0, 24, 2, 0x04, 0, 2, 0, 0, 0x20, 1, 13, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
    {20, {0, 8, 2, 0x01, 0xff, 0xff, 0xff, 0xff, 0, 8, 3, 1, 0xde, 0xad, 0, 1, 0, 4, 255, 0}},
};

/* Records of every shape that the writers make. */
static struct record sample(unsigned i)
{
    struct record record = i % 2 ? record_plain() : record_largest();

    record.time_us = 1700000000000000 + i;
    record.flags = (uint16_t)(3 * i % (1 << RECORD_FLAGS));
    if (i % 4 == 1)
        record.responder = IPV6(0x20010db800000000, i);
    record.label_count = (uint8_t)(i % (RECORD_MAX_LABELS + 1));
    for (unsigned j = 0; j < RECORD_EXTENSION_SIZE / sizeof(record.labels[0]); j++)
        record.labels[j] = j < record.label_count ? i * 0x9e3779b9 + j * 0x85ebca6b : 0;
    record.objects_length = objects[i % COUNT(objects)].length;
    if (record.label_count * sizeof(record.labels[0]) + record.objects_length > RECORD_EXTENSION_SIZE)
        record.objects_length = 0;
    memcpy(record.extension + record.label_count * sizeof(record.labels[0]),
           objects[i % COUNT(objects)].bytes, record.objects_length);
    if (i % 3 == 0)
        record.rtt_us = RECORD_NO_RTT;
    if (i % 5 == 0)
        record.time_us = RECORD_NO_TIME;
    return record;
}

static void expect_round_trip(const struct output_format *format)
{
    const struct column_list all = columns_of("*");
    enum {
        RECORDS = 300,
    };
    struct byte_sink sink;
    struct encoder *encoder;
    struct results *results;
    struct error_text error;
    struct record back;

    kept_open(&sink);
    cr_assert_eq(encoder_open(&encoder, format, &all, &sink), 0);
    encoder_begin(encoder, NULL);
    for (unsigned i = 0; i < RECORDS; i++) {
        struct record record = sample(i);
        encoder_record(encoder, &record);
    }
    *byte_sink_reserve(&sink, 1) = '\0';
    const char *path = write_file(sink.buffer);
    cr_assert_eq(results_open(&results, path, &all, &error), 0);
    for (unsigned i = 0; i < RECORDS; i++) {
        struct record record = sample(i);

        cr_assert_eq(results_next(results, &back, &error), 1, "%s", error.text);
        cr_assert_arr_eq(&back, &record, sizeof(record), "record %u", i);
    }
    cr_expect_eq(results_next(results, &back, &error), 0);
    cr_expect_not(results_unfinished_tail(results));
    results_close(results);
    unlink(path);
    encoder_close(encoder);
    byte_sink_close(&sink);
}

Test(results, csv_comes_back)
{
    expect_round_trip(&output_csv);
}

Test(results, jsonl_comes_back)
{
    expect_round_trip(&output_jsonl);
}

/* Labels may stand behind the objects that they stand before in a record. */
Test(results, objects_come_back_before_labels)
{
    struct reading reading =
        read_needing("interface_info,extensions,mpls\n3:::x:,1/2:ff,1:2:0:3;4:5:1:6\n", columns_of("mpls"));

    cr_assert_eq(reading.result, 0, "%s", reading.error.text);
    cr_expect_eq(reading.last.label_count, 2);
    cr_expect_eq(reading.last.objects_length, 11);
    cr_expect_eq(reading.last.labels[1], 4U << 12 | 5 << 9 | 1 << 8 | 6);
    cr_expect_arr_eq(record_objects(&reading.last), ((uint8_t[]){0, 6, 2, 0xc2, 2, 'x', 0, 5, 1, 2, 0xff}),
                     11);
}

Test(results, bad_objects_are_named)
{
    static const struct {
        const char *column, *value;
    } cases[] = {
        {"interface_info", "4::::"},
        {"interface_info", "0:::"},
        {"interface_info", "0:x:::"},
        {"interface_info", "0:4294967296:::"},
        {"interface_info", "0::192.0.2:e:"},
        {"interface_info", "0:::e%0g:"},
        {"interface_info", "0:::e%4:"},
        {"interface_info", "0::::-1"},
        {"interface_info", "0::::;"},
        {"interface_info", "0:::a-name-of-more-than-thirty-two-bytes:"},
        {"extensions", "256/0:"},
        {"extensions", "1/256:"},
        {"extensions", "2/0:"},
        {"extensions", "1:ff"},
        {"extensions", "1/2:f"},
        {"extensions", "1/2:0x"},
        {"extensions", "1/2:000000000000000000000000000000000000000000000000000000000000000000"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];

        snprintf(text, sizeof(text), "flow,%s\n7,%s\n", cases[i].column, cases[i].value);
        struct reading reading = read_needing(text, columns_of("flow"));
        cr_expect_eq(reading.result, -EINVAL, "%s", cases[i].value);
        cr_expect_not_null(strstr(reading.error.text, cases[i].column), "%s", reading.error.text);
    }
}

Test(results, bad_objects_of_json_are_named)
{
    static const char *const cases[] = {
        "\"interface_info\":{}",
        "\"interface_info\":[{}]",
        "\"interface_info\":[1]",
        "\"interface_info\":[{\"role\":4,\"ifindex\":null,\"address\":null,\"name\":null,\"mtu\":null}]",
        "\"interface_info\":[{\"role\":0,\"ifindex\":-1,\"address\":null,\"name\":null,\"mtu\":null}]",
        "\"interface_info\":[{\"role\":0,\"ifindex\":null,\"address\":\"x\",\"name\":null,\"mtu\":null}]",
        "\"interface_info\":[{\"role\":0,\"ifindex\":null,\"address\":null,\"name\":1,\"mtu\":null}]",
        "\"extensions\":[{\"class\":1,\"type\":2}]",
        "\"extensions\":[{\"class\":1,\"type\":2,\"data\":\"f\"}]",
        "\"extensions\":[{\"class\":1,\"type\":\"2\",\"data\":\"ff\"}]",
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[256];

        snprintf(text, sizeof(text), "{\"flow\":7,%s}\n", cases[i]);
        struct reading reading = read_needing(text, columns_of("flow"));
        cr_expect_eq(reading.result, -EINVAL, "%s", cases[i]);
    }
}

Test(results, empty_file_has_no_records)
{
    struct reading reading = read_text("");

    cr_expect_eq(reading.result, 0);
    cr_expect_not(reading.unfinished);
    cr_expect_eq(read_text(HEADER).result, 0);
}

/* As SIGKILL leaves it: whatever stands after the last newline is left out and told. */
Test(results, unfinished_tail_is_told_at_every_length)
{
    static const char text[] = HEADER PLAIN PLAIN;

    for (size_t length = 1; length < sizeof(text); length++) {
        char cut[sizeof(text)];
        int newlines = 0;

        memcpy(cut, text, length);
        cut[length] = '\0';
        for (size_t i = 0; i < length; i++)
            newlines += cut[i] == '\n';
        struct reading reading = read_text(cut);
        cr_expect_eq(reading.result, 0, "%s", reading.error.text);
        cr_expect_eq(reading.records, newlines ? newlines - 1 : 0);
        cr_expect_eq(reading.unfinished, cut[length - 1] != '\n');
    }
}

Test(results, bad_csv_is_named)
{
    static const struct {
        const char *line;
        const char *message;
    } cases[] = {
        {"x,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,,\n",
         "time_us: 'x' is not a whole number from 0 to 18446744073709551615"},
        {"18446744073709551616,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,,\n",
         "time_us: '18446744073709551616' is not"},
        {"1,240.1.2.256,8.8.8.7,7,9,1,247,11,0,5,,\n", "responder: '240.1.2.256' is not an address such as"},
        {"1,240.1.2,8.8.8.7,7,9,1,247,11,0,5,,\n", "responder: '240.1.2' is not"},
        {"1,240.1.2.3,8.8.8.7.,7,9,1,247,11,0,5,,\n", "target: '8.8.8.7.' is not"},
        {"1,240.1.2.3,8.8.8.07,7,9,1,247,11,0,5,,\n", "target: '8.8.8.07' is not"},
        {"1,240.1.2.3,,7,9,1,247,11,0,5,,\n", "target: '' is not"},
        {"1,240.1.2.3,8.8.8.7,65536,9,1,247,11,0,5,,\n",
         "flow: '65536' is not a whole number from 0 to 65535"},
        {"1,240.1.2.3,8.8.8.7,7,256,1,247,11,0,5,,\n",
         "probe_ttl: '256' is not a whole number from 0 to 255"},
        {"1,240.1.2.3,8.8.8.7,7,9,-1,247,11,0,5,,\n", "quoted_ttl: '-1' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1, 247,11,0,5,,\n", "reply_ttl: ' 247' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,4294967296,,\n", "rtt_us: '4294967296' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,1:2:1,\n",
         "mpls: '1:2:1' is not a list of at most 8 label:tc:s:ttl"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,1048576:0:1:1,\n", "mpls: '1048576:0:1:1' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,1:8:1:1,\n", "mpls: '1:8:1:1' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,1:0:2:1,\n", "mpls: '1:0:2:1' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,1:0:1:256,\n", "mpls: '1:0:1:256' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,1:0:1:1;,\n", "mpls: '1:0:1:1;' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,1:0:1:1;1:0:1:1;1:0:1:1;1:0:1:1;1:0:1:1;1:0:1:1;1:0:1:1;1:0:1:"
         "1;1:0:1:1,\n",
         "mpls: "},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,,lat\n",
         "flags: 'lat' is not a list of duplicate, late, truncated, rewritten, mpls_cut, no_rx_time"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,,late;late2\n", "flags: 'late;late2' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,,\r\n", "flags: '?' is not"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,\n", "ends after 11 of the 12 columns"},
        {"1\n", "ends after 1 of the 12 columns"},
        {"1,240.1.2.3,8.8.8.7,7,9,1,247,11,0,5,,,\n", "has more than the 12 columns of the header"},
        {HEADER, "time_us: 'time_us' is not"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[1024];

        snprintf(text, sizeof(text), HEADER PLAIN "%s" PLAIN, cases[i].line);
        struct reading reading = read_text(text);
        cr_expect_eq(reading.result, -EINVAL, "%s", cases[i].line);
        cr_expect_eq(reading.records, 1);
        cr_expect_not_null(strstr(reading.error.text, ": line 3: "), "%s", reading.error.text);
        cr_expect_not_null(strstr(reading.error.text, cases[i].message), "%s", reading.error.text);
    }
}

/* A line with one value replaced; NULL leaves the key out. */
static void put_jsonl(char *text, size_t size, const char *key, const char *value)
{
    static const char *const plain[][2] = {
        {"time_us", "1"},
        {"responder", "\"240.1.2.3\""},
        {"target", "\"8.8.8.7\""},
        {"flow", "7"},
        {"probe_ttl", "9"},
        {"quoted_ttl", "1"},
        {"reply_ttl", "247"},
        {"icmp_type", "11"},
        {"icmp_code", "0"},
        {"rtt_us", "5"},
        {"mpls", "[]"},
        {"flags", "[]"},
    };
    FILE *out = fmemopen(text, size, "w");

    fputs("{\"unknown\":null", out);
    for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
        const char *chosen = strcmp(plain[i][0], key) == 0 ? value : plain[i][1];

        if (chosen)
            fprintf(out, ",\"%s\":%s", plain[i][0], chosen);
    }
    fputs("}\n", out);
    fclose(out);
}

Test(results, bad_jsonl_is_named)
{
    static const struct {
        const char *key, *value;
        const char *message;
    } cases[] = {
        {"time_us", "-1", "time_us: '-1' is not a whole number"},
        {"time_us", "1.5", "time_us: '1.5' is not a whole number"},
        {"flow", "\"7\"", "flow: '\"7\"' is not a whole number from 0 to 65535"},
        {"flow", NULL, "key 'flow' is missing"},
        {"responder", "4026597891", "responder: '4026597891' is not an address"},
        {"target", "null", "target: 'null' is not an address"},
        {"icmp_type", "256", "icmp_type: '256' is not a whole number from 0 to 255"},
        {"mpls", "\"\"", "mpls: '\"\"' is not a list"},
        {"mpls", "[\"1:2\"]", "mpls: '[\"1:2\"]' is not a list"},
        {"flags", "[\"odd\"]", "flags: '[\"odd\"]' is not a list"},
        {"flags", "[1]", "flags: '[1]' is not a list"},
        {"flags", "[", "is not JSON: "},
    };
    char good[512], bad[512], text[1024];

    put_jsonl(good, sizeof(good), "", NULL);
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        put_jsonl(bad, sizeof(bad), cases[i].key, cases[i].value);
        snprintf(text, sizeof(text), "%s%s", good, bad);
        struct reading reading = read_text(text);
        cr_expect_eq(reading.result, -EINVAL, "%s", bad);
        cr_expect_eq(reading.records, 1, "%s", reading.error.text);
        cr_expect_not_null(strstr(reading.error.text, ": line 2: "), "%s", reading.error.text);
        cr_expect_not_null(strstr(reading.error.text, cases[i].message), "%s", reading.error.text);
    }
    snprintf(text, sizeof(text), "%s[]\n", good);
    cr_expect_not_null(strstr(read_text(text).error.text, "line 2: is not a JSON object"));
}

/* Columns are found by their names, wherever they stand; those of other versions are passed over. */
Test(results, any_columns_are_read_by_their_names)
{
    static const char *const texts[] = {
        "flow,later,responder\n7,x,240.1.2.3\n",
        "{\"flow\":7,\"later\":[{}],\"responder\":\"240.1.2.3\"}\n",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct reading reading = read_needing(texts[i], columns_of("responder,flow"));

        cr_assert_eq(reading.result, 0, "%s", reading.error.text);
        cr_expect_eq(reading.records, 1);
        cr_expect_eq(reading.last.flow, 7);
        cr_expect(address_equal(reading.last.responder, address_of_ipv4(0xf0010203)));
        cr_expect_eq(reading.last.time_us, RECORD_NO_TIME);
        cr_expect_eq(reading.last.rtt_us, RECORD_NO_RTT);
    }
}

Test(results, a_column_that_is_needed_and_missing_is_named)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"flow,responder\n7,240.1.2.3\n", ": line 1: column 'probe_ttl' is missing"},
        {"{\"flow\":7,\"responder\":\"240.1.2.3\"}\n", ": line 1: key 'probe_ttl' is missing"},
        {"flow,responder,flow\n7,240.1.2.3,7\n", ": line 1: column 'flow' occurs twice"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct reading reading = read_needing(cases[i].text, columns_of("responder,probe_ttl"));

        cr_expect_eq(reading.result, -EINVAL);
        cr_expect_not_null(strstr(reading.error.text, cases[i].message), "%s", reading.error.text);
    }
}

Test(results, first_line_must_be_known)
{
    static const char *const lines[] = {"\n", PLAIN, "name,value\n", "[]\n", "\x1f\x8c\n", (" " HEADER)};

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct reading reading = read_text(lines[i]);

        cr_expect_eq(reading.result, -EINVAL);
        cr_expect_not_null(strstr(reading.error.text, "line 1: neither the CSV header"), "%s",
                           reading.error.text);
    }
}

Test(results, unreadable_files_are_named)
{
    const struct column_list none = {0};
    struct error_text error;
    struct results *results;
    struct record record;

    cr_expect_eq(results_open(&results, "/nonexistent.csv", &none, &error), -ENOENT);
    cr_expect_str_eq(error.text, "/nonexistent.csv: cannot be read: No such file or directory");
    cr_assert_eq(results_open(&results, "/tmp", &none, &error), 0);
    cr_expect_eq(results_next(results, &record, &error), -EISDIR);
    cr_expect_str_eq(error.text, "/tmp: cannot be read: Is a directory");
    results_close(results);
    cr_assert_eq(results_open(&results, "/dev/zero", &none, &error), 0);
    cr_expect_eq(results_next(results, &record, &error), -E2BIG);
    cr_expect_str_eq(error.text, "/dev/zero: cannot be read: a line is longer than 1 MiB");
    results_close(results);
}

/* What the quick reader of JSON lines takes, the thorough one reads alike; what it leaves is not plain. */
Test(results, plain_json_lines_are_read_alike)
{
    static const struct {
        const char *line;
        bool plain;
    } cases[] = {
        {"{\"time_us\":5,\"responder\":\"10.0.0.1\",\"target\":\"2001:db8::1\",\"probe_ttl\":3,\"rtt_us\":"
         "null,"
         "\"mpls\":[\"5:0:1:2\",\"6:0:0:1\"],\"flags\":[\"late\"]}",
         true},
        {"{\"flags\":[],\"rtt_us\":7,\"time_us\":null,\"interface_info\":[]}", true},
        {"{\"rtt_us\": 7}", false},
        {"{\"rtt_us\":07}", false},
        {"{\"rtt_us\":-7}", false},
        {"{\"rtt_us\":7.0}", false},
        {"{\"rtt_us\":7e3}", false},
        {"{\"rtt_us\":7,\"rtt_us\":8}", false},
        {"{\"rtt_us\":99999999999}", false},
        {"{\"probe_ttl\":256}", false},
        {"{\"probe_ttl\":null}", false},
        {"{\"responder\":\"10.0.0.\\u0031\"}", false},
        {"{\"responder\":\"10.0.0\"}", false},
        {"{\"flags\":[\"late\",]}", false},
        {"{\"flags\":\"late\"}", false},
        {"{\"newer\":1}", false},
        {"{\"rtt_us\":7} ", false},
        {"{\"rtt_us\":7", false},
        {"{\"rtt_us\"7}", false},
        {"{}", false},
        {"", false},
    };
    const struct results_columns columns = {0};

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct span line = {cases[i].line, strlen(cases[i].line)};
        struct record quick, thorough;
        struct error_text error;
        char text[512];

        cr_expect_eq(results_line_plain_jsonl(line, &columns, &quick), cases[i].plain, "%s", cases[i].line);
        if (!cases[i].plain)
            continue;
        /* White space is not plain. */
        snprintf(text, sizeof(text), " %s", cases[i].line);
        cr_expect_eq(results_line_jsonl((struct span){text, strlen(text)}, &columns, &thorough, &error), 0);
        cr_expect_eq(memcmp(&quick, &thorough, sizeof(quick)), 0, "%s", cases[i].line);
    }
    const struct results_columns needs = {.needed = column_list_default()};

    cr_expect_not(results_line_plain_jsonl((struct span){cases[1].line, strlen(cases[1].line)}, &needs,
                                           &(struct record){0}));
}

/* Likewise of CSV. A number of more digits than any has is not plain, and read all the same. */
Test(results, plain_lines_of_csv_are_read_alike)
{
    static const struct {
        const char *line;
        bool plain;
    } cases[] = {
        {"1700000000123456,10.0.0.1,8.8.8.7,7,9,1,247,11,0,12345,5:0:1:2;6:0:0:1,late;duplicate,0", true},
        {",255.255.255.255,2001:db8::1,65535,255,255,255,255,255,,,,0", true},
        {"007,0.0.0.0,::ffff:1.2.3.4,0,0,0,0,0,0,0,,,0", true},
        {"18446744073709551615,10.0.0.1,8.8.8.7,7,9,1,247,11,0,1,,,0", false},
        {"1,10.0.0.1,8.8.8.7,65536,9,1,247,11,0,1,,,0", false},
        {"1,10.0.0.1,8.8.8.7,,9,1,247,11,0,1,,,0", false},
        {"1,10.0.0.01,8.8.8.7,7,9,1,247,11,0,1,,,0", false},
        {"1,10.0.0.1 ,8.8.8.7,7,9,1,247,11,0,1,,,0", false},
        {"1,10.0.0.1,8.8.8,7,9,1,247,11,0,1,,,0", false},
        {"1,10.0.0.1,8.8.8.7,7,9,1,247,11,0,1,,early,0", false},
        {"1,10.0.0.1,8.8.8.7,7,9,1,247,11,0,1,,", false},
        {"1,10.0.0.1,8.8.8.7,7,9,1,247,11,0,1,,,0,", false},
        {"", false},
    };
    struct results_columns columns = {0};
    struct column_list usual = column_list_default();

    memcpy(columns.present, usual.columns, usual.count * sizeof(usual.columns[0]));
    columns.present[usual.count] = column_find((struct span){"shard", 5});
    columns.count = usual.count + 1;
    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct span line = {cases[i].line, strlen(cases[i].line)};
        struct record quick, thorough;
        struct error_text error;
        char text[256];

        cr_expect_eq(results_line_plain_csv(line, &columns, &quick), cases[i].plain, "%s", cases[i].line);
        if (!cases[i].plain)
            continue;
        snprintf(text, sizeof(text), "%s%020d", cases[i].line, 0);
        const struct span unusual = {text, strlen(text)};

        cr_expect_not(results_line_plain_csv(unusual, &columns, &thorough));
        cr_expect_eq(results_line_csv(unusual, &columns, &thorough, &error), 0);
        cr_expect_eq(memcmp(&quick, &thorough, sizeof(quick)), 0, "%s", cases[i].line);
    }
}
