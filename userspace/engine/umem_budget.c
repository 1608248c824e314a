// SPDX-License-Identifier: GPL-2.0-or-later
#include "engine/umem_budget.h"

#include <math.h>

/* Longer than a busy machine ever keeps a thread waiting. */
static const double lasting_s = 0.5;
/* The least time that a limit may leave: the interval at which control looks, and a margin. If lower, replies
 * are lost before senders can slow down (back_pressure.h). */
static const double least_s = 0.0625;
/* The share of all replies that comes from the nearest routers. */
static const double near_share = 0.125;

static const uint64_t default_most = 4ULL << 30;

/* The largest share of all replies to expect on one queue. */
static double queue_share(unsigned queues)
{
    return fmin(2.0 / queues + near_share, 1);
}

static bool is_known(double rate)
{
    return isfinite(rate);
}

static uint32_t needed(double rate, unsigned queues, uint32_t ample)
{
    uint32_t chunks = UMEM_USUAL_CHUNKS;

    if (!is_known(rate))
        return UMEM_UNKNOWN_CHUNKS;

    double replies = rate * queue_share(queues);
    double wanted = fmax(fmin(lasting_s * replies, ample), least_s * replies);

    while (chunks < UMEM_MOST_CHUNKS && chunks < wanted)
        chunks *= 2;
    return chunks;
}

static uint64_t bytes_of(uint32_t chunks, unsigned queues)
{
    return (uint64_t)chunks * UMEM_CHUNK_BYTES * queues;
}

uint64_t umem_budget_default(uint64_t machine_bytes)
{
    return machine_bytes / 8 < default_most ? machine_bytes / 8 : default_most;
}

uint64_t umem_budget_least(unsigned queues)
{
    return bytes_of(UMEM_LEAST_CHUNKS, queues);
}

struct umem_budget umem_budget_make(double rate, unsigned queues, unsigned fewest, uint32_t ample,
                                    uint64_t budget)
{
    uint32_t chunks = needed(rate, fewest, ample);
    struct umem_budget out = {.wanted = bytes_of(chunks, queues)};

    while (chunks >= UMEM_LEAST_CHUNKS && bytes_of(chunks, queues) > budget)
        chunks /= 2;
    if (chunks < UMEM_LEAST_CHUNKS)
        return out;
    out.chunks = chunks;
    out.bytes = bytes_of(chunks, queues);
    out.lasts = is_known(rate) ? chunks / (rate * queue_share(fewest)) : INFINITY;
    return out;
}

double umem_budget_rate(unsigned queues, uint64_t budget)
{
    uint32_t chunks = UMEM_MOST_CHUNKS;

    while (chunks >= UMEM_USUAL_CHUNKS && bytes_of(chunks, queues) > budget)
        chunks /= 2;
    return chunks < UMEM_USUAL_CHUNKS ? 0 : chunks / (lasting_s * queue_share(queues));
}

bool umem_budget_is_short(const struct umem_budget *budget)
{
    return budget->bytes < budget->wanted;
}
