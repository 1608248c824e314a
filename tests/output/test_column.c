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
