// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How much memory may hold waiting replies: one UMEM per RX queue, from one budget for all. Pure.
 *
 *     what a queue needs   half a second of the replies that may come to it; if fewer chunks are ample,
 *                          these, but at least 62 ms of replies
 *     what it may have     budget / queues
 *     what it gets         the smaller of both, a power of two of chunks
 *
 * How many replies may come to one queue: a NIC spreads them by a hash of their addresses. All are sent to
 * us, so all replies of a router go to one queue. The nearest routers answer a probe of each TTL, so a few of
 * them send an eighth of all replies. The rest is spread, sometimes with twice the average on one queue.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    /* A chunk, two slots of the FILL ring, one slot of the RX ring. */
    UMEM_CHUNK_BYTES = 2048 + 2 * 8 + 16,
    /* 8 MB. If fewer, the rings of a NIC, up to 4,096 descriptors, take all of them. */
    UMEM_LEAST_CHUNKS = 4096,
    /* 16 MB: the least at every rate of replies, if memory allows. */
    UMEM_USUAL_CHUNKS = 8192,
    /* 32 MB: ample for strategies that walk along paths, because many of their probes are not answered. Half
     * a second at 33,000 replies per second. If higher, surveys of all /24s take more memory for waiting
     * replies than for what they learn. */
    UMEM_WALK_CHUNKS = 16384,
    /* 128 MB, for rates that cannot be known (`max`, `auto`): 64 ms at a million replies per second. */
    UMEM_UNKNOWN_CHUNKS = 65536,
    /* 4 GB: rings are counted in 32 bits and have twice as many slots as chunks; the kernel allocates them at
     * once. */
    UMEM_MOST_CHUNKS = 2097152,
};

struct umem_budget {
    uint32_t chunks; /* per queue, a power of two; 0: not even the least fits */
    uint64_t bytes;  /* of all queues */
    uint64_t wanted; /* bytes of all queues, if the budget were unlimited */
    double lasts;    /* seconds of replies that fit; INFINITY: not known */
};

/* umem_budget_default() returns what a survey may use of a machine's memory: an eighth, at most 4 GB. */
uint64_t umem_budget_default(uint64_t machine_bytes);

/* umem_budget_make() shares `budget` bytes among `queues` at `rate` replies per second; INFINITY and NAN mean
 * that the rate is not known. Replies are spread over at least `fewest` of the queues. `ample` chunks are
 * enough for a queue, however short the time they last: UMEM_WALK_CHUNKS, or UMEM_MOST_CHUNKS if only the
 * time counts. */
struct umem_budget umem_budget_make(double rate, unsigned queues, unsigned fewest, uint32_t ample,
                                    uint64_t budget);

/* umem_budget_least() returns the smallest budget for that many queues, in bytes. */
uint64_t umem_budget_least(unsigned queues);

/* umem_budget_rate() returns the highest rate at which that many queues of one device get what they need; 0:
 * none. */
double umem_budget_rate(unsigned queues, uint64_t budget);

/* umem_budget_is_short() returns whether the queues got less than they need. */
bool umem_budget_is_short(const struct umem_budget *budget);
