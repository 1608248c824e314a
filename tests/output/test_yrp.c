// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines as yarrp's sources have them. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "output/records.h"
#include "output/results.h"
#include "table.h"

Test(yrp, a_reply_is_a_line)
{
    char text[FORMAT_RECORD_MAX + 1];
    struct record record = record_plain();

    record.reply_size = 56;
    record.reply_ip_id = 77;
    record.probe_size = 40;
    record.reply_tos = 192;
    cr_expect_str_eq(record_text(&output_yrp, record, text),
                     "8.8.8.7 1700000000 123456 11 0 9 240.1.2.3 12345 77 40 56 247 192 0 1\n");
    record.label_count = 2;
    record.labels[0] = 16000U << 12 | 5 << 9 | 254;
    record.labels[1] = 3U << 12 | 1 << 8 | 1;
    cr_expect_str_eq(record_text(&output_yrp, record, text),
                     "8.8.8.7 1700000000 123456 11 0 9 240.1.2.3 12345 77 40 56 247 192 16000:254,3:1 1\n");
}

Test(yrp, what_it_has_no_word_for_is_left_out)
{
    static const uint16_t flags[] = {RECORD_REWRITTEN, RECORD_SYN_ACK, RECORD_RST};
    char text[FORMAT_RECORD_MAX + 1];
    struct record record = record_plain();

    for (size_t i = 0; i < COUNT(flags); i++) {
        record.flags = flags[i];
        cr_expect_str_empty(record_text(&output_yrp, record, text));
    }
    record.flags = 0;
    record.rtt_us = RECORD_NO_RTT;
    cr_expect_str_empty(record_text(&output_yrp, record, text));
}

/* The first record of a text, or what is wrong with it. */
static struct record read_first(const char *text, struct error_text *error)
{
    const struct column_list none = {0};
    char path[] = "/tmp/hopwire-test-XXXXXX";
    int fd = mkstemp(path);
    struct results *results;
    struct record record;

    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    error->text[0] = '\0';
    cr_assert_eq(results_open(&results, path, &none, error), 0);
    unlink(path);
    int got = results_next(results, &record, error);

    cr_assert_eq(got, error->text[0] ? -EINVAL : 1, "%s", error->text);
    if (got == 1)
        cr_expect_eq(results_next(results, &(struct record){0}, error), 0, "the end is no reply");
    results_close(results);
    return record;
}

#define HEAD "# Program: yarrp\n# SourceIP: 192.0.2.1\n"
#define TAIL "# End: Sat, 28 Nov 2026 12:00:00 +0000\n#\n"

Test(yrp, what_yarrp_wrote_is_read)
{
    struct error_text error;
    struct record record = read_first(
        HEAD "16.0.0.7 1700000000 5 11 0 3 10.1.1.1 1834 512 42 56 253 0 19201:1,20:2 7\n" TAIL, &error);

    cr_expect_eq(record.time_us, 1700000000000005);
    cr_expect(address_equal(record.target_address, IPV4(0x10000007)));
    cr_expect(address_equal(record.responder, IPV4(0x0a010101)));
    cr_expect_eq(record.icmp_type, 11);
    cr_expect_eq(record.probe_ttl, 3);
    cr_expect_eq(record.rtt_us, 1834);
    cr_expect_eq(record.reply_ip_id, 512);
    cr_expect_eq(record.probe_size, 42);
    cr_expect_eq(record.reply_size, 56);
    cr_expect_eq(record.reply_ttl, 253);
    cr_expect_eq(record.label_count, 2);
    cr_expect_eq(record.labels[0], 19201U << 12 | 1);
    cr_expect_eq(record.labels[1], 20U << 12 | 2);
}

Test(yrp, older_files_have_milliseconds_and_no_labels)
{
    struct error_text error;
    struct record record = read_first(
        HEAD "# RTT_Granularity: ms\n2001:db8::7 1700000000 5 3 0 3 2001:db8::1 18 0 42 56 253 0 7\n" TAIL,
        &error);

    cr_expect_eq(record.rtt_us, 18000);
    cr_expect_eq(record.label_count, 0);
    cr_expect(address_equal(record.responder, ((struct address){0x20010db800000000, 1})));
}

Test(yrp, what_is_wrong_is_named)
{
    static const struct {
        const char *line, *why;
    } cases[] = {
        {"16.0.0.7 1700000000 5 11 0 3", "line 3: has 6 values, and a reply of yarrp has 14 or more"},
        {"host 1700000000 5 11 0 3 10.1.1.1 18 0 42 56 253 0 0 7", "target: 'host'"},
        {"16.0.0.7 1700000000 5 300 0 3 10.1.1.1 18 0 42 56 253 0 0 7", "icmp_type: '300'"},
        {"16.0.0.7 1700000000 1000000 11 0 3 10.1.1.1 18 0 42 56 253 0 0 7", "time_us: '1000000'"},
        {"16.0.0.7 1700000000 5 11 0 3 10.1.1.1 -1 0 42 56 253 0 0 7", "rtt_us: '-1'"},
        {"16.0.0.7 1700000000 5 11 0 3 10.1.1.1 18 0 42 56 253 0 7:x 7", "mpls: '7:x'"},
        {"16.0.0.7 1700000000 5 11 0 3 10.1.1.1 18 0 42 56 253 0 1048576:1 7", "mpls: '1048576:1'"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct error_text error;
        char text[256];

        snprintf(text, sizeof(text), HEAD "%s\n" TAIL, cases[i].line);
        read_first(text, &error);
        cr_expect_not_null(strstr(error.text, cases[i].why), "%s: %s", cases[i].line, error.text);
    }
}
