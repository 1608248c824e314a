// SPDX-License-Identifier: GPL-2.0-or-later
/* What receivers use, as in a survey: matcher, answered TTLs, graph, and a writer that formats records into
 * /dev/null. */
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
 * bench_knowledge_open() prepares for the probes that `mix` answers, which must outlive it. Each of
 * `receivers` receivers has a ring of `ring_records` records, a power of two, to the writer. Returns 0 or a
 * negative errno. bench_knowledge_close() may be called after any outcome.
 */
int bench_knowledge_open(struct bench_knowledge *knowledge, const struct reply_mix *mix, unsigned receivers,
                         uint64_t ring_records);
void bench_knowledge_close(struct bench_knowledge *knowledge);

/* bench_knowledge_renew() forgets what was answered, so that replies are new again. No receiver may have a
 * handle of the graph then. Returns 0 or -ENOMEM. */
int bench_knowledge_renew(struct bench_knowledge *knowledge);

/* bench_knowledge_receiver() sets up the receiver with that number, except its sources and its handle of the
 * graph. */
void bench_knowledge_receiver(struct bench_knowledge *knowledge, struct receiver *receiver, unsigned number);
