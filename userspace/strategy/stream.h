// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Probes that another program writes, one per line (probe_line.h). They leave in their order: the other
 * program has the strategy, and answers change nothing here.
 *
 *   descriptor ── read(2), when probes may leave ──> buffer ── a line ──> filters ──> next()
 *
 * Lines for which the pacer has no room are not read. The writer then waits, as with any pipe.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "strategy/strategy.h"
#include "target/address_set.h"

struct stream;

/* Called for a line that is no probe. Lines are counted from 1; `why` is the reason. */
typedef void stream_refuser(void *context, uint64_t line, const char *text, size_t length, const char *why);

struct stream_config {
    int input;          /* owned by the caller; read until its end */
    unsigned copies;    /* packets per line, at least 1 */
    uint64_t most;      /* number of packets after which nothing is read; 0: no limit */
    uint64_t linger_ns; /* it is done this long after the last probe: answers until then are still heard */
    unsigned min_ttl, max_ttl;
    const struct address_set *excluded; /* no probe goes there; NULL: no such set */
    const struct address_set *included; /* probes go only there; NULL: everywhere */
    bool ipv4, ipv6;                    /* families that can be sent */
    stream_refuser *refused;
    void *context;
};

/* The numbers of lines, by what became of them. */
struct stream_counters {
    uint64_t read; /* those that were probes */
    uint64_t refused, low_ttl, high_ttl, excluded, not_included, no_family;
};

/* stream_create() makes a stream. Returns NULL when memory is short. `config` is copied. Its `ops` close
 * it. */
struct stream *stream_create(const struct stream_config *config);
struct strategy *stream_strategy(struct stream *stream);

/* stream_waits() returns true if it must read before anything can be sent. */
bool stream_waits(const struct stream *stream);

/* stream_counters() is valid as long as the stream. stream_error() returns 0, or the negative errno that
 * ended it. */
const struct stream_counters *stream_counters(const struct stream *stream);
int stream_error(const struct stream *stream);
