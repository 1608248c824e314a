// SPDX-License-Identifier: GPL-2.0-or-later
/* For the far end of a benchmark's veth pair: counts every frame and drops it. */
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

struct {
    __uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
    __uint(max_entries, 1);
    __type(key, __u32);
    __type(value, __u64);
} frames SEC(".maps");

SEC("xdp")
int xdp_drop(struct xdp_md *ctx)
{
    __u64 *count = bpf_map_lookup_elem(&frames, &(__u32){0});

    (void)ctx;
    if (count)
        ++*count;
    return XDP_DROP;
}

char LICENSE[] SEC("license") = "GPL";
