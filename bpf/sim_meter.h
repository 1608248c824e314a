// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The state of each router's token buckets (include/sim_limit.h).
 *
 * A table of fixed size, with one slot per busy router. Routers that share a slot take it from each other, and
 * a router that gets it back finds full buckets. A slot has a lock, so that processors that answer for the same
 * router do not use a token twice.
 */
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "sim_limit.h"

struct meter {
    struct bpf_spin_lock lock;
    __u32 router; /* the owner of the buckets; 0: none yet */
    struct sim_bucket bucket[2];
};

/* 10 MiB: there are only a few thousand near routers, which the limits affect. Without limits, userspace
 * reduces the table to one slot. */
struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1 << SIM_METER_BITS);
    __type(key, __u32);
    __type(value, struct meter);
} meters SEC(".maps");

/* Returns whether the limiter of a router lets it reply, and then takes the tokens. A router has separate
 * buckets for each family, in different slots. Not static: see find_hop(). */
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
