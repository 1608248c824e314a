// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The identification of replies over IPv4: that of include/sim_ip_id.h plus the replies counted here. Owners
 * that share a slot also count each other's replies, as if these were other traffic of theirs.
 */
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "sim_packet.h"
#include "sim_topology.h"

#define COUNTER_BITS 14

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(max_entries, 1 << COUNTER_BITS);
    __type(key, __u32);
    __type(value, __u32);
} ip_id_counters SEC(".maps");

/* Returns the next value of a counter. Not static: see find_hop(). */
__noinline int next_ip_id(__u32 owner, __u64 hash)
{
    __u32 slot = owner * MIX_GOLDEN32 >> (32 - COUNTER_BITS);
    __u32 *counted = bpf_map_lookup_elem(&ip_id_counters, &slot);

    if (!counted)
        return 0;
    __sync_fetch_and_add(counted, 1);
    return (sim_ip_id_counted(hash, bpf_ktime_get_ns()) + *counted) & 0xffff;
}

/* Errors come from the hop's address, answers from the address that was probed. */
static __always_inline __u32 reply_source(const struct arrival *arrival, const struct sim_hop *hop)
{
    bool answers = arrival->protocol == PROTOCOL_ICMP || arrival->protocol == PROTOCOL_TCP;

    return hop->kind == SIM_HOP_TARGET && answers ? arrival->target : hop->address;
}

/* Replaces the identification in `arrival`, that of the packet, by the identification of the reply. */
static __always_inline void choose_ip_id(const struct sim_topology *topology, struct arrival *arrival,
                                         const struct sim_hop *hop)
{
    __u32 owner = hop->ip_id == SIM_IP_ID_INTERFACE ? reply_source(arrival, hop) : sim_ip_id_owner(hop);
    __u64 hash = sim_habit(&topology->habits, SIM_HABIT_IP_ID, owner);

    switch (hop->ip_id) {
    case SIM_IP_ID_SHARED:
    case SIM_IP_ID_INTERFACE:
        arrival->ip_id = (uint16_t)next_ip_id(owner, hash);
        break;
    case SIM_IP_ID_RANDOM:
        arrival->ip_id = (uint16_t)bpf_get_prandom_u32();
        break;
    case SIM_IP_ID_CONSTANT:
        arrival->ip_id = sim_ip_id_constant(hash);
        break;
    case SIM_IP_ID_COPIED:
        break;
    default:
        arrival->ip_id = 0;
    }
}
