// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where replies come from: one file per source. An instance belongs to one receiver thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    SOURCE_BATCH = 64,
};

struct received_frame {
    const uint8_t *data; /* from the Ethernet header on; in a session from the IP header on */
    uint32_t length;
    uint64_t received_ns; /* CLOCK_MONOTONIC at arrival; 0: unknown */
};

/*
 * received_frame_prefetch() prefetches the headers of a frame some places behind frames[i]. Frames lie in
 * chunks, which map to few sets of the first-level cache: prefetching a whole batch at once would evict its
 * own lines.
 */
static inline void received_frame_prefetch(const struct received_frame *frames, size_t i, size_t count)
{
    enum {
        AHEAD = 8,
        LINE = 64,
    };

    if (i + AHEAD < count) {
        __builtin_prefetch(frames[i + AHEAD].data);
        __builtin_prefetch(frames[i + AHEAD].data + LINE);
    }
}

/* Replies that reached the source and were lost in it, by place. */
struct source_losses {
    uint64_t ring_full;  /* RX ring */
    uint64_t fill_empty; /* no chunk to receive into */
    uint64_t dropped;    /* otherwise */
};

struct source {
    const struct source_ops *ops;
};

struct source_ops {
    /* receive() returns up to SOURCE_BATCH frames, which stay valid until release() with the same count. It
     * never waits. */
    size_t (*receive)(struct source *source, struct received_frame out[SOURCE_BATCH]);
    void (*release)(struct source *source, size_t count);

    /* losses() may be called by any thread. Returns 0 or a negative errno. */
    int (*losses)(const struct source *source, struct source_losses *out);

    void (*close)(struct source *source);
};
