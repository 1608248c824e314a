// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much memory replies may wait in: a UMEM for each RX queue, out of one budget for all. Pure.
 *
 *     what a queue needs   half a second of the replies that may come to it; where fewer are ample, these, and 62 ms
 *                          of them at least
 *     what it may have     budget / queues
 *     what it gets         the smaller, a power of two of chunks
 *
 * How many replies may come to one queue: a NIC spreads them by a hash of their addresses, and all are to us,
 * so all of a router go to one queue. The nearest routers answer a probe of each TTL, so a few of them make
 * up an eighth of all replies; the rest is spread, now and then with twice the share on one.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    /* Chunk, two slots of the FILL ring, one of the RX ring. */
    UMEM_CHUNK_BYTES = 2048 + 2 * 8 + 16,
    /* 8 MB. Fewer, and the rings of a NIC, up to 4,096 descriptors, take all that there are. */
    UMEM_LEAST_CHUNKS = 4096,
    /* 16 MB: what is taken at any rate where there is enough. */
    UMEM_USUAL_CHUNKS = 8192,
    /* 32 MB: ample for strategies that walk along paths, of whose probes many go unanswered. At 33,000 replies a second
     * that is half a second. Higher, and surveys of all /24s take more memory for what waits than for what they
     * learn. */
    UMEM_WALK_CHUNKS = 16384,
    /* 128 MB, at rates that nobody can tell (`max`, `auto`): 64 ms at a million replies per second. */
    UMEM_UNKNOWN_CHUNKS = 65536,
    /* 4 GB: rings are counted in 32 bits, twice as many slots as chunks, and the
     * kernel takes them at once. */
    UMEM_MOST_CHUNKS = 2097152,
};

struct umem_budget {
    uint32_t chunks; /* a queue, a power of two; 0: not even the least fits */
    uint64_t bytes;  /* of all queues */
    uint64_t wanted; /* bytes of all queues, had the budget no end */
    double lasts;    /* seconds of that many replies; INFINITY: nobody can tell */
};

/* umem_budget_default() is what a survey takes of a machine with so much memory: an eighth, at most 4 GB. */
uint64_t umem_budget_default(uint64_t machine_bytes);

/* umem_budget_make() shares `budget` bytes among `queues` at `rate` replies per second; INFINITY and NAN are
 * rates that nobody can tell. Replies are spread over `fewest` of them at least. `ample` chunks
 * are enough for a queue, whatever time they last: UMEM_WALK_CHUNKS, or UMEM_MOST_CHUNKS where only time counts. */
struct umem_budget umem_budget_make(double rate, unsigned queues, unsigned fewest, uint32_t ample,
                                    uint64_t budget);

/* umem_budget_least() is what so many queues cannot do with less of, in bytes. */
uint64_t umem_budget_least(unsigned queues);

/* umem_budget_rate() is the highest rate at which so many queues of one device get what they need; 0: at
 * none. */
double umem_budget_rate(unsigned queues, uint64_t budget);

/* umem_budget_is_short() says whether the queues got less than they need. */
bool umem_budget_is_short(const struct umem_budget *budget);
