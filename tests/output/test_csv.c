// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "output/records.h"

Test(csv, header_names_the_columns)
{
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(header_text(&output_csv, NULL, text),
                     "time_us,responder,target,flow,probe_ttl,quoted_ttl,reply_ttl,icmp_type,icmp_code,"
                     "rtt_us,mpls,flags\n");
}

Test(csv, plain_record)
{
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(record_text(&output_csv, record_plain(), text),
                     "1700000000123456,240.1.2.3,8.8.8.7,7,9,1,247,11,0,12345,,\n");
}

Test(csv, zero_record)
{
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(record_text(&output_csv, (struct record){0}, text), ",::,::,0,0,0,0,0,0,0,,\n");
}

Test(csv, label_stack_is_joined_by_semicolons)
{
    struct record record = record_plain();
    char text[FORMAT_RECORD_MAX + 1];

    record.label_count = 2;
    record.labels[0] = 16000U << 12 | 5 << 9 | 0 << 8 | 254;
    record.labels[1] = 0xfffffU << 12 | 7 << 9 | 1 << 8 | 1;
    cr_expect_str_eq(
        record_text(&output_csv, record, text),
        "1700000000123456,240.1.2.3,8.8.8.7,7,9,1,247,11,0,12345,16000:5:0:254;1048575:7:1:1,\n");
}

Test(csv, what_is_not_known_is_empty)
{
    struct record record = record_plain();
    char text[FORMAT_RECORD_MAX + 1];

    record.rtt_us = RECORD_NO_RTT;
    record.flags = RECORD_REWRITTEN | RECORD_DUPLICATE;
    cr_expect_str_eq(record_text(&output_csv, record, text),
                     "1700000000123456,240.1.2.3,8.8.8.7,7,9,1,247,11,0,,,duplicate;rewritten\n");
    record.time_us = RECORD_NO_TIME;
    record.flags = 0;
    cr_expect_str_eq(record_text(&output_csv, record, text), ",240.1.2.3,8.8.8.7,7,9,1,247,11,0,,,\n");
}

Test(csv, each_flag_has_its_name)
{
    static const struct {
        enum record_flag flag;
        const char *name;
    } cases[] = {
        {RECORD_DUPLICATE, ",duplicate\n"},
        {RECORD_LATE, ",late\n"},
        {RECORD_TRUNCATED, ",truncated\n"},
        {RECORD_REWRITTEN, ",rewritten\n"},
        {RECORD_MPLS_CUT, ",mpls_cut\n"},
        {RECORD_NO_RX_TIME, ",no_rx_time\n"},
        {RECORD_EXTENSIONS_CUT, ",extensions_cut\n"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct record record = record_plain();
        char text[FORMAT_RECORD_MAX + 1];

        record.flags = (uint16_t)cases[i].flag;
        cr_expect_str_eq(strrchr(record_text(&output_csv, record, text), ','), cases[i].name);
    }
}

Test(csv, largest_record_fits)
{
    char text[FORMAT_RECORD_MAX + 1];
    struct record record = record_largest();

    cr_expect_not_null(strstr(record_text(&output_csv, record, text),
                              "18446744073709551615,ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,"
                              "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff,65535,255,255,255,255,255,"
                              "4294967294,1048575:7:1:255;"));
}
