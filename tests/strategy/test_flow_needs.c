// SPDX-License-Identifier: GPL-2.0-or-later
#include "strategy/flow_needs.h"

#include <criterion/criterion.h>
#include <string.h>

#include "addresses.h"

enum {
    ROOM = 40,
};

/* Of one target: who met whom is written as rows of letters, a flow a row; '.' is silence, '|' behind the end. */
struct fixture {
    struct block_pool pool;
    struct flow_matrix matrix;
    uint16_t asked[PROBE_MAX_TTL];
    struct flow_needs needs;
};

static void start(struct fixture *fixture, enum needs_rule rule)
{
    *fixture = (struct fixture){0};
    cr_assert_eq(block_pool_init(&fixture->pool, FLOW_BLOCK_SIZE, ROOM), 0);
    flow_needs_init(&fixture->needs, rule, 0.95, FLOW_MATRIX_FLOWS);
}

static uint8_t cell_of(struct fixture *fixture, char letter)
{
    return letter == '.'   ? CELL_SILENT
           : letter == '|' ? CELL_BEYOND
                           : flow_matrix_vertex(&fixture->matrix, &fixture->pool, IPV4((uint32_t)letter));
}

static void add_flow(struct fixture *fixture, const char *row)
{
    for (unsigned ttl = 1; row[ttl - 1]; ttl++)
        flow_matrix_set(&fixture->matrix, &fixture->pool, fixture->asked[ttl - 1]++, ttl,
                        cell_of(fixture, row[ttl - 1]));
}

static void add_flows(struct fixture *fixture, const char *row, unsigned count)
{
    while (count--)
        add_flow(fixture, row);
}

static struct flow_verdict judge(struct fixture *fixture, unsigned last, uint64_t merged)
{
    const struct flow_view view = {
        .matrix = &fixture->matrix,
        .pool = &fixture->pool,
        .asked = fixture->asked,
        .merged = merged,
        .first = 1,
        .last = (uint8_t)last,
    };
    struct flow_verdict verdict;

    flow_needs_judge(&fixture->needs, &view, &verdict);
    return verdict;
}

static void end(struct fixture *fixture)
{
    flow_matrix_clear(&fixture->matrix, &fixture->pool);
    block_pool_free(&fixture->pool);
}

Test(flow_needs, six_flows_are_enough_where_nothing_branches)
{
    struct fixture fixture;

    start(&fixture, NEEDS_VERTEX);
    cr_expect_eq(flow_needs_least(&fixture.needs), 6);
    add_flows(&fixture, "ABC..", 5);
    cr_expect(judge(&fixture, 5, 0).more);
    add_flow(&fixture, "ABC..");

    struct flow_verdict verdict = judge(&fixture, 5, 0);
    cr_expect_not(verdict.more);
    cr_expect_eq(verdict.branches, 0);
    end(&fixture);
}

/* A to B or C: eleven or more at both TTLs; each of B and C wants as many as one that branches second, so more. */
Test(flow_needs, each_vertex_wants_flows_of_its_own)
{
    struct fixture fixture;

    start(&fixture, NEEDS_VERTEX);
    add_flows(&fixture, "ABD", 8);
    add_flows(&fixture, "ACD", 4);

    struct flow_verdict verdict = judge(&fixture, 3, 0);
    cr_expect_eq(verdict.branches, 1);
    cr_expect_eq(verdict.branch[0].ttl, 2);
    cr_expect_eq(verdict.branch[0].cell, flow_matrix_vertex(&fixture.matrix, &fixture.pool, IPV4('A')));
    cr_expect_eq(verdict.wanted[0], 12, "A's two next hops are known of well enough");
    cr_expect_eq(verdict.wanted[1], 24, "C wants eight, and one flow in three comes there");
    cr_expect_eq(verdict.wanted[2], 24);
    end(&fixture);
}

Test(flow_needs, silence_and_ends_are_no_next_hops)
{
    struct fixture fixture;

    start(&fixture, NEEDS_VERTEX);
    add_flows(&fixture, "A.|", 3);
    add_flows(&fixture, "AB|", 3);
    cr_expect_not(judge(&fixture, 3, 0).more, "B is met three times, and nothing is behind it");
    end(&fixture);
}

/* Half of the flows are lost before they come to A: that is not made up for. */
Test(flow_needs, losses_are_not_made_up_for)
{
    struct fixture fixture;

    start(&fixture, NEEDS_VERTEX);
    add_flows(&fixture, "AB", 3);
    add_flows(&fixture, ".B", 3);
    cr_expect_not(judge(&fixture, 2, 0).more);
    end(&fixture);
}

/* Packets of one flow meet B or C: both lead to D or E, as one vertex with two next hops. */
Test(flow_needs, balanced_packets_are_judged_as_one_vertex)
{
    struct fixture fixture;
    static const char *const rows[] = {"ABDF", "ACEF", "ABEF", "ACDF"};

    start(&fixture, NEEDS_VERTEX);
    for (unsigned i = 0; i < 16; i++)
        add_flow(&fixture, rows[i % 4]);
    cr_expect_eq(judge(&fixture, 4, 0).branches, 3, "A, B and C");

    struct flow_verdict verdict = judge(&fixture, 4, 1 << 1);
    cr_expect_eq(verdict.branches, 2, "A, and B with C");
    cr_expect_eq(verdict.branch[1].cell, BRANCH_MERGED);
    cr_expect_not(verdict.more);
    end(&fixture);
}

Test(flow_needs, says_where_flows_are_too_few)
{
    struct fixture fixture;

    start(&fixture, NEEDS_VERTEX);
    flow_needs_init(&fixture.needs, NEEDS_VERTEX, 0.95, 8);
    add_flows(&fixture, "ABC", 4);
    add_flows(&fixture, "ADC", 4);

    struct flow_verdict verdict = judge(&fixture, 3, 0);
    cr_expect(verdict.short_of_flows);
    cr_expect_not(verdict.more, "nobody can ask more");
    end(&fixture);
}

/* As in the paper's example: six flows, and eleven where there are two links. */
Test(flow_needs, diamond_miner_counts_links)
{
    struct fixture fixture;

    start(&fixture, NEEDS_LINKS);
    add_flows(&fixture, "ABD", 3);
    add_flows(&fixture, "ACD", 3);
    cr_expect_eq(flow_needs_least(&fixture.needs), 6);

    struct flow_verdict verdict = judge(&fixture, 3, 0);
    cr_expect(verdict.more);
    cr_expect_eq(verdict.wanted[1], verdict.wanted[2]);
    cr_expect_eq(verdict.wanted[1], 12, "ln(0.02532 / 3) / ln(2 / 3) = 11.78");
    end(&fixture);
}

/* The links of the widest TTL make the share of each smaller, at all TTLs, and nothing holds a round back. */
Test(flow_needs, a_round_of_diamond_miner)
{
    static const char *const rows[] = {"ABFG", "ACFG", "ADFG", "AEFG", "ABFG", "ACFG"};
    struct fixture fixture;

    start(&fixture, NEEDS_LINKS);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        add_flow(&fixture, rows[i]);

    struct flow_verdict verdict = judge(&fixture, 4, 0);
    cr_expect_eq(verdict.wanted[0], 27, "ln(0.012741 / 5) / ln(4 / 5) = 26.8");
    cr_expect_eq(verdict.wanted[2], 27);
    cr_expect_eq(verdict.wanted[3], 8, "ln(0.012741 / 2) / ln(1 / 2) = 7.3: of F to G alone");
    end(&fixture);
}
