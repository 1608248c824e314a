// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Which identifications (RFC 791) the replies of a router of the simulated Internet have over IPv4. Pure functions of a
 * seed, the router and the time; what a router has counted itself is the responder's (bpf/sim_counter.h).
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
    SIM_IP_ID_COPIED,   /* that of the packet it answers */
    SIM_IP_ID_MIXED,    /* not of a router: each has one of these by chance */
};

/* What a router has where they are mixed, of 16: 7 a shared counter, 2 one for each address, 3 random ones, 2 zero, and
 * one each a constant and copies. Our choice: published surveys found counters at half of all addresses. */
#define SIM_IP_IDS_MIXED 0x5400333221111111ULL

static inline enum sim_ip_id sim_ip_id_drawn(uint64_t hash)
{
    return (enum sim_ip_id)(SIM_IP_IDS_MIXED >> (hash & 15) * 4 & 0xf);
}

/*
 * sim_ip_id_counted() is where the counter that `hash` is drawn for stands, by what its owner sends to others: 1 to 255
 * a second, evenly by octave. The time is CLOCK_MONOTONIC; 2^30 ns stand for a second.
 */
static inline uint16_t sim_ip_id_counted(uint64_t hash, uint64_t now_ns)
{
    uint64_t octave = 1ULL << (hash & 7),
             velocity = octave * 256 + (hash >> 8 & 0xff) * octave; /* of 1/256 */

    return (uint16_t)((hash >> 16) + ((now_ns >> 8) * velocity >> 30));
}

static inline uint16_t sim_ip_id_constant(uint64_t hash)
{
    uint16_t constant = (uint16_t)hash;

    return constant ? constant : 1;
}
