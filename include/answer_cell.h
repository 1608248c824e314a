// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Counts answers per probe where they arrive, so that a million answers to one probe do not fill the rings. It
 * is an array of cells [name 28 bits | count 4 bits], indexed by one half of a keyed hash of the quoted probe.
 * The other half of the hash gives the name.
 *
 * A cell belongs to the probe that was answered last. So answers to one probe are counted for another only once
 * in 2^28 times, and no entry needs to expire: a table much smaller than the survey suffices for the few probes
 * that somebody answers again and again. An attacker who repeats answers to K probes gets CELL_ANSWERS more
 * answers through whenever an answer to another probe takes the cell: about K in CELLS of all answers, at most.
 *
 * CPUs that count in one cell at the same time may lose counts. Then at most CELL_ANSWERS answers per CPU pass.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "mix.h"
#include "probe.h"

/* 64 KB. With fewer cells, probes would take cells from each other more often; more would not stay in the
 * cache. */
#define CELLS           (1U << 14)
#define CELL_COUNT_MASK 0xfU
/* Twice as many as are recorded per probe (knowledge/answered.h): some may be damaged, which is detected later. */
#define CELL_ANSWERS  8U
#define CELL_NO_LIMIT (CELL_COUNT_MASK + 1)

/* The hash of a quoted probe. Without `secret` nobody can find probes that share a cell, and a sender of
 * replies never learns what happened to them. */
static inline uint64_t answer_cell_hash(uint64_t secret, const struct probe *probe)
{
    uint64_t rest = (uint64_t)probe->flow << 32 | (uint64_t)probe->ttl << 48;

    if (address_is_ipv4(probe->target_address))
        return mix64(secret ^ (address_ipv4(probe->target_address) | rest));
    return mix64(address_hash(probe->target_address, secret) ^ rest);
}

/* Counts an answer in the cell of its hash. Returns whether it is one of the first `most` answers; `most` is
 * below CELL_NO_LIMIT. */
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
