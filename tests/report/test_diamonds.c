// SPDX-License-Identifier: GPL-2.0-or-later
#include "report/diamonds.h"

#include "output/records.h"
#include "report/diamond_sample.h"
#include "report/diamonds_print.h"
#include "report/map_ways.h"
#include "report/prefix_dot.h"
#include "report/written.h"

#define TARGET 0x08080807

/* What walks met is written as rows of letters, a walk a row; '.' is silence, '!' the target itself. */
static void add_row(struct prefix_ways *ways, uint32_t target, uint16_t flow, const char *row,
                    struct address_numbers *interfaces)
{
    for (unsigned i = 0; row[i]; i++) {
        struct record record = record_plain();

        record.target_address = IPV4(target);
        record.responder = IPV4(row[i] == '!' ? target : (uint32_t)row[i]);
        record.flow = flow;
        record.probe_ttl = (uint8_t)(i + 1);
        record.rtt_us = 1000 * (i + 1);
        record.icmp_type = row[i] == '!' ? 3 : 11;
        record.icmp_code = row[i] == '!' ? 3 : 0;
        if (row[i] != '.')
            cr_assert_eq(prefix_ways_add_record(ways, &record, interfaces), 0);
    }
}

/* A prefix has rows up to a NULL; a row that begins with '+' is to another target than the one before. */
static void add_prefix(struct diamonds *diamonds, struct address_numbers *interfaces, const char *const *rows)
{
    struct prefix_ways ways = {0};
    uint32_t target = TARGET;

    for (uint16_t flow = 0; rows[flow]; flow++) {
        bool is_other = rows[flow][0] == '+';

        target += is_other;
        add_row(&ways, target, flow, rows[flow] + is_other, interfaces);
    }
    cr_assert_eq(diamonds_add(diamonds, &ways), 0);
    prefix_ways_free(&ways);
}

static char *printed(const struct diamonds *diamonds, const struct address_numbers *interfaces)
{
    struct written written;

    written_begin(&written);
    cr_assert_eq(diamonds_print(diamonds, interfaces, (struct owners){0}, written.out), 0);
    return written_end(&written);
}

/* Of one prefix: the lines, without heading, and how many are open. */
static void expect_of(const char *const *rows, const char *lines, unsigned open)
{
    static const char heading[] = "from,to,width,length,shortest,prefixes\n";
    struct address_numbers interfaces = {0};
    struct diamonds diamonds = {0};

    add_prefix(&diamonds, &interfaces, rows);
    diamonds_end(&diamonds);
    char *text = printed(&diamonds, &interfaces);

    cr_expect_eq(strncmp(text, heading, strlen(heading)), 0);
    cr_expect_str_eq(text + strlen(heading), lines, "of %s: %s", rows[0], text);
    cr_expect_eq(diamonds.open, open, "of %s", rows[0]);
    free(text);
    diamonds_free(&diamonds);
    address_numbers_free(&interfaces);
}

#define ROWS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* Addresses are the letters: A is 0.0.0.65. */
Test(diamonds, of_one_prefix)
{
    expect_of(ROWS("ABD", "ACD"), "0.0.0.65,0.0.0.68,2,2,2,1\n", 0);
    expect_of(ROWS("ABD!", "ABD!"), "", 0);
    expect_of(ROWS("ABD!"), "", 0);
    expect_of(ROWS("ABDFG!!!", "ACFG!!!!", "A.DFG!!!"), "0.0.0.65,0.0.0.70,2,3,2,1\n", 0);
    expect_of(ROWS("AB!", "AC!"), "0.0.0.65,8.8.8.7,2,2,2,1\n", 0);
    expect_of(ROWS("ABDEGHJ", "ACDFGIJ"),
              "0.0.0.65,0.0.0.68,2,2,2,1\n0.0.0.68,0.0.0.71,2,2,2,1\n0.0.0.71,0.0.0.74,2,2,2,1\n", 0);
    expect_of(ROWS("ABEH", "ABFH", "ACGH", "ADGH"), "0.0.0.65,0.0.0.72,3,3,3,1\n", 0);
    expect_of(ROWS("AD", "ABD"), "0.0.0.65,0.0.0.68,2,2,1,1\n", 0);
}

Test(diamonds, silence_contradicts_nothing_and_ends_nothing)
{
    expect_of(ROWS("ABD", "A.D"), "", 0);
    expect_of(ROWS("A.BE", "A.CE"), "0.0.0.65,0.0.0.69,2,3,3,1\n", 0);
    expect_of(ROWS("AB.E", "AC.E", "A..E"), "0.0.0.65,0.0.0.69,2,3,3,1\n", 0);
    expect_of(ROWS("AB.", "AC."), "", 1);
    expect_of(ROWS("AB.E", "AC"), "0.0.0.65,0.0.0.69,2,3,3,1\n", 0);
    expect_of(ROWS("ABD", "ACD", "..D"), "0.0.0.65,0.0.0.68,2,2,2,1\n", 0);
}

Test(diamonds, ways_that_do_not_meet_are_open)
{
    expect_of(ROWS("ABD", "ACE"), "", 1);
    expect_of(ROWS("BD", "CD"), "", 1);
    expect_of(ROWS("BD", "CE"), "", 1);
}

/* One way to one target never has so many, but a file that is made for it may: what was met is not looked for in all of it. */
Test(diamonds, a_hundred_thousand_answers_of_one_walk_take_no_time)
{
    enum { HOPS = 400000 };
    struct prefix_ways ways = {0};
    int error = 0;

    prefix_ways_begin(&ways, IPV4(TARGET), 0);
    for (uint32_t i = 0; i < HOPS; i++) {
        error |= prefix_ways_add(&ways, (struct ways_hop){.interface = i, .ttl = 5});
        error |= prefix_ways_add(&ways, (struct ways_hop){.interface = i / 2, .ttl = 6});
    }
    cr_assert_eq(error, 0);
    cr_expect_eq(ways.count, HOPS);
    prefix_ways_begin(&ways, IPV4(TARGET), 1);
    cr_assert_eq(prefix_ways_add(&ways, (struct ways_hop){.interface = 7, .ttl = 5}), 0);
    cr_expect_eq(ways.count, HOPS + 1);
    prefix_ways_clear(&ways);
    prefix_ways_begin(&ways, IPV4(TARGET), 1);
    cr_assert_eq(prefix_ways_add(&ways, (struct ways_hop){.interface = 7, .ttl = 5}), 0);
    cr_expect_eq(ways.count, 1);
    prefix_ways_free(&ways);
}

/* Who is met again is where it was met first; of two that walks meet in either order the first is an end. */
Test(diamonds, loops_are_no_ways)
{
    expect_of(ROWS("ABDBDB", "ACDCDC"), "0.0.0.65,0.0.0.68,2,2,2,1\n", 0);
    expect_of(ROWS("ABCD", "ACBD"), "0.0.0.65,0.0.0.66,2,2,1,1\n0.0.0.66,0.0.0.68,2,2,1,1\n", 0);
}

/* Each target is an end of its own, where ways are those to a prefix. */
Test(diamonds, several_targets_of_a_prefix_are_none_of_its_interfaces)
{
    expect_of(ROWS("ABDE!", "+ACDE!"), "0.0.0.65,0.0.0.68,2,2,2,1\n", 0);
    expect_of(ROWS("AB!", "+AC!"), "", 1);
}

/* Of the first five ways each prefix knows two or three. */
Test(diamonds, are_as_wide_as_all_prefixes_show)
{
    struct address_numbers interfaces = {0};
    struct diamonds diamonds = {0};

    add_prefix(&diamonds, &interfaces, ROWS("ABX", "ACX"));
    add_prefix(&diamonds, &interfaces, ROWS("ACX", "ADX", "AEX"));
    add_prefix(&diamonds, &interfaces, ROWS("ABX", "AFGX"));
    add_prefix(&diamonds, &interfaces, ROWS("IJL", "IKL"));
    add_prefix(&diamonds, &interfaces, ROWS("ABX"));
    diamonds_end(&diamonds);
    char *text = printed(&diamonds, &interfaces);

    cr_expect_str_eq(text, "from,to,width,length,shortest,prefixes\n0.0.0.65,0.0.0.88,5,3,2,3\n"
                           "0.0.0.73,0.0.0.76,2,2,2,1\n");
    cr_expect_eq(diamonds.prefixes, 4, "of which there are several walks");
    cr_expect_eq(diamonds.crossing, 4);
    free(text);
    diamonds_free(&diamonds);
    address_numbers_free(&interfaces);
}

static struct record hop(uint32_t target, uint16_t flow, uint8_t ttl, char letter)
{
    struct record record = record_plain();

    record.target_address = IPV4(target);
    record.responder = IPV4((uint32_t)letter);
    record.flow = flow;
    record.probe_ttl = ttl;
    return record;
}

/* Records come in any order; those of two hosts of a /24 belong together, those of the next /24 do not. */
Test(diamonds, are_found_in_records)
{
    const struct record records[] = {
        hop(TARGET, 0, 3, 'D'),         hop(TARGET + 1, 1, 2, 'C'), hop(TARGET + 0x100, 0, 2, 'X'),
        hop(TARGET, 0, 1, 'A'),         hop(TARGET + 1, 1, 3, 'D'), hop(TARGET + 0x100, 0, 1, 'A'),
        hop(TARGET + 0x100, 0, 3, 'D'), hop(TARGET, 0, 2, 'B'),     hop(TARGET + 1, 1, 1, 'A'),
    };
    struct diamonds diamonds = {0};
    struct router_map map;

    cr_assert_eq(router_map_open(&map, 1 << 20, "/tmp"), 0);
    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
        cr_assert_eq(router_map_add_record(&map, &records[i]), 0);
    cr_assert_eq(map_ways_diamonds(&map, &diamonds), 0);
    char *text = printed(&diamonds, &map.interfaces);

    cr_expect_str_eq(text, "from,to,width,length,shortest,prefixes\n0.0.0.65,0.0.0.68,2,2,2,1\n");
    free(text);
    diamonds_free(&diamonds);
    router_map_close(&map);
}

/* The ways to a /24: from A by B or C to D, which is one of a thousand. */
static void add_to_sample(struct diamond_sample *sample, uint32_t prefix)
{
    for (uint16_t flow = 0; flow < 2; flow++) {
        struct record records[] = {hop(prefix << 8, flow, 1, 'A'),
                                   hop(prefix << 8, flow, 2, flow ? 'B' : 'C'),
                                   hop(prefix << 8, flow, 3, 'D')};

        records[2].responder = IPV4(0x0a000000 + prefix % 1000);
        for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++)
            cr_assert_eq(diamond_sample_add(sample, &records[i]), 0);
    }
}

/* What becomes of so many prefixes. */
static struct diamond_numbers sampled(uint32_t prefixes)
{
    struct diamond_sample sample = {.secret = 77};
    struct diamond_numbers numbers;

    for (uint32_t prefix = 0; prefix < prefixes; prefix++)
        add_to_sample(&sample, prefix + 0x140000);
    cr_assert_eq(diamond_sample_end(&sample, &numbers), 0);
    diamond_sample_close(&sample);
    return numbers;
}

Test(diamonds, a_sample_of_few_prefixes_is_all)
{
    struct diamond_numbers numbers = sampled(3000);

    cr_expect_eq(numbers.one_in, 1);
    cr_expect_eq(numbers.prefixes, 3000);
    cr_expect_eq(numbers.crossing, 3000);
    cr_expect_eq(numbers.open, 0);
    cr_expect_eq(numbers.count, 1000);
    cr_expect_eq(numbers.by_width[2], 1000);
    cr_expect_eq(numbers.by_length[2], 1000);
    cr_expect_eq(numbers.named_count, DIAMONDS_NAMED);
    cr_expect_eq(numbers.named[0].facts.prefixes, 3);
}

/* 1.2 million hops, in room for half a million. */
Test(diamonds, a_sample_of_many_prefixes_stands_for_all)
{
    struct diamond_numbers numbers = sampled(200000);

    cr_expect_eq(numbers.one_in, 4);
    cr_expect_float_eq((double)numbers.prefixes, 200000, 4000, "%lu", numbers.prefixes);
    cr_expect_eq(numbers.crossing, numbers.prefixes, "all hops of those in the sample were kept");
    cr_expect_eq(numbers.count, 1000);
}

Test(diamonds, a_prefix_as_a_picture)
{
    struct address_numbers interfaces = {0};
    struct prefix_ways ways = {0};
    struct written written;

    add_row(&ways, TARGET, 0, "AC!!", &interfaces);
    add_row(&ways, TARGET, 1, "AB.!", &interfaces);
    written_begin(&written);
    cr_assert_eq(prefix_dot_print(&ways, &interfaces, "8.8.8.0/24", written.out), 0);
    char *text = written_end(&written);
    cr_expect_str_eq(text,
                     "digraph \"8.8.8.0/24\" {\n"
                     "    rankdir=LR;\n"
                     "    node [shape=box];\n"
                     "    \"source\" [shape=point];\n"
                     "    \"1/0.0.0.65\" [label=\"0.0.0.65\\n1.000 ms\"];\n"
                     "    { rank=same; \"1/0.0.0.65\"; }\n"
                     "    \"2/0.0.0.66\" [label=\"0.0.0.66\\n2.000 ms\"];\n"
                     "    \"2/0.0.0.67\" [label=\"0.0.0.67\\n2.000 ms\"];\n"
                     "    { rank=same; \"2/0.0.0.66\"; \"2/0.0.0.67\"; }\n"
                     "    \"3/8.8.8.7\" [label=\"8.8.8.7\\n3.000 ms\", peripheries=2];\n"
                     "    { rank=same; \"3/8.8.8.7\"; }\n"
                     "    \"4/8.8.8.7\" [label=\"8.8.8.7\\n4.000 ms\", peripheries=2];\n"
                     "    { rank=same; \"4/8.8.8.7\"; }\n"
                     "    \"source\" -> \"1/0.0.0.65\";\n"
                     "    \"1/0.0.0.65\" -> \"2/0.0.0.66\";\n"
                     "    \"1/0.0.0.65\" -> \"2/0.0.0.67\";\n"
                     "    \"2/0.0.0.66\" -> \"4/8.8.8.7\" [style=dotted];\n"
                     "    \"2/0.0.0.67\" -> \"3/8.8.8.7\";\n"
                     "}\n",
                     "%s", text);
    free(text);
    prefix_ways_free(&ways);
    address_numbers_free(&interfaces);
}
