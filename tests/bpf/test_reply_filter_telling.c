// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames that the filter rejects and tells of: each with all of its bytes that have room. */
#include "bpf/reply_filter_run.h"

#include <criterion/criterion.h>

#include "support/reply_builder.h"

enum {
    LONGEST = REJECTED_BYTES + 40,
    ROOM = 4096, /* of the ring in this test: less than eight frames */
};

static struct filter load(void)
{
    const struct layout_pair ipv4 = {.ipv4 = reply_builder_layouts.ipv4};
    struct filter filter = filter_open_pair(&ipv4);

    filter.skeleton->rodata->telling = true;
    bpf_map__set_max_entries(filter.skeleton->maps.rejected, ROOM);
    filter_load_opened(&filter);
    return filter;
}

/* Right in everything but the tags; bytes differ from each other, so that none can be taken for another. */
static void forge(uint8_t frame[LONGEST])
{
    struct built_reply reply =
        reply_build((struct probe){.target_address = reply_builder_responder(FAMILY_IPV4), .ttl = 5}, 77,
                    (struct reply_shape){0});

    reply_quotation(&reply)[IPV4_ID] ^= 0xff;
    reply_quotation(&reply)[IPV4_HEADER] ^= 0x55;
    reply_quotation(&reply)[IPV4_HEADER + 1] ^= 0x55;
    for (unsigned i = 0; i < LONGEST; i++)
        frame[i] = i < reply.length ? reply.frame[i] : (uint8_t)(i * 7);
}

struct told {
    unsigned count;
    struct rejected_frame last;
};

static int take(void *context, void *data, size_t size)
{
    struct told *told = context;

    cr_expect_eq(size, sizeof(told->last));
    told->count++;
    memcpy(&told->last, data, sizeof(told->last));
    return 0;
}

Test(reply_filter_telling, frames_of_every_length)
{
    struct filter filter = load();
    struct told told = {0};
    struct ring_buffer *ring =
        ring_buffer__new(bpf_map__fd(filter.skeleton->maps.rejected), take, &told, NULL);
    uint8_t frame[LONGEST];

    cr_assert_not_null(ring);
    forge(frame);
    for (unsigned length = 14 + 20 + 8 + 28; length <= LONGEST; length++) {
        unsigned there = length < REJECTED_BYTES ? length : REJECTED_BYTES;

        told = (struct told){0};
        filter_run(&filter, frame, length, NULL, NULL);
        cr_assert_eq(ring_buffer__consume(ring), 1, "%u bytes", length);
        cr_expect_eq(told.last.length, length);
        cr_expect_eq(told.last.rejection, FILTER_REJECT_FORGED);
        cr_expect_neq(told.last.received_ns, 0);
        cr_assert_eq(memcmp(told.last.bytes, frame, there), 0, "%u bytes", length);
    }
    cr_expect_eq(filter_counted(&filter).count[FILTER_UNTOLD], 0);
    ring_buffer__free(ring);
    filter_unload(&filter);
}

/* Nobody reads: what has no room is counted. */
Test(reply_filter_telling, a_full_ring_is_counted)
{
    struct filter filter = load();
    struct told told = {0};
    struct ring_buffer *ring =
        ring_buffer__new(bpf_map__fd(filter.skeleton->maps.rejected), take, &told, NULL);
    uint8_t frame[LONGEST];

    forge(frame);
    for (unsigned i = 0; i < 20; i++)
        filter_run(&filter, frame, LONGEST, NULL, NULL);
    cr_expect_gt(ring_buffer__consume(ring), 0);
    struct filter_counters counters = filter_counted(&filter);
    cr_expect_eq(counters.count[FILTER_REJECTED_FORGED], 20);
    cr_expect_eq(told.count + counters.count[FILTER_UNTOLD], 20);
    cr_expect_lt(told.count, 8);
    ring_buffer__free(ring);
    filter_unload(&filter);
}
