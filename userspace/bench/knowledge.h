// SPDX-License-Identifier: GPL-2.0-or-later
/* What receivers know and where their records go, as in a survey: matcher, answered TTLs, graph, and a writer
 * that formats into /dev/null. */
#pragma once

#include "bench/reply_mix.h"
#include "engine/receiver.h"

struct bench_knowledge {
    const struct reply_mix *mix;
    struct answered answered;
    struct allowance allowance;
    struct matcher matcher;
    struct graph *graph;
    struct writer *writer;
    int null_fd;
};

/*
 * bench_knowledge_open() knows of the probes that `mix` answers, which it borrows; each of
 * `receivers` receivers has a ring of `ring_records` records, a power of two, to the writer. 0 or a negative
 * errno. bench_knowledge_close() is right after every outcome.
 */
int bench_knowledge_open(struct bench_knowledge *knowledge, const struct reply_mix *mix, unsigned receivers,
                         uint64_t ring_records);
void bench_knowledge_close(struct bench_knowledge *knowledge);

/* bench_knowledge_renew() forgets what was answered, so that replies are new; no receiver has a handle of the
 * graph then. 0 or -ENOMEM. */
int bench_knowledge_renew(struct bench_knowledge *knowledge);

/* bench_knowledge_receiver() sets up the receiver of a number, but for its sources and its handle of the
 * graph. */
void bench_knowledge_receiver(struct bench_knowledge *knowledge, struct receiver *receiver, unsigned number);
