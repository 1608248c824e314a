// SPDX-License-Identifier: GPL-2.0-or-later
#include "session/answer_text.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"
#include "output/object_text.h"
#include "table.h"

Test(answer_text, annotations)
{
    static const struct {
        uint8_t type, code, flags;
        const char *expected;
    } cases[] = {
        {11, 0, 0, ""},
        {11, 1, 0, " !<11-1>"},
        {12, 0, 0, " !<12-0>"},
        {12, 2, 0, " !<12-2>"},
        {3, 0, 0, " !N"},
        {3, 1, 0, " !H"},
        {3, 2, 0, " !P"},
        {3, 3, 0, " !<3>"},
        {3, 4, 0, " !F"},
        {3, 5, 0, " !S"},
        {3, 6, 0, " !N"},
        {3, 7, 0, " !H"},
        {3, 8, 0, " !N"},
        {3, 9, 0, " !X"},
        {3, 10, 0, " !X"},
        {3, 11, 0, " !N"},
        {3, 12, 0, " !H"},
        {3, 13, 0, " !X"},
        {3, 14, 0, " !V"},
        {3, 15, 0, " !C"},
        {3, 16, 0, " !<16>"},
        {3, 255, 0, " !<255>"},
        {3, 1, RECORD_DUPLICATE | RECORD_LATE, " !H"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct record record = {.responder = IPV4(1),
                                      .icmp_type = cases[i].type,
                                      .icmp_code = cases[i].code,
                                      .flags = cases[i].flags};
        char text[ANSWER_TEXT_SIZE];

        cr_expect_str_eq(answer_annotation(&record, false, text), cases[i].expected, "%u/%u: %s",
                         cases[i].type, cases[i].code, text);
    }
}

/* The letters of Debian's traceroute -6. */
Test(answer_text, annotations_of_ipv6)
{
    static const struct {
        uint8_t type, code;
        const char *expected;
    } cases[] = {
        {1, 0, " !N"},   {1, 1, " !X"},       {1, 2, " !H"}, {1, 3, " !H"},       {1, 4, " !<4>"},
        {1, 5, " !<5>"}, {1, 255, " !<255>"}, {2, 0, " !F"}, {3, 0, ""},          {3, 1, " !<3-1>"},
        {4, 0, " !S"},   {4, 1, " !P"},       {4, 2, " !S"}, {11, 0, " !<11-0>"}, {12, 0, " !<12-0>"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        const struct record record = {
            .responder = IPV6(0, 1), .icmp_type = cases[i].type, .icmp_code = cases[i].code};
        char text[ANSWER_TEXT_SIZE];

        cr_expect_str_eq(answer_annotation(&record, false, text), cases[i].expected, "%u/%u: %s",
                         cases[i].type, cases[i].code, text);
    }
}

Test(answer_text, what_was_asked_for_is_no_error)
{
    const struct record port = {.responder = IPV4(1), .icmp_type = 3, .icmp_code = 3}, echo = {0},
                        reset = {.flags = RECORD_RST};
    char text[ANSWER_TEXT_SIZE];

    cr_expect_str_eq(answer_annotation(&port, true, text), "");
    cr_expect_str_eq(answer_annotation(&echo, true, text), "");
    cr_expect_str_eq(answer_annotation(&reset, true, text), "");
}

Test(answer_text, labels)
{
    struct record record = {.label_count = 1, .labels = {24001U << 12 | 1 << 8 | 1}};
    char text[ANSWER_TEXT_SIZE];

    cr_expect_str_eq(answer_labels(&(struct record){0}, text), "");
    cr_expect_str_eq(answer_labels(&record, text), " <MPLS:L=24001,E=0,S=1,T=1>");
    record.label_count = 2;
    record.labels[0] = 0xffffffff;
    record.labels[1] = 0;
    cr_expect_str_eq(answer_labels(&record, text), " <MPLS:L=1048575,E=7,S=1,T=255/L=0,E=0,S=0,T=0>");
}

/* As many and as long as a record can hold. */
Test(answer_text, the_longest_labels_fit)
{
    struct record record = {.label_count = RECORD_MAX_LABELS};
    char text[ANSWER_TEXT_SIZE];

    memset(record.labels, 0xff, sizeof(record.labels));
    answer_labels(&record, text);
    cr_expect_lt(strlen(text), ANSWER_TEXT_SIZE);
    cr_expect_eq(text[strlen(text) - 1], '>', "%s", text);
}

/* RFC 5837, section 4: ifIndex 2, 192.0.2.1, "eth0", MTU 1500, of the incoming and of the outgoing interface, the second
 * without an address; and an object of a class that nobody here knows. */
Test(answer_text, objects)
{
    static const struct {
        uint8_t bytes[RECORD_EXTENSION_SIZE], length;
        const char *expected;
    } cases[] = {
        {{0}, 0, ""},
        {{0, 28, 2, 0x0f, 0, 0, 0, 2, 0, 1, 0, 0, 192, 0, 2, 1, 8, 'e', 't', 'h', '0', 0, 0, 0, 0, 0, 5, 220},
         28,
         " <INC:2,192.0.2.1,\"eth0\",mtu=1500>"},
        {{0, 8, 2, 0x88, 0, 0, 0, 3, 0, 4, 2, 0xc0, 0, 6, 200, 7, 0xca, 0xfe},
         18,
         " <OUT:3,,,/NXT:,,,/200/7:cafe>"},
        {{0, 6, 200, 7, 0xca, 0xfe}, 6, " <200/7:cafe>"},
        {{0, 12, 2, 0x42, 8, 'a', '"', '\n', 0x1b, 0, 0, 0}, 12, " <SUB:,,\"a%22%0a%1b\",>"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct record record = {.objects_length = cases[i].length};
        char text[ANSWER_TEXT_SIZE];

        memcpy(record.extension, cases[i].bytes, sizeof(record.extension));
        cr_expect_str_eq(answer_objects(&record, text), cases[i].expected, "case %zu: %s", i, text);
    }
}

/* Whatever a router sends: as much as a record holds. */
Test(answer_text, the_longest_objects_fit)
{
    struct record record = {.objects_length = RECORD_EXTENSION_SIZE};
    char text[ANSWER_TEXT_SIZE];

    for (unsigned kind = 0; kind < 0x10000; kind++)
        for (unsigned length = 4; length <= RECORD_EXTENSION_SIZE; length += length < 8 ? 4 : 28) {
            for (unsigned i = 0; i < RECORD_EXTENSION_SIZE; i++)
                record.extension[i] = i % length == 1   ? (uint8_t)length
                                      : i % length == 2 ? (uint8_t)(kind >> 8)
                                      : i % length == 3 ? (uint8_t)kind
                                      : i % length == 4 ? RECORD_EXTENSION_SIZE - 4
                                      : i % length == 0 ? 0
                                                        : 0xff;
            cr_assert_lt(strlen(answer_objects(&record, text)), OBJECT_TEXT_MAX + 4);
        }
}

Test(answer_text, hints)
{
    static const struct {
        const char *what;
        struct record record;
        const char *expected;
    } cases[] = {
        {"as it should be",
         {.responder = IPV4(1), .icmp_type = 11, .quoted_ttl = 1, .target_address = IPV4(7)},
         ""},
        {"TTL 0, from routers that count down before they look",
         {.responder = IPV4(1), .icmp_type = 11, .quoted_ttl = 0, .target_address = IPV4(7)},
         ""},
        {"tunnel",
         {.responder = IPV4(1), .icmp_type = 11, .quoted_ttl = 3, .target_address = IPV4(7)},
         " [quoted ttl 3]"},
        {"fragments had TTL left",
         {.responder = IPV4(1), .icmp_type = 11, .icmp_code = 1, .quoted_ttl = 3, .target_address = IPV4(7)},
         ""},
        {"at the target any TTL is right",
         {.responder = IPV4(1), .icmp_type = 3, .icmp_code = 3, .quoted_ttl = 9, .target_address = IPV4(7)},
         ""},
        {"another target",
         {.responder = IPV4(1),
          .icmp_type = 11,
          .quoted_ttl = 1,
          .target_address = IPV4(0x0a000007),
          .flags = RECORD_REWRITTEN},
         " [nat 10.0.0.7]"},
        {"the same target",
         {.responder = IPV4(1),
          .icmp_type = 11,
          .quoted_ttl = 1,
          .target_address = IPV4(7),
          .flags = RECORD_REWRITTEN},
         " [nat]"},
        {"both",
         {.responder = IPV4(1),
          .icmp_type = 11,
          .quoted_ttl = 255,
          .target_address = IPV4(0xffffffff),
          .flags = RECORD_REWRITTEN},
         " [quoted ttl 255] [nat 255.255.255.255]"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[ANSWER_TEXT_SIZE];

        cr_expect_str_eq(answer_hints(&cases[i].record, IPV4(7), text), cases[i].expected, "%s: %s",
                         cases[i].what, text);
    }
}

Test(answer_text, the_way_back)
{
    static const struct {
        uint8_t ttl;
        unsigned expected;
    } cases[] = {{64, 1},  {63, 2},    {60, 5},  {1, 64},  {65, 64}, {128, 1},
                 {127, 2}, {129, 127}, {255, 1}, {250, 6}, {0, 65}};

    for (size_t i = 0; i < COUNT(cases); i++)
        cr_expect_eq(answer_back(&(struct record){.reply_ttl = cases[i].ttl}), cases[i].expected, "%u",
                     cases[i].ttl);
}
