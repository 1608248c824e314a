// SPDX-License-Identifier: GPL-2.0-or-later
#include "answer_cell.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "reference.h"
#include "table.h"

static uint32_t cells[CELLS];

/* Every second target is one of IPv6, and these have either half in common. */
static struct probe probe_number(uint32_t number)
{
    uint32_t target = number / 32, half = target / 4;
    const struct address targets[] = {IPV4(0x08000000 + half), IPV6(0x20010db800000000 + half, 1),
                                      IPV4(0x09000000 + half), IPV6(0x20010db800000000, 2 + half)};

    return (struct probe){.target_address = targets[target % 4], .ttl = (uint8_t)(1 + number % 32)};
}

static bool admits(struct probe probe)
{
    uint64_t hash = answer_cell_hash(0x987654321, &probe);

    return answer_cell_admits(&cells[hash % CELLS], hash, CELL_ANSWERS);
}

/* Probes that differ in anything have different hashes. */
Test(answer_cell, all_of_a_probe_counts)
{
    static const struct probe probes[] = {
        {.target_address = IPV4(8), .ttl = 8},
        {.target_address = IPV4(9), .ttl = 8},
        {.target_address = IPV4(8), .ttl = 9},
        {.target_address = IPV4(8), .ttl = 8, .flow = 1},
        {.target_address = IPV6(0, 8), .ttl = 8},
        {.target_address = IPV6(1, 8), .ttl = 8},
        {.target_address = IPV6(1ULL << 48, 8), .ttl = 8},
        {.target_address = IPV6(1, 9), .ttl = 8},
        {.target_address = IPV6(1, 8 | 1ULL << 48), .ttl = 8},
        {.target_address = IPV6(1, 8), .ttl = 9},
        {.target_address = IPV6(1, 8), .ttl = 8, .flow = 1},
    };

    for (size_t i = 0; i < COUNT(probes); i++)
        for (size_t other = 0; other < i; other++)
            cr_expect_neq(answer_cell_hash(1, &probes[i]), answer_cell_hash(1, &probes[other]), "%zu %zu", i,
                          other);
}

/* First answers come through, however many probes there are and whoever shares their cells. */
Test(answer_cell, first_answers_come_through)
{
    memset(cells, 0, sizeof(cells));
    for (uint32_t number = 0; number < 20 * CELLS; number++)
        cr_assert(admits(probe_number(number)), "probe %u", number);
}

Test(answer_cell, one_probe_answered_without_end)
{
    unsigned admitted = 0;

    memset(cells, 0, sizeof(cells));
    for (unsigned i = 0; i < 1000000; i++)
        admitted += admits(probe_number(77));
    cr_expect_eq(admitted, CELL_ANSWERS);
}

/* Hundreds of probes repeated at random, while ten new ones are answered for each time that all were
 * repeated once: of the repetitions few come through, of the new ones all. */
Test(answer_cell, many_probes_answered_without_end)
{
    enum { REPEATED = 512, TURNS = 8000 };
    uint32_t fresh = REPEATED;
    uint64_t admitted = 0, random = 1;

    memset(cells, 0, sizeof(cells));
    for (unsigned i = 0; i < REPEATED * TURNS; i++) {
        admitted += admits(probe_number((uint32_t)(reference_random(&random) % REPEATED)));
        if (i % (REPEATED / 10) == 0)
            cr_assert(admits(probe_number(fresh++)), "a new probe");
    }
    cr_expect_lt(admitted, REPEATED * TURNS / 20, "%u of %u", (unsigned)admitted, REPEATED * TURNS);
}
