// SPDX-License-Identifier: GPL-2.0-or-later
#include "answer_cell.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "addresses.h"
#include "reference.h"

static uint32_t cells[CELLS];

static struct probe probe_number(uint32_t number)
{
    return (struct probe){.target_address = IPV4(0x08000000 + number / 32),
                          .ttl = (uint8_t)(1 + number % 32)};
}

static bool admits(struct probe probe)
{
    uint64_t hash = answer_cell_hash(0x123456789, &probe);

    return answer_cell_admits(&cells[hash % CELLS], hash, CELL_ANSWERS);
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
