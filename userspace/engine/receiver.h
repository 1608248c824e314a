// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The way of a reply in: source -> decode -> match -> graph, writer, strategy, and a capture of it. One receiver belongs to one
 * thread and serves one or more sources.
 *
 * A batch goes through each of these together, so that the memory which the next one needs is on its way
 * meanwhile: a survey of millions of targets misses the caches several times per reply.
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

/* Readable from any thread. */
struct receiver_counters {
    counter_t verdicts[DECODE_VERDICTS]; /* of every frame decoded */
    counter_t duplicate, late, truncated, rewritten;
    counter_t reached;                     /* targets that answered themselves, each once */
    counter_t answered[PROBE_MAX_TTL + 1]; /* by TTL: probes that were, each once */
    struct histogram rtt_us;
};

struct receiver {
    struct layout_pair layouts;
    struct tracked
        *tracked; /* where probes are kept in a table, the table; NULL: a survey, `layouts` are enough */
    struct given *given; /* where headers are given (packet/given.h); NULL: they are not */
    const struct matcher *matcher;
    struct writer *writer;        /* NULL: nothing is written */
    unsigned producer;            /* this receiver's ring of the writer, and its row of `answers` */
    struct graph_handle *graph;   /* NULL: no graph */
    struct answer_rings *answers; /* by which strategies hear of them; NULL: none wants to */
    struct strategy *listener;    /* instead: one that this very thread asks for probes; NULL: none */
    struct source **sources;
    unsigned source_count;
    struct capture_writer *capture; /* which gets every frame, by ring `producer`; NULL: none does */
    const uint16_t *interfaces;     /* by which frames of each source came, for it */
    struct receiver_counters counters;
};

/* receiver_step() takes what has arrived, at most a batch a source, and returns how many frames that were.
 * `now_ns` stands in for the arrival time of frames that carry none. */
size_t receiver_step(struct receiver *receiver, uint64_t now_ns);
