// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes that another program writes, a line each (probe_line.h), and that leave as they come: the strategy is
 * elsewhere. Answers change nothing here.
 *
 *   descriptor ── read(2), when probes may leave ──> buffer ── a line ──> filters ──> next()
 *
 * What the pacer has no room for is not read: then the writer waits, as behind any pipe.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strategy/strategy.h"
#include "target/address_set.h"

struct stream;

/* A line that is no probe, counted from 1, and why. */
typedef void stream_refuser(void *context, uint64_t line, const char *text, size_t length, const char *why);

struct stream_config {
    int input;          /* the caller's; read until its end */
    unsigned copies;    /* packets for each line, at least 1 */
    uint64_t most;      /* packets, after which nothing is read; 0: any number */
    uint64_t linger_ns; /* it is done so long after the last probe: what is answered then is still heard */
    unsigned min_ttl, max_ttl;
    const struct address_set *excluded; /* no probes go there; NULL: nothing is */
    const struct address_set *included; /* nor elsewhere; NULL: everything is */
    bool ipv4, ipv6;                    /* families that can be sent */
    stream_refuser *refused;
    void *context;
};

/* What became of the lines. */
struct stream_counters {
    uint64_t read; /* that were probes */
    uint64_t refused, low_ttl, high_ttl, excluded, not_included, no_family;
};

/* stream_create() makes one; NULL when memory is short. Closed by its `ops`; `config` is copied. */
struct stream *stream_create(const struct stream_config *config);
struct strategy *stream_strategy(struct stream *stream);

/* stream_waits() says whether it has to read before anything can be sent. */
bool stream_waits(const struct stream *stream);

/* stream_counters() lasts as long as the stream; stream_error() is 0, or the negative errno that ended it. */
const struct stream_counters *stream_counters(const struct stream *stream);
int stream_error(const struct stream *stream);
