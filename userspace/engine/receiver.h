// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way of a reply in: source -> decode -> match -> graph, writer, strategy; and, if wanted, into a
 * capture. One receiver belongs to one thread and serves one or more sources.
 *
 * Each of these parts handles a whole batch before the next part, so that memory needed by the next part is
 * prefetched meanwhile: a survey of millions of targets has several cache misses per reply.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/counter.h"
#include "base/histogram.h"
#include "engine/answer_rings.h"
#include "engine/match.h"
#include "knowledge/graph.h"
#include "output/writer.h"
#include "packet/given.h"
#include "packet/reply.h"
#include "packet/tracked.h"
#include "receive/capture_writer.h"
#include "receive/source.h"
#include "strategy/strategy.h"

/* May be read from any thread. */
struct receiver_counters {
    counter_t verdicts[DECODE_VERDICTS]; /* of every frame decoded */
    counter_t duplicate, late, truncated, rewritten;
    counter_t reached;                     /* targets that answered, each counted once */
    counter_t answered[PROBE_MAX_TTL + 1]; /* probes that were answered, by TTL, each counted once */
    struct histogram rtt_us;
};

struct receiver {
    struct layout_pair layouts;
    struct tracked
        *tracked; /* the table of probes, for trace and ping; NULL: a survey, which needs only `layouts` */
    struct given *given; /* for given headers (packet/given.h); NULL: no headers are given */
    const struct matcher *matcher;
    struct writer *writer;        /* NULL: nothing is written */
    unsigned producer;            /* number of this receiver's ring in `writer` and `capture`, and of its
                                     row in `answers` */
    struct graph_handle *graph;   /* NULL: no graph */
    struct answer_rings *answers; /* to the senders' strategies; NULL: no strategy wants answers */
    struct strategy *listener;    /* instead of `answers`: a strategy on this same thread; NULL: none */
    struct source **sources;
    unsigned source_count;
    struct capture_writer *capture; /* gets every frame, in ring `producer`; NULL: no capture */
    const uint16_t *interfaces;     /* for `capture`: the interface of each source */
    struct receiver_counters counters;
};

/* receiver_step() takes the frames that have arrived, at most a batch per source, and returns their number.
 * `now_ns` is used as arrival time for frames without one. */
size_t receiver_step(struct receiver *receiver, uint64_t now_ns);
