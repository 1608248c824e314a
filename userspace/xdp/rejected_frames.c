// SPDX-License-Identifier: GPL-2.0-or-later
#include "xdp/rejected_frames.h"

#include <errno.h>
#include <stdlib.h>

#include <bpf/libbpf.h>

#include "output/ledger.h"
#include "reply_parse.h"

enum {
    TURN = 256, /* frames taken per call, however many wait: others have their turn */
};

struct rejected_frames {
    struct ring_buffer *ring;
    /* Set while frames are taken: */
    const struct capture_feed *feed;
    struct capture_writer *writer;
    size_t taken;
};

static void add(const struct rejected_frames *frames, const struct rejected_frame *frame)
{
    uint32_t there = frame->length < REJECTED_BYTES ? frame->length : REJECTED_BYTES;
    const uint8_t *end = frame->bytes + there;
    enum address_family family;
    const uint8_t *ip = reply_find_ip(frame->bytes, end, &family);

    if (!ip) /* cannot happen: only frames with an IP header are rejected */
        ip = end;

    const struct capture_entry entry = {
        .received_ns = frame->received_ns,
        .interface = frames->feed->interface,
        .by_filter = true,
        .reason = filter_rejection_names[frame->rejection],
        .ip = ip,
        .length = (uint32_t)(end - ip),
        .original = frame->length - (uint32_t)(ip - frame->bytes),
    };

    capture_writer_add(frames->writer, &entry);
}

static int take_one(void *context, void *data, size_t size)
{
    struct rejected_frames *frames = context;

    (void)size;
    add(frames, data);
    return ++frames->taken < TURN ? 0 : -EINTR;
}

static size_t take(const struct capture_feed *feed, struct capture_writer *writer)
{
    struct rejected_frames *frames = feed->source;

    frames->feed = feed;
    frames->writer = writer;
    frames->taken = 0;
    ring_buffer__consume(frames->ring);
    return frames->taken;
}

int rejected_frames_open(struct rejected_frames **out, const struct xdp_filter *filter,
                         struct capture_feed *feed)
{
    struct rejected_frames *frames = calloc(1, sizeof(*frames));

    if (!frames)
        return -ENOMEM;
    frames->ring = ring_buffer__new(xdp_filter_rejected_fd(filter), take_one, frames, NULL);
    if (!frames->ring) {
        int error = errno ? -errno : -ENOMEM;

        free(frames);
        return error;
    }
    feed->take = take;
    feed->source = frames;
    *out = frames;
    return 0;
}

void rejected_frames_close(struct rejected_frames *frames)
{
    if (!frames)
        return;
    ring_buffer__free(frames->ring);
    free(frames);
}
