// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How often each router has answered: the state of its token buckets (include/sim_limit.h).
 *
 * A table of fixed size, one slot for each router that is busy: routers whose numbers meet in a slot take it
 * from each other, and who comes back to it finds full buckets. A slot has a lock, so that no token is given
 * twice where several processors answer for one router.
 */
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "sim_hop.h"
#include "sim_limit.h"

struct meter {
    struct bpf_spin_lock lock;
    __u32 router; /* whose buckets these are; 0: nobody's yet */
    struct sim_bucket bucket[2];
};

/* 10 MiB: near routers, which limits strike, number a few thousand. Userspace leaves one slot where nothing
 * is limited. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1 << SIM_METER_BITS);
    __type(key, __u32);
    __type(value, struct meter);
} meters SEC(".maps");

/* Whether the router's limiter lets this reply pass; takes its tokens if so. */
static __always_inline bool may_answer(const struct sim_hop *hop)
{
    __u32 slot = hop->router * 0x9e3779b1U >> (32 - SIM_METER_BITS);
    struct meter *meter = bpf_map_lookup_elem(&meters, &slot);

    if (!meter || hop->limiter >= SIM_LIMITERS)
        return true;

    const struct sim_limiter *limiter = &sim_limiters[hop->limiter];
    const struct sim_bucket_size size[2] = {
        sim_bucket_size(&limiter->bucket[0], hop->router),
        sim_bucket_size(&limiter->bucket[1], hop->router),
    };
    __u64 now = bpf_ktime_get_ns();
    bool passes;

    bpf_spin_lock(&meter->lock);
    if (meter->router != hop->router) {
        meter->router = hop->router;
        meter->bucket[0].refilled_ns = meter->bucket[1].refilled_ns = 0;
    }
    passes = sim_limit_take(meter->bucket, size, now);
    bpf_spin_unlock(&meter->lock);
    return passes;
}
