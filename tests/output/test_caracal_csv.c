// SPDX-License-Identifier: GPL-2.0-or-later
/* Lines as caracal's source has them. */
#include "output/caracal_csv.h"

#include <criterion/criterion.h>
#include <string.h>

#include "output/records.h"

static struct record reply(void)
{
    struct record record = record_plain();

    record.source = IPV4(0xc6120002);
    record.protocol = 17;
    record.src_port = 24000;
    record.dst_port = 33434;
    record.reply_size = 96;
    record.label_count = 2;
    record.labels[0] = 19201U << 12 | 5 << 9 | 1;
    record.labels[1] = 20U << 12 | 1 << 8 | 255;
    return record;
}

Test(caracal_csv, the_header_is_the_one_that_programs_compare)
{
    const struct caracal_csv caracal = caracal_csv_of("1", false);
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(header_text(&caracal.format, NULL, text),
                     "capture_timestamp,probe_protocol,probe_src_addr,probe_dst_addr,probe_src_port,"
                     "probe_dst_port,probe_ttl,quoted_ttl,reply_src_addr,reply_protocol,reply_icmp_type,"
                     "reply_icmp_code,reply_ttl,reply_size,reply_mpls_labels,rtt,round\n");
}

Test(caracal_csv, a_reply_is_a_line)
{
    const struct caracal_csv caracal = caracal_csv_of("1", false);
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(record_text(&caracal.format, reply(), text),
                     "1700000000123456,17,::ffff:198.18.0.2,::ffff:8.8.8.7,24000,33434,9,1,"
                     "::ffff:240.1.2.3,1,11,0,247,96,\"[(19201,5,0,1),(20,0,1,255)]\",123,1\n");
}

Test(caracal_csv, seconds_and_rounds_as_asked)
{
    const struct caracal_csv caracal = caracal_csv_of("zürich-3", true);
    struct record record = reply();
    char text[FORMAT_RECORD_MAX + 1];

    record.label_count = 0;
    record.rtt_us = RECORD_NO_RTT;
    cr_expect_str_eq(record_text(&caracal.format, record, text),
                     "1700000000,17,::ffff:198.18.0.2,::ffff:8.8.8.7,24000,33434,9,1,"
                     "::ffff:240.1.2.3,1,11,0,247,96,\"[]\",0,zürich-3\n");
}

Test(caracal_csv, of_ipv6_the_size_is_without_the_header)
{
    const struct caracal_csv caracal = caracal_csv_of("1", false);
    struct record record = reply();
    char text[FORMAT_RECORD_MAX + 1];

    record.source = IPV6(0x20010db800000000, 2);
    record.target_address = record.responder = IPV6(0x20010db800000000, 7);
    record.protocol = 58;
    record.dst_port = 0;
    record.quoted_ttl = 0;
    record.icmp_type = 129;
    record.label_count = 0;
    record.rtt_us = 7000000;
    cr_expect_str_eq(record_text(&caracal.format, record, text),
                     "1700000000123456,58,2001:db8::2,2001:db8::7,24000,0,9,0,2001:db8::7,58,129,0,247,56,"
                     "\"[]\",65535,1\n");
}

Test(caracal_csv, no_line_is_longer_than_there_is_room_for)
{
    char round[CARACAL_ROUND_MAX + 1], text[FORMAT_RECORD_MAX + 1];

    memset(round, 'r', CARACAL_ROUND_MAX);
    round[CARACAL_ROUND_MAX] = '\0';
    const struct caracal_csv caracal = caracal_csv_of(round, false);
    cr_expect_gt(strlen(record_text(&caracal.format, record_largest(), text)), CARACAL_ROUND_MAX);
}
