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

/* Whether the limiter of a router lets it reply; takes its tokens if so. For each family a router has buckets
 * of its own, in slots that are never the same. Not static: see find_hop(). */
__noinline int may_answer(__u32 router, __u64 kind, __u64 family)
{
    __u32 slot = (router + (__u32)family) * MIX_GOLDEN32 >> (32 - SIM_METER_BITS);
    struct meter *meter = bpf_map_lookup_elem(&meters, &slot);

    barrier_var(kind); /* the bound must be seen on what becomes the index */
    if (!meter || kind >= SIM_LIMITERS)
        return 1;

    const struct sim_limiter *limiter = &sim_limiters[kind];
    const struct sim_bucket_size size[2] = {
        sim_bucket_size(&limiter->bucket[0], router),
        sim_bucket_size(&limiter->bucket[1], router),
    };
    __u64 now = bpf_ktime_get_ns();
    int passes;

    bpf_spin_lock(&meter->lock);
    if (meter->router != router) {
        meter->router = router;
        meter->bucket[0].refilled_ns = meter->bucket[1].refilled_ns = 0;
    }
    passes = sim_limit_take(meter->bucket, size, now);
    bpf_spin_unlock(&meter->lock);
    return passes;
}
