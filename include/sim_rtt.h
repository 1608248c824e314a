// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The round-trip time to a hop of the simulated Internet, as a pure function of a key, the hop's address and
 * its distance, for every kind of topology. A hop with a measured time keeps that time.
 *
 * The time grows with the distance along a curve that gives the ends of paths the measured quantiles
 * (docs/simulator.md, "Calibration"). Each router is up to an eighth nearer or farther than the curve, so that
 * sometimes a hop answers sooner than the one before it. One router in 32 is slow to create ICMP errors.
 */
#pragma once

#include "sim_hop.h"

enum {
    SIM_RTT_DISTANCES = 32,
    SIM_RTT_SLOW_FROM = 3, /* nearer routers belong to the operator and have a fast control plane */
    SIM_RTT_SLOW_MAX_US = 32768,
    SIM_RTT_JITTER_SHIFT = 5, /* a packet takes up to 1/32 longer than the hop's time */
};

/* sim_rtt_curve_us() returns the median round-trip time at a distance. */
static inline uint32_t sim_rtt_curve_us(uint8_t distance)
{
    static const uint32_t curve[SIM_RTT_DISTANCES] = {
        300,    700,    1200,   4000,   9000,   16000,  24000,  33000,  43000,  54000,  66000,
        79000,  98000,  116000, 142000, 173000, 209000, 238000, 259000, 274000, 284000, 291000,
        296000, 300000, 303000, 306000, 309000, 312000, 315000, 318000, 321000, 324000,
    };

    return curve[distance < SIM_RTT_DISTANCES ? distance : SIM_RTT_DISTANCES - 1];
}

/* sim_rtt_us() returns the shortest time for a packet to `hop` and its reply. */
static inline uint32_t sim_rtt_us(uint64_t key, const struct sim_hop *hop)
{
    if (hop->delay_us)
        return hop->delay_us;

    /* The distance of a router does not depend on the address that it answers from. */
    uint64_t hash = keyed_mix(hop->router ? hop->router : hop->address, key);
    uint32_t base = sim_rtt_curve_us(hop->distance);
    uint32_t rtt = base - base / 8 + (uint32_t)((uint64_t)(base / 4) * (hash & 0xff) >> 8);

    if (hop->kind == SIM_HOP_ROUTER && hop->distance >= SIM_RTT_SLOW_FROM && (hash >> 8 & 31) == 0)
        rtt += (uint32_t)(hash >> 13) & (SIM_RTT_SLOW_MAX_US - 1);
    return rtt;
}

/* sim_rtt_of_packet_us() adds the delays of a single packet; `random` is any number. */
static inline uint32_t sim_rtt_of_packet_us(uint32_t rtt_us, uint32_t random)
{
    return rtt_us + (uint32_t)((uint64_t)(rtt_us >> SIM_RTT_JITTER_SHIFT) * random >> 32);
}
