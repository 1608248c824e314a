// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>

#include "output/records.h"

static struct column_list columns_of(const char *text)
{
    struct column_list list;
    struct span wrong;

    cr_assert(column_list_parse(&list, text, &wrong), "%s", text);
    return list;
}

Test(column, the_usual_ones_come_first)
{
    struct column_list usual = column_list_default(), all = columns_of("*");

    cr_assert_eq(usual.count, DEFAULT_COLUMNS);
    cr_assert_eq(all.count, RECORD_COLUMNS);
    for (unsigned i = 0; i < usual.count; i++)
        cr_expect_eq(usual.columns[i], all.columns[i]);
}

Test(column, lists_keep_their_order_in_every_format)
{
    struct column_list list = columns_of("probe_ttl,responder,rtt_us");
    struct record record = record_plain();
    char text[FORMAT_RECORD_MAX + 1];

    cr_expect_str_eq(header_text(&output_csv, &list, text), "probe_ttl,responder,rtt_us\n");
    cr_expect_str_eq(record_text_of(&output_csv, &list, &record, text), "9,240.1.2.3,12345\n");
    cr_expect_str_eq(record_text_of(&output_jsonl, &list, &record, text),
                     "{\"probe_ttl\":9,\"responder\":\"240.1.2.3\",\"rtt_us\":12345}\n");
    list = columns_of("flags");
    cr_expect_str_eq(record_text_of(&output_csv, &list, &record, text), "\n");
    cr_expect_str_eq(record_text_of(&output_jsonl, &list, &record, text), "{\"flags\":[]}\n");
}

Test(column, every_column_is_written)
{
    struct column_list all = columns_of("*");
    struct record record = record_plain();
    char text[FORMAT_RECORD_MAX + 1];

    record.source = address_of_ipv4(0xc6120002);
    record.protocol = 17;
    record.src_port = 40000;
    record.dst_port = 33441;
    record.probe_size = 38;
    record.reply_size = 56;
    record.reply_ip_id = 4711;
    record.reply_tos = 0xc0;
    record.quoted_tos = 4;
    record.next_hop_mtu = 1400;
    record.round = 2;
    record.shard = 3;
    cr_expect_str_eq(
        record_text_of(&output_csv, &all, &record, text),
        "1700000000123456,240.1.2.3,8.8.8.7,7,9,1,247,11,0,12345,,,198.18.0.2,17,40000,33441,38,56,"
        "4711,192,4,1400,,,2,3\n");
    record.probe_size = record.next_hop_mtu = RECORD_NO_SIZE;
    record.quoted_tos = RECORD_NO_TOS;
    cr_expect_not_null(
        strstr(record_text_of(&output_csv, &all, &record, text), ",33441,,56,4711,192,,,,,2,3\n"));
    cr_expect_not_null(
        strstr(record_text_of(&output_jsonl, &all, &record, text),
               "\"probe_size\":null,\"reply_size\":56,\"reply_ip_id\":4711,\"reply_tos\":192,"
               "\"quoted_tos\":null,\"next_hop_mtu\":null,\"interface_info\":[],\"extensions\":[],"));
}

Test(column, what_is_no_list_is_named)
{
    static const struct {
        const char *text, *wrong;
    } cases[] = {
        {"", ""},         {"flow,", ""},           {",flow", ""},
        {"flow,x", "x"},  {"*,flow", "*"},         {"flow,*", "*"},
        {"FLOW", "FLOW"}, {"flow, mpls", " mpls"}, {"flow,mpls,flow", "flow"},
        {"flo", "flo"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct column_list list;
        struct span wrong;

        cr_expect_not(column_list_parse(&list, cases[i].text, &wrong), "%s", cases[i].text);
        cr_expect_eq(wrong.length, strlen(cases[i].wrong), "%s", cases[i].text);
        cr_expect_eq(memcmp(wrong.text, cases[i].wrong, wrong.length), 0, "%s", cases[i].text);
    }
}

Test(column, all_names_fit_into_a_message)
{
    char text[CHOICES_TEXT_SIZE];

    choices_text(record_column_choices, text);
    cr_expect_not_null(strstr(text, record_columns[RECORD_COLUMNS - 1].name));
    cr_expect_lt(strlen(text), CHOICES_TEXT_SIZE - 100, "with room for the rest of the message");
}

Test(column, of_an_empty_record_nothing_is_known)
{
    const struct record empty = column_empty_record();

    for (int i = 0; i < RECORD_COLUMNS; i++) {
        const struct record_column *column = &record_columns[i];

        if (column->kind == COLUMN_KNOWN)
            cr_expect_eq(column_load(column, &empty), column->unknown, "%s", column->name);
    }
}
