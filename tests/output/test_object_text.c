// SPDX-License-Identifier: GPL-2.0-or-later
#include "output/object_text.h"

#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "output/records.h"
#include "output/results_line.h"

static const uint8_t interface[] = {
    0,  32,  2,   0x0f, 0,   0,   2,   11,  0,   1,   0,   0, 192, 0, 2,    1,
    12, 'x', 'e', '-',  '0', '/', '0', '/', '1', ':', '2', 0, 0,   0, 0x05, 0xdc,
};

static struct record with_objects(const uint8_t *objects, size_t length)
{
    struct record record = record_plain();

    cr_assert_leq(length, sizeof(record.extension));
    record.objects_length = (uint8_t)length;
    memcpy(record.extension, objects, length);
    return record;
}

/* Whatever the record was, what is read of its text makes the same text. */
static void expect_same_again(const struct output_format *format, const struct column_list *list,
                              const char *text)
{
    const struct results_columns columns = {
        .needed = *list, .count = 2, .present = {list->columns[0], list->columns[1]}};
    const struct span line = {text, strlen(text) - 1};
    char again[FORMAT_RECORD_MAX + 1];
    struct error_text error;
    struct record back;

    cr_assert_eq(format == &output_csv ? results_line_csv(line, &columns, &back, &error)
                                       : results_line_jsonl(line, &columns, &back, &error),
                 0, "%s: %s", text, error.text);
    cr_expect_str_eq(record_text_of(format, list, &back, again), text);
}

static void expect_text(const struct record *record, const char *csv, const char *json)
{
    struct column_list list;
    struct span wrong;
    char text[FORMAT_RECORD_MAX + 1];

    cr_assert(column_list_parse(&list, "interface_info,extensions", &wrong));
    cr_expect_str_eq(record_text_of(&output_csv, &list, record, text), csv);
    expect_same_again(&output_csv, &list, text);
    cr_expect_str_eq(record_text_of(&output_jsonl, &list, record, text), json);
    expect_same_again(&output_jsonl, &list, text);
}

Test(object_text, an_interface)
{
    struct record record = with_objects(interface, sizeof(interface));

    expect_text(&record, "0:523:192.0.2.1:xe-0/0/1%3a2:1500,\n",
                "{\"interface_info\":[{\"role\":0,\"ifindex\":523,\"address\":\"192.0.2.1\","
                "\"name\":\"xe-0/0/1:2\",\"mtu\":1500}],\"extensions\":[]}\n");
}

Test(object_text, behind_labels)
{
    struct record record = record_plain();

    record.label_count = 1;
    record.labels[0] = 0xffffffff;
    record.objects_length = sizeof(interface);
    memcpy(record.extension + 4, interface, sizeof(interface));
    cr_expect_eq(record_objects(&record), record.extension + 4);
    expect_text(&record, "0:523:192.0.2.1:xe-0/0/1%3a2:1500,\n",
                "{\"interface_info\":[{\"role\":0,\"ifindex\":523,\"address\":\"192.0.2.1\","
                "\"name\":\"xe-0/0/1:2\",\"mtu\":1500}],\"extensions\":[]}\n");
}

Test(object_text, several_of_both_kinds)
{
    static const uint8_t objects[] = {0, 4, 2,    0xc0, 0, 7, 3, 1, 0xab, 0x01, 0xff, 0,
                                      8, 2, 0x48, 0,    0, 0, 9, 0, 4,    255,  254};
    struct record record = with_objects(objects, sizeof(objects));

    expect_text(&record, "3::::;1:9:::,3/1:ab01ff;255/254:\n",
                "{\"interface_info\":["
                "{\"role\":3,\"ifindex\":null,\"address\":null,\"name\":null,\"mtu\":null},"
                "{\"role\":1,\"ifindex\":9,\"address\":null,\"name\":null,\"mtu\":null}],"
                "\"extensions\":[{\"class\":3,\"type\":1,\"data\":\"ab01ff\"},"
                "{\"class\":255,\"type\":254,\"data\":\"\"}]}\n");
}

Test(object_text, an_address_of_ipv6)
{
    static const uint8_t object[] = {0, 32, 2, 0x86, 0, 2, 0, 0, 0x20, 1,   13,  0xb8, 0,   0, 0, 0,
                                     0, 0,  0, 0,    0, 0, 0, 1, 8,    'e', 't', 'h',  '0', 0, 0, 0};
    struct record record = with_objects(object, sizeof(object));

    expect_text(&record, "2::2001:db8::1:eth0:,\n",
                "{\"interface_info\":[{\"role\":2,\"ifindex\":null,\"address\":\"2001:db8::1\","
                "\"name\":\"eth0\",\"mtu\":null}],\"extensions\":[]}\n");
}

/* Two that fill their room only since one leaves out the zeros that the RFC asks for. */
Test(object_text, a_name_without_zeros_in_a_full_record)
{
    static const uint8_t objects[RECORD_EXTENSION_SIZE] = {0, 9, 2, 0x02, 5, 'e', 't', 'h', '0', 0, 27, 9, 9};

    struct record record = with_objects(objects, sizeof(objects));
    expect_text(&record, "0:::eth0:,9/9:0000000000000000000000000000000000000000000000\n",
                "{\"interface_info\":[{\"role\":0,\"ifindex\":null,\"address\":null,"
                "\"name\":\"eth0\",\"mtu\":null}],\"extensions\":[{\"class\":9,\"type\":9,"
                "\"data\":\"0000000000000000000000000000000000000000000000\"}]}\n");
}

/* What is cut off is not made up: the name has lost its end. */
Test(object_text, cut_objects)
{
    static const uint8_t unknown[] = {0, 200, 9, 8, 1, 2};
    struct record record = with_objects(interface, 24);

    expect_text(&record, "0:523:192.0.2.1::,\n",
                "{\"interface_info\":[{\"role\":0,\"ifindex\":523,\"address\":\"192.0.2.1\","
                "\"name\":null,\"mtu\":null}],\"extensions\":[]}\n");
    record = with_objects(unknown, sizeof(unknown));
    expect_text(&record, ",9/8:0102\n",
                "{\"interface_info\":[],\"extensions\":[{\"class\":9,\"type\":8,\"data\":\"0102\"}]}\n");
    record = with_objects(unknown, 3);
    expect_text(&record, ",\n", "{\"interface_info\":[],\"extensions\":[]}\n");
}

static void expect_name_is_harmless(uint8_t byte)
{
    const uint8_t object[] = {0, 8, 2, 0x02, 4, 'a', byte, 'b'};
    struct record record = with_objects(object, sizeof(object));
    char text[128], json[256];

    *object_put_interfaces_csv(text, &record) = '\0';
    cr_expect_eq(strpbrk(text, ",;\"\\"), NULL, "%s", text);
    for (const char *p = text; *p; p++)
        cr_expect(*p >= ' ' && *p <= '~', "byte %#x", byte);
    cr_expect_eq(strchr(strchr(strchr(strchr(text, ':') + 1, ':') + 1, ':') + 1, ':')[1], '\0', "%s", text);

    *object_put_interfaces_json(json, &record) = '\0';
    json_t *value = json_loads(json, 0, NULL);
    cr_expect_not_null(value, "%s", json);
    json_decref(value);
}

/* A zero ends the name; all others are between 'a' and 'b'. */
Test(object_text, names_of_any_bytes)
{
    for (unsigned byte = 0; byte < 256; byte++)
        expect_name_is_harmless((uint8_t)byte);
}

/* As many objects, and a name as long, as there is room for. */
Test(object_text, longest_lines_fit)
{
    static const uint8_t many[4] = {0, 4, 2, 0xc0}, name[5] = {0, 36, 2, 0x02, 32};
    struct record record = record_largest();
    struct column_list all;
    struct span wrong;
    char text[FORMAT_RECORD_MAX + 1];

    cr_assert(column_list_parse(&all, "*", &wrong));
    record.label_count = 0;
    record.objects_length = RECORD_EXTENSION_SIZE;
    for (unsigned i = 0; i < RECORD_EXTENSION_SIZE; i += 4)
        memcpy(record.extension + i, many, sizeof(many));
    cr_expect_lt(strlen(record_text_of(&output_jsonl, &all, &record, text)), FORMAT_RECORD_MAX / 4 * 3);
    memset(record.extension, 0xff, RECORD_EXTENSION_SIZE);
    memcpy(record.extension, name, sizeof(name));
    cr_expect_lt(strlen(record_text_of(&output_jsonl, &all, &record, text)), FORMAT_RECORD_MAX / 4 * 3);
}
