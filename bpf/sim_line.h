// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What happens between the host and the simulated routers: impairments on the way out, and passing replies to
 * the delay line, which impairs the way back (userspace/sim/line.c).
 */
#pragma once

#include <linux/bpf.h>
#include <stdbool.h>

#include <bpf/bpf_helpers.h>

#include "mix.h"
#include "reply_parse.h"
#include "sim_router.h"
#include "sim_rtt.h"

#define SIM_LINE_QUEUES 64 /* the most that the uplink can have */

struct {
    __uint(type, BPF_MAP_TYPE_XSKMAP);
    __uint(max_entries, SIM_LINE_QUEUES);
    __type(key, __u32);
    __type(value, __u32);
} line_sockets SEC(".maps");

struct line_bottleneck {
    struct bpf_spin_lock lock;
    uint32_t reserved;
    uint64_t busy_until_ns;
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, struct line_bottleneck);
} line_bottleneck SEC(".maps");

/* One frame on its way out and back. */
struct line_transit {
    uint64_t now_ns;
    uint64_t wait_ns; /* in the queue of the bottleneck */
    bool corrupted;
};

static __always_inline bool line_chance(uint32_t permille)
{
    return permille && mix_share((uint64_t)bpf_get_prandom_u32() << 32, permille);
}

/* Returns false if the queue is full. */
static __always_inline bool line_queue(const struct sim_impairment *out, struct line_transit *transit,
                                       uint32_t bytes)
{
    struct line_bottleneck *bottleneck = bpf_map_lookup_elem(&line_bottleneck, &(__u32){0});
    uint64_t leaves_ns = 0;
    bool passed;

    if (!bottleneck)
        return true;
    bpf_spin_lock(&bottleneck->lock);
    passed = sim_bottleneck_pass(out, &bottleneck->busy_until_ns, transit->now_ns, bytes);
    leaves_ns = bottleneck->busy_until_ns;
    bpf_spin_unlock(&bottleneck->lock);
    if (passed)
        transit->wait_ns = leaves_ns - transit->now_ns;
    return passed;
}

static __always_inline void line_corrupt(struct xdp_md *ctx)
{
    uint8_t *frame = (void *)(long)ctx->data;
    const uint8_t *end = (void *)(long)ctx->data_end;
    uint32_t random = bpf_get_prandom_u32();

    if (!HAS_BYTES(frame, ETHERNET_HEADER, end))
        return;

    /* By a multiplication, because the verifier does not know the bound of a remainder. */
    uint32_t bytes = sim_corrupted_bytes(load_be16(frame + ETHERNET_TYPE));
    frame += ETHERNET_HEADER + ((random >> 16) * bytes >> 16);
    if (HAS_BYTES(frame, 1, end))
        *frame ^= 1 << (random & 7);
}

/* Returns SIM_RECEIVED if the frame reaches the routers, else how it ended. */
static __always_inline enum sim_counter line_way_out(struct xdp_md *ctx, const struct sim_router_line *line,
                                                     struct line_transit *transit)
{
    const struct sim_impairment *out = &line->out;

    if (!line->held) /* constant when the program is loaded: without a line this costs nothing */
        return SIM_RECEIVED;
    transit->now_ns = bpf_ktime_get_ns();
    if (line_chance(out->loss_permille))
        return SIM_LOST_OUT;
    if (out->bytes_per_second && !line_queue(out, transit, (uint32_t)(ctx->data_end - ctx->data)))
        return SIM_QUEUE_FULL_OUT;
    if (line_chance(out->corrupt_permille)) {
        line_corrupt(ctx);
        transit->corrupted = true;
    }
    return SIM_RECEIVED;
}

/*
 * Passes the reply of `hop` to the delay line of its queue, preceded by the time when it is due at the host.
 * Returns the program's verdict: XDP_REDIRECT, or XDP_DROP if there is no delay line.
 */
static __always_inline int line_way_back(struct xdp_md *ctx, const struct sim_router_line *line,
                                         const struct line_transit *transit, const struct sim_hop *hop)
{
    uint64_t due_ns = transit->now_ns + transit->wait_ns;

    if (line->rtt)
        due_ns += sim_rtt_of_packet_us(sim_rtt_us(line->rtt_key, hop), bpf_get_prandom_u32()) * 1000ULL;
    if (bpf_xdp_adjust_meta(ctx, -(int)sizeof(due_ns)))
        return XDP_DROP;

    uint64_t *due = (void *)(long)ctx->data_meta;
    if ((void *)(due + 1) > (void *)(long)ctx->data)
        return XDP_DROP;
    *due = due_ns;
    return (int)bpf_redirect_map(&line_sockets, ctx->rx_queue_index, XDP_DROP);
}
