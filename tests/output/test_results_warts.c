// SPDX-License-Identifier: GPL-2.0-or-later
/* What our own writer wrote, which scamper's tools read (tests/e2e/test_warts.py), and what is damaged. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "output/descriptor_sink.h"
#include "output/metadata.h"
#include "output/recorder.h"
#include "output/records.h"
#include "output/results.h"
#include "reference.h"

enum {
    HOPS = 6,
};

/* A trace over IPv6 or IPv4: labels, other objects, an answer without quotation. */
static void make_trace(struct record *records, bool ipv4)
{
    for (uint8_t i = 0; i < HOPS; i++) {
        struct record *record = &records[i];

        *record = column_empty_record();
        record->time_us = 1700000000000000 + i * 1000U;
        record->rtt_us = 500U + i;
        record->target_address = ipv4 ? IPV4(0x10000007) : (struct address){0x20010db800000000, 7};
        record->responder = ipv4 ? IPV4(0x0a000001U + i) : (struct address){0x20010db800000001, i};
        record->source = ipv4 ? IPV4(0x0a000063) : (struct address){0x20010db800000000, 0x63};
        record->protocol = 17;
        record->src_port = 40000;
        record->dst_port = 33434;
        record->probe_ttl = (uint8_t)(i + 1);
        record->quoted_ttl = 1 + i % 2;
        record->reply_ttl = (uint8_t)(64 - i);
        record->icmp_type = ipv4 ? 11 : 3;
        record->probe_size = 60;
        record->reply_size = 88;
        record->reply_ip_id = i;
        record->reply_tos = 4;
        record->quoted_tos = 8;
    }
    records[2].label_count = 2;
    records[2].labels[0] = 19201U << 12 | 1;
    records[2].labels[1] = 20U << 12 | 1 << 8 | 2;
    memcpy(records[3].extension,
           "\0\x08\x02\x05"
           "abcd",
           8);
    records[3].objects_length = 8;
}

static FILE *written_of(const struct survey_metadata *metadata, const struct record *records, unsigned count)
{
    FILE *file = tmpfile();
    struct byte_sink *sink;
    struct recorder recorder;

    cr_assert_not_null(file);
    cr_assert_eq(descriptor_sink_open(&sink, fileno(file)), 0);
    cr_assert_eq(recorder_open(&recorder, &output_warts, NULL, sink), 0);
    cr_assert_eq(recorder_begin(&recorder, metadata), 0);
    for (unsigned i = 0; i < count; i++)
        recorder_append(&recorder, &records[i]);
    recorder_finish(&recorder);
    cr_assert_eq(recorder_error(&recorder), 0);
    recorder_close(&recorder);
    return file;
}

static FILE *written(const struct record *records, unsigned count)
{
    return written_of(NULL, records, count);
}

static int read_all(FILE *file, struct record *out, unsigned most, unsigned *count)
{
    const struct column_list usual = column_list_default();
    struct results *results;
    struct error_text error;
    struct record record;
    char path[64];
    int got;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
    *count = 0;
    cr_assert_eq(results_open(&results, path, &usual, &error), 0, "%s", error.text);
    for (; (got = results_next(results, &record, &error)) == 1; ++*count)
        if (*count < most)
            out[*count] = record;
    results_close(results);
    return got;
}

Test(results_warts, give_back_a_trace)
{
    for (int ipv4 = 0; ipv4 < 2; ipv4++) {
        struct record records[HOPS], read[HOPS];
        unsigned count;

        make_trace(records, ipv4);
        FILE *file = written(records, HOPS);

        cr_expect_eq(read_all(file, read, HOPS, &count), 0);
        cr_expect_eq(count, HOPS);
        for (unsigned i = 0; i < HOPS; i++)
            cr_expect_eq(memcmp(&read[i], &records[i], sizeof(read[i])), 0, "hop %u", i + 1);
        fclose(file);
    }
}

/* What is left when a ping was told: its quotation is not, nor TOS, and a probe without an answer has no record. */
static void make_ping(struct record *record, uint16_t number, bool ipv4)
{
    *record = column_empty_record();
    record->time_us = 1700000000000000 + number * 1000000U;
    record->rtt_us = 500U + number;
    record->target_address = ipv4 ? IPV4(0x10000007) : (struct address){0x20010db800000000, 7};
    record->responder = record->target_address;
    record->source = ipv4 ? IPV4(0x0a000063) : (struct address){0x20010db800000000, 0x63};
    record->protocol = ipv4 ? 1 : 58;
    record->probe_ttl = 64;
    record->reply_ttl = 55;
    record->icmp_type = ipv4 ? 0 : 129;
    record->probe_size = record->reply_size = 84;
    record->reply_ip_id = ipv4 ? number : 0;
    record->round = number;
}

Test(results_warts, give_back_a_ping)
{
    const struct survey_metadata metadata = {
        .pings = true, .interval = 0.5, .cooldown = 10, .layout = layout_by_name("icmp", FAMILY_IPV4)};

    for (int ipv4 = 0; ipv4 < 2; ipv4++) {
        struct record records[HOPS], read[HOPS];
        unsigned count;

        for (uint16_t i = 0; i < HOPS; i++)
            make_ping(&records[i], i, ipv4);
        records[2].flags = RECORD_UNANSWERED;
        FILE *file = written_of(&metadata, records, HOPS);

        cr_expect_eq(read_all(file, read, HOPS, &count), 0);
        cr_assert_eq(count, HOPS - 1);
        for (unsigned i = 0; i < count; i++)
            cr_expect_eq(memcmp(&read[i], &records[i + (i >= 2)], sizeof(read[i])), 0, "reply %u", i);
        fclose(file);
    }
}

/* The sanitizers look on. */
Test(results_warts, survive_damage)
{
    struct record records[HOPS];
    uint64_t random = 5;
    unsigned count, refused = 0;

    make_trace(records, false);
    FILE *file = written(records, HOPS);

    cr_assert_geq(fseek(file, 0, SEEK_END), 0);
    size_t size = (size_t)ftell(file);

    for (int round = 0; round < 3000; round++) {
        off_t at = (off_t)(2 + reference_random(&random) % (size - 2));
        uint8_t old, changed = (uint8_t)reference_random(&random);

        cr_assert_eq(pread(fileno(file), &old, 1, at), 1);
        cr_assert_eq(pwrite(fileno(file), &changed, 1, at), 1);
        refused += read_all(file, NULL, 0, &count) < 0;
        cr_assert_leq(count, 1 << 17);
        cr_assert_eq(pwrite(fileno(file), &old, 1, at), 1);
    }
    cr_expect_gt(refused, 100);
    for (size_t length = size; length-- > 2;) {
        cr_assert_eq(ftruncate(fileno(file), (off_t)length), 0);
        read_all(file, NULL, 0, &count);
        cr_expect_leq(count, HOPS);
    }
    fclose(file);
}
