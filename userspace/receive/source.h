// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Where replies come from: one file a source. An instance belongs to one receiver thread.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    SOURCE_BATCH = 64,
};

struct received_frame {
    const uint8_t *data; /* from the Ethernet header on; of a session from the IP header on */
    uint32_t length;
    uint64_t received_ns; /* CLOCK_MONOTONIC at arrival; 0 where the source cannot tell */
};

/*
 * received_frame_prefetch() asks for the headers of a frame some places behind frames[i]. Frames lie in
 * chunks, which share few sets of the first-level cache: all of a batch at once would drive each other out
 * again.
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

/* Replies that reached the source and were lost there, by place. */
struct source_losses {
    uint64_t ring_full;  /* RX ring */
    uint64_t fill_empty; /* nothing to receive into */
    uint64_t dropped;    /* otherwise */
};

struct source {
    const struct source_ops *ops;
};

struct source_ops {
    /* receive() gives up to SOURCE_BATCH frames, which stay valid until release() with the same count. Never
     * waits. */
    size_t (*receive)(struct source *source, struct received_frame out[SOURCE_BATCH]);
    void (*release)(struct source *source, size_t count);

    /* losses() may be called by any thread; 0 or a negative errno. */
    int (*losses)(const struct source *source, struct source_losses *out);

    void (*close)(struct source *source);
};
