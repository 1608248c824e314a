// SPDX-License-Identifier: GPL-2.0-or-later
#include <criterion/criterion.h>
#include <stdlib.h>

#include "output/records.h"
#include "report/as_links.h"
#include "report/router_map_print.h"

#define TARGET 0x08080807

/* A router that let the TTL expire, or the target itself. */
static struct record answer(uint32_t responder, uint8_t ttl, uint32_t rtt_us)
{
    struct record record = record_plain();

    record.responder = IPV4(responder);
    record.target_address = IPV4(TARGET);
    record.probe_ttl = ttl;
    record.rtt_us = rtt_us;
    record.icmp_type = responder == TARGET ? 3 : 11;
    record.icmp_code = responder == TARGET ? 3 : 0;
    return record;
}

static struct record with(struct record record, uint16_t flow, uint16_t flags)
{
    record.flow = flow;
    record.flags = flags;
    return record;
}

/* Two paths that share a hop, in no order; what is not certain; a gap before the target. */
static void fill(struct router_map *map)
{
    const struct record records[] = {
        with(answer(2, 2, 200), 0, 0),
        with(answer(1, 1, 100), 0, 0),
        with(answer(1, 1, 90), 1, 0),
        with(answer(3, 2, 300), 1, 0),
        with(answer(4, 3, RECORD_NO_RTT), 1, 0),
        with(answer(4, 3, 400), 0, 0),
        with(answer(TARGET, 5, 500), 0, 0),
        with(answer(TARGET, 4, 450), 1, 0),
        with(answer(9, 2, 200), 0, RECORD_REWRITTEN),
        with(answer(9, 2, 200), 0, RECORD_DUPLICATE),
    };

    cr_assert_eq(router_map_open(map, 1 << 20, "/tmp"), 0);
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
        cr_assert_eq(router_map_add_record(map, &records[i]), 0);
    cr_assert_eq(router_map_find_links(map), 0);
}

static const struct owners nobody = {0};

static char *printed(const struct router_map *map, bool links, bool all)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    cr_assert_eq(links ? router_map_print_links(map, nobody, out)
                       : router_map_print_interfaces(map, nobody, all, out),
                 0);
    fclose(out);
    return text;
}

static void expect_text(char *text, const char *expected)
{
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(router_map, interfaces_and_what_is_known_of_them)
{
    struct router_map map;

    fill(&map);
    expect_text(printed(&map, false, false), "interface,replies,min_rtt_us,min_ttl,max_ttl\n"
                                             "0.0.0.1,2,90,1,1\n"
                                             "0.0.0.2,1,200,2,2\n"
                                             "0.0.0.3,1,300,2,2\n"
                                             "0.0.0.4,2,400,3,3\n");
    expect_text(printed(&map, false, true), "interface,replies,min_rtt_us,min_ttl,max_ttl,kind\n"
                                            "0.0.0.1,2,90,1,1,T\n"
                                            "0.0.0.2,1,200,2,2,T\n"
                                            "0.0.0.3,1,300,2,2,T\n"
                                            "0.0.0.4,2,400,3,3,T\n"
                                            "8.8.8.7,2,450,4,5,D\n");
    router_map_close(&map);
}

Test(router_map, links_are_between_neighbours_of_one_path)
{
    struct router_map map;

    fill(&map);
    expect_text(printed(&map, true, false), "from,to,paths,min_rtt_us,min_ttl,max_ttl\n"
                                            "0.0.0.1,0.0.0.2,1,200,2,2\n"
                                            "0.0.0.1,0.0.0.3,1,300,2,2\n"
                                            "0.0.0.2,0.0.0.4,1,400,3,3\n"
                                            "0.0.0.3,0.0.0.4,1,,3,3\n"
                                            "0.0.0.4,8.8.8.7,1,450,4,4\n");
    router_map_close(&map);
}

/* Two that answered at one place: both have the neighbours. */
Test(router_map, places_with_two_answers)
{
    const struct record records[] = {answer(1, 1, 10), answer(2, 2, 20), answer(3, 2, 30), answer(4, 3, 40),
                                     answer(4, 4, 40)};
    struct router_map map;

    cr_assert_eq(router_map_open(&map, 1 << 20, "/tmp"), 0);
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
        cr_assert_eq(router_map_add_record(&map, &records[i]), 0);
    cr_assert_eq(router_map_find_links(&map), 0);
    expect_text(printed(&map, true, false), "from,to,paths,min_rtt_us,min_ttl,max_ttl\n"
                                            "0.0.0.1,0.0.0.2,1,20,2,2\n"
                                            "0.0.0.1,0.0.0.3,1,30,2,2\n"
                                            "0.0.0.2,0.0.0.4,1,40,3,3\n"
                                            "0.0.0.3,0.0.0.4,1,40,3,3\n");
    router_map_close(&map);
}

static void announce(struct asn_table *asn, uint32_t address, const char *origin)
{
    cr_assert_eq(asn_table_add(asn, (struct prefix){IPV4(address), 32}, origin), 0);
}

/* 1 to 2 is within one AS, of 3 to 4 nobody knows whose 4 is; several origins are the same ones in two entries. */
Test(as_links, count_links_between_two_of_them)
{
    const struct record records[] = {
        answer(1, 1, 1),
        answer(2, 2, 1),
        answer(3, 3, 1),
        answer(4, 4, 1),
        with(answer(1, 1, 1), 1, 0),
        with(answer(5, 2, 1), 1, 0),
        with(answer(1, 1, 1), 2, 0),
        with(answer(6, 2, 1), 2, 0),
        with(answer(2, 1, 1), 3, 0),
        with(answer(3, 2, 1), 3, 0),
    };
    struct asn_table asn = {0};
    struct router_map map;
    char *text = NULL;
    size_t size;

    announce(&asn, 1, "100");
    announce(&asn, 2, "100");
    announce(&asn, 3, "20");
    announce(&asn, 5, "7_8");
    announce(&asn, 6, "7_8");
    cr_assert_eq(asn_table_index(&asn), 0);
    cr_assert_eq(router_map_open(&map, 1 << 20, "/tmp"), 0);
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
        cr_assert_eq(router_map_add_record(&map, &records[i]), 0);
    cr_assert_eq(router_map_find_links(&map), 0);
    FILE *out = open_memstream(&text, &size);
    cr_assert_eq(as_links_print(&map, &asn, out), 0);
    fclose(out);
    expect_text(text, "from_asn,to_asn,links,paths\n"
                      "100,20,1,2\n"
                      "100,7_8,2,2\n");
    router_map_close(&map);
    asn_table_free(&asn);
}
