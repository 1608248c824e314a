// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts answers to a probe where they arrive, so that one probe answered a million times takes no ring's
 * space from the others: an array of cells [name 28 bits | count 4 bits], indexed by a keyed hash of what the
 * quotation says. The other half of the hash is the name.
 *
 * A cell belongs to the probe that was answered last. So no probe's answers are ever taken for another's,
 * but once in 2^28, and nothing needs to age: a table much smaller than a survey is enough for the few probes
 * that somebody answers again and again. Who repeats K of them gets one more round of CELL_ANSWERS through
 * each time another answer comes to the same cell: at most about K answers in CELLS.
 *
 * CPUs that count in one cell at the same moment may each count one answer for many: then it is at most
 * CELL_ANSWERS a CPU that pass.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"
#include "probe.h"

/* 64 KB: fewer, and the cells change hands more often; more, and they do not stay in the cache. */
#define CELLS           (1U << 14)
#define CELL_COUNT_MASK 0xfU
/* Twice what is recorded of a probe (knowledge/answered.h): some may be damaged, which is found out later. */
#define CELL_ANSWERS  8U
#define CELL_NO_LIMIT (CELL_COUNT_MASK + 1)

/* The hash of a quoted probe. Only who knows `secret` can tell which probes meet in one cell, and nobody who
 * sends replies is told what became of them. */
static inline uint64_t answer_cell_hash(uint64_t secret, const struct probe *probe)
{
    uint64_t rest = (uint64_t)probe->flow << 32 | (uint64_t)probe->ttl << 48;

    if (address_is_ipv4(probe->target_address))
        return mix64(secret ^ (address_ipv4(probe->target_address) | rest));
    return mix64(address_hash(probe->target_address, secret) ^ rest);
}

/* Counts an answer in the cell of its hash; says whether it is one of the first
 * `most`, below CELL_NO_LIMIT. */
static inline bool answer_cell_admits(volatile uint32_t *cell, uint64_t hash, uint32_t most)
{
    uint32_t name = (uint32_t)(hash >> 32) & ~CELL_COUNT_MASK;
    uint32_t seen = *cell;

    if ((seen & ~CELL_COUNT_MASK) != name)
        seen = name;
    else if ((seen & CELL_COUNT_MASK) >= most)
        return false;
    *cell = seen + 1;
    return true;
}
