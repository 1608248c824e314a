// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "table.h"
#include "trace/watch_table.h"

enum { HOPS = 4 };

static void answer(struct hop_stats *stats, uint32_t responder, uint32_t rtt_us)
{
    struct answer answer = {.solicited = true, .responder = IPV4(responder), .rtt_us = rtt_us};

    hop_stats_settled(stats, 0, &answer);
    hop_stats_round_ended(stats);
}

/* One that answers once, a silent one, a balancer that loses, one that is slow. */
static void make_hops(struct hop_stats hops[HOPS])
{
    memset(hops, 0, HOPS * sizeof(*hops));
    answer(&hops[0], 0xc0000201, 9994);
    hop_stats_settled(&hops[1], 0, NULL);
    for (unsigned i = 0; i < 7; i++)
        answer(&hops[2], i % 2 ? 0xcb007109 : 0xcb00710d, 12000 + 2000 * i);
    hop_stats_settled(&hops[2], 0, NULL);
    answer(&hops[3], 0xcb007163, 9995);
    answer(&hops[3], 0xcb007163, 1234567);
}

static char *printed(const struct watch_table *table)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    watch_table_print(table, out);
    fclose(out);
    return text;
}

static void check(const struct watch_table *table, const char *expected)
{
    char *text = printed(table);

    cr_expect_str_eq(text, expected, "\n%s", text);
    free(text);
}

Test(watch_table, report)
{
    struct hop_stats hops[HOPS];

    make_hops(hops);
    check(&(struct watch_table){.hops = hops, .first_ttl = 1, .count = HOPS},
          "Host                      Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter\n"
          "  1.|-- 192.0.2.1          0.0%     1   9.99   9.99   9.99   9.99      -      -\n"
          "  2.|-- ???              100.0%     1      -      -      -      -      -      -\n"
          "  3.|-- 203.0.113.13      12.5%     8   24.0   18.0   12.0   24.0   4.32   2.00\n"
          "        203.0.113.9\n"
          "  4.|-- 203.0.113.99       0.0%     2   1235  622.3   10.0   1235  865.9   1225\n");
}

/* 0.0.0.0 is an address like others, and no word for nobody. */
Test(watch_table, the_address_0)
{
    struct hop_stats hop = {0};

    answer(&hop, 0, 1000);
    check(&(struct watch_table){.hops = &hop, .first_ttl = 1, .count = 1},
          "Host                      Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter\n"
          "  1.|-- 0.0.0.0            0.0%     1   1.00   1.00   1.00   1.00      -      -\n");
}

Test(watch_table, nothing_yet)
{
    struct hop_stats hop = {0};

    check(&(struct watch_table){.hops = &hop, .first_ttl = 64, .count = 1},
          "Host                      Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter\n"
          " 64.|-- ???                0.0%     0      -      -      -      -      -      -\n");
    check(&(struct watch_table){.hops = &hop, .count = 0},
          "Host                      Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter\n");
}

/* Whatever the width: no line is longer, and figures stand at its end where there is room for them. */
Test(watch_table, fits_every_screen)
{
    struct hop_stats hops[HOPS];

    make_hops(hops);
    for (unsigned width = 1; width < 200; width++) {
        char *text =
            printed(&(struct watch_table){.hops = hops, .first_ttl = 1, .count = HOPS, .width = width});
        char *rest = text, *line;

        while ((line = strsep(&rest, "\n")) && rest) {
            cr_assert_leq(strlen(line), width, "%u: %s", width, line);
            if (width >= 79 && strchr(line, '%'))
                cr_assert_eq(strlen(line), width, "%u: %s", width, line);
        }
        free(text);
    }
}

static bool look_up(void *context, struct address address, char name[NAME_SIZE])
{
    (void)context;
    if (address_ipv4(address) == 0xc0000201)
        strcpy(name, "a-router-with-a-long-name.somewhere.example");
    return address_ipv4(address) == 0xc0000201;
}

static struct names *names_of(const struct hop_stats *hops)
{
    struct names *names = names_create(&(struct names_source){.lookup = look_up});
    struct pollfd fd = {names_fd(names), POLLIN, 0};
    const char *name;

    for (unsigned hop = 0; hop < HOPS; hop++)
        for (unsigned i = 0; i < hops[hop].responder_count; i++)
            names_get(names, hops[hop].responders[i].address, &name);
    while (names_pending(names)) {
        poll(&fd, 1, 1000);
        names_news(names);
    }
    return names;
}

static struct asn_table asn_example(void)
{
    struct asn_table asn = {0};

    cr_assert_eq(asn_table_add(&asn, (struct prefix){IPV4(0xc0000200), 24}, "64496"), 0);
    cr_assert_eq(asn_table_add(&asn, (struct prefix){IPV4(0xcb007108), 32 - 3}, "4200000000_64511"), 0);
    cr_assert_eq(asn_table_index(&asn), 0);
    return asn;
}

Test(watch_table, names_and_origins)
{
    struct hop_stats hops[HOPS];
    struct asn_table asn = asn_example();

    make_hops(hops);
    struct names *names = names_of(hops);
    struct watch_table table = {.hops = hops, .first_ttl = 1, .count = 3, .names = names, .owners.asn = &asn};

    check(&table, "Host                                                                     "
                  "  Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter\n"
                  "  1.|-- AS64496   a-router-with-a-long-name.somewhere.example (192.0.2.1)"
                  "   0.0%     1   9.99   9.99   9.99   9.99      -      -\n"
                  "  2.|-- AS???     ???                                                    "
                  " 100.0%     1      -      -      -      -      -      -\n"
                  "  3.|-- AS4200000000_64511 203.0.113.13                                  "
                  "  12.5%     8   24.0   18.0   12.0   24.0   4.32   2.00\n"
                  "        AS4200000000_64511: 2 routers\n"
                  "        AS4200000000_64511 203.0.113.9\n");
    table.width = 80;
    table.count = 1;
    check(&table, "Host                     "
                  "  Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter\n"
                  "  1.|-- AS64496   a-route"
                  "   0.0%     1   9.99   9.99   9.99   9.99      -      -\n");
    names_destroy(names);
    asn_table_free(&asn);
}

Test(watch_table, heading)
{
    static const struct {
        struct watch_heading heading;
        unsigned width;
        const char *text;
    } cases[] = {
        {{"192.0.2.1", 3, false},
         80,
         "hopwire trace 192.0.2.1\nround 3   keys: q quit, p pause, r reset, n names\n\n"},
        {{"192.0.2.1", 3, true},
         80,
         "hopwire trace 192.0.2.1\nround 3, paused   keys: q quit, p go on, r reset, n names\n\n"},
        {{"192.0.2.1", 3, true}, 15, "hopwire trace 1\nround 3, paused\n\n"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        char *text;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        watch_heading_print(&cases[i].heading, cases[i].width, out);
        fclose(out);
        cr_expect_str_eq(text, cases[i].text);
        free(text);
    }
}

Test(watch_table, json)
{
    struct hop_stats hops[HOPS];
    struct asn_table asn = asn_example();

    make_hops(hops);
    struct names *names = names_of(hops);
    json_t *array = watch_table_json(
        &(struct watch_table){.hops = hops, .first_ttl = 1, .count = 3, .names = names, .owners.asn = &asn});
    cr_assert_not_null(array);
    char *text = json_dumps(array, JSON_COMPACT | JSON_REAL_PRECISION(9));
    cr_expect_str_eq(
        text,
        "[{\"ttl\":1,\"sent\":1,\"lost\":0,\"errors\":0,\"last_error\":null,\"last_ms\":9.994,\"best_"
        "ms\":9.994,\"avg_ms\":9.994,"
        "\"worst_ms\":9.994,\"stdev_ms\":null,\"jitter_ms\":null,\"responders\":[{\"address\":"
        "\"192.0.2.1\",\"name\":\"a-router-with-a-long-name.somewhere.example\",\"asn\":\"64496\","
        "\"answers\":1}],\"by_asn\":[{\"asn\":\"64496\",\"routers\":1,\"answers\":1}],\"other_answers\":0},"
        "{\"ttl\":2,\"sent\":1,\"lost\":1,\"errors\":0,\"last_error\":null,\"last_ms\":null,\"best_"
        "ms\":null,\"avg_ms\":null,"
        "\"worst_ms\":null,\"stdev_ms\":null,\"jitter_ms\":null,\"responders\":[],"
        "\"by_asn\":[],\"other_answers\":0},"
        "{\"ttl\":3,\"sent\":8,\"lost\":1,\"errors\":0,\"last_error\":null,\"last_ms\":24.0,\"best_"
        "ms\":12.0,\"avg_ms\":18.0,"
        "\"worst_ms\":24.0,\"stdev_ms\":4.3204938,\"jitter_ms\":2.0,\"responders\":[{\"address\":"
        "\"203.0.113.13\",\"name\":null,\"asn\":\"4200000000_64511\",\"answers\":4},{\"address\":"
        "\"203.0.113.9\",\"name\":null,\"asn\":\"4200000000_64511\",\"answers\":3}],"
        "\"by_asn\":[{\"asn\":\"4200000000_64511\",\"routers\":2,\"answers\":7}],\"other_answers\":0}]");
    free(text);
    json_decref(array);
    names_destroy(names);
    asn_table_free(&asn);
}

/* Who sent the last error stands there with its code, and what it was asked is lost. */
Test(watch_table, an_error_is_a_loss)
{
    const struct record record = {
        .responder = IPV4(0xc0000201), .rtt_us = 1000, .icmp_type = 3, .icmp_code = 10};
    struct answer refused = answer_of(&record);
    struct hop_stats hop = {0};
    const struct watch_table table = {.hops = &hop, .first_ttl = 4, .count = 1};
    char *text = NULL, *json;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    refused.from_target = true;
    answer(&hop, 0xc0000207, 2000);
    hop_stats_settled(&hop, 0, &refused);
    watch_table_print(&table, out);
    fclose(out);
    cr_expect_not_null(strstr(text, "  4.|-- 192.0.2.1 !X      50.0%     2   2.00   2.00   2.00   2.00"),
                       "%s", text);
    cr_expect_not_null(strstr(text, "\n        192.0.2.7\n"), "%s", text);
    json_t *array = watch_table_json(&table);
    json = json_dumps(array, JSON_COMPACT);
    cr_expect_not_null(
        strstr(json, "\"lost\":1,\"errors\":1,\"last_error\":{\"icmp_type\":3,\"icmp_code\":10}"), "%s",
        json);
    free(text);
    free(json);
    json_decref(array);
}

/* One answer with a record, as paths tell of it. */
static void tell(struct hop_stats *stats, struct hop_told *told, const struct record *record)
{
    struct answer answer = answer_of(record);

    hop_stats_settled(stats, 0, &answer);
    hop_told_note(told, stats, record);
}

/* What a responder says stands below it, and a change of the type of service where it was seen first. */
Test(watch_table, what_responders_say)
{
    static const struct record records[HOPS] = {
        {.responder = IPV4(0xc0000201), .rtt_us = 1000, .icmp_type = 11, .quoted_tos = 184},
        {.responder = IPV4(0xc0000202),
         .rtt_us = 1000,
         .icmp_type = 11,
         .quoted_tos = 32,
         .label_count = 1,
         .labels = {24001U << 12 | 0x101}},
        {.responder = IPV4(0xc0000203), .rtt_us = 1000, .icmp_type = 11, .quoted_tos = RECORD_NO_TOS},
        {.responder = IPV4(0xc0000204), .rtt_us = 1000, .icmp_type = 11, .quoted_tos = 35},
    };
    struct hop_stats hops[HOPS] = {0};
    struct hop_told told[HOPS] = {0};
    const struct watch_table table = {.hops = hops, .told = told, .first_ttl = 1, .count = HOPS, .tos = 184};

    for (unsigned i = 0; i < HOPS; i++)
        tell(&hops[i], &told[i], &records[i]);
    check(&table, "Host                      Loss%   Snt   Last    Avg   Best   Wrst  StDev Jitter\n"
                  "  1.|-- 192.0.2.1          0.0%     1   1.00   1.00   1.00   1.00      -      -\n"
                  "  2.|-- 192.0.2.2          0.0%     1   1.00   1.00   1.00   1.00      -      -\n"
                  "          <MPLS:L=24001,E=0,S=1,T=1> [dscp 46 -> 8]\n"
                  "  3.|-- 192.0.2.3          0.0%     1   1.00   1.00   1.00   1.00      -      -\n"
                  "  4.|-- 192.0.2.4          0.0%     1   1.00   1.00   1.00   1.00      -      -\n"
                  "          [ecn Not-ECT -> CE]\n");
    cr_expect_eq(watch_table_tos_changed(&table), 2);
    cr_expect_eq(
        watch_table_tos_changed(&(struct watch_table){.hops = hops, .told = told, .count = 1, .tos = 184}),
        0);
    json_t *array = watch_table_json(&table);
    char *text = json_dumps(array, JSON_COMPACT);
    cr_expect_not_null(strstr(text, "\"answers\":1,\"quoted_tos\":32,\"mpls\":[\"24001:0:1:1\"],\"interface_"
                                    "info\":[],\"extensions\":[]}"),
                       "%s", text);
    cr_expect_not_null(strstr(text, "\"quoted_tos\":null"), "%s", text);
    free(text);
    json_decref(array);
}
