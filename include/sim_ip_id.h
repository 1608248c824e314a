// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The identifications (RFC 791) in replies of a simulated router over IPv4. Pure functions of a seed, the
 * router and the time; the responder adds the packets that it has counted itself (bpf/sim_counter.h).
 */
#pragma once

#include <stdint.h>

#include "mix.h"

enum sim_ip_id {
    SIM_IP_ID_ZERO,
    SIM_IP_ID_SHARED,    /* one counter for all that the router sends */
    SIM_IP_ID_INTERFACE, /* a counter for each address that replies have */
    SIM_IP_ID_RANDOM,
    SIM_IP_ID_CONSTANT, /* always the same, not 0 */
    SIM_IP_ID_COPIED,   /* copied from the packet that it answers */
    SIM_IP_ID_MIXED,    /* not for one router: each router has one of the above, by chance */
    SIM_IP_IDS,
};

/* With mixed IDs, of 16 routers 7 have a shared counter, 2 one per address, 3 random IDs, 2 zero, and one each
 * a constant and copied IDs. This is our choice: published surveys found counters at half of all addresses. */
#define SIM_IP_IDS_MIXED 0x5400333221111111ULL

static inline enum sim_ip_id sim_ip_id_drawn(uint64_t hash)
{
    return (enum sim_ip_id)(SIM_IP_IDS_MIXED >> (hash & 15) * 4 & 0xf);
}

/*
 * sim_ip_id_counted() returns the value of a counter, whose properties are drawn from `hash`, by the packets
 * that its owner sends to others: 1 to 255 per second, uniform on a logarithmic scale. The time is
 * CLOCK_MONOTONIC; 2^30 ns count as a second.
 */
static inline uint16_t sim_ip_id_counted(uint64_t hash, uint64_t now_ns)
{
    uint64_t octave = 1ULL << (hash & 7),
             velocity = octave * 256 + (hash >> 8 & 0xff) * octave; /* in units of 1/256 */

    return (uint16_t)((hash >> 16) + ((now_ns >> 8) * velocity >> 30));
}

static inline uint16_t sim_ip_id_constant(uint64_t hash)
{
    uint16_t constant = (uint16_t)hash;

    return constant ? constant : 1;
}
