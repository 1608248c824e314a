// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How long a reply of the simulated Internet takes: the round-trip time to a hop as a pure function of a key,
 * its address and its distance, whatever the kind of topology. A hop that brings a measured time of its own
 * keeps that.
 *
 * The time grows with the distance along a curve, by which far ends have the measured quantiles
 * (docs/simulator.md, "Calibration"). Each router is up to an eighth nearer or farther than the curve says,
 * so that now and then a hop answers sooner than the one before it; one in 32 is slow to make ICMP errors.
 */
#pragma once

#include "sim_hop.h"

enum {
    SIM_RTT_DISTANCES = 32,
    SIM_RTT_SLOW_FROM = 3, /* nearer routers are the operator's own, with a good control plane */
    SIM_RTT_SLOW_MAX_US = 32768,
    SIM_RTT_JITTER_SHIFT = 5, /* a packet takes up to 1/32 longer than the hop's time */
};

/* sim_rtt_curve_us() is the median round-trip time at a distance. */
static inline uint32_t sim_rtt_curve_us(uint8_t distance)
{
    static const uint32_t curve[SIM_RTT_DISTANCES] = {
        300,    700,    1200,   4000,   9000,   16000,  24000,  33000,  43000,  54000,  66000,
        79000,  98000,  116000, 142000, 173000, 209000, 238000, 259000, 274000, 284000, 291000,
        296000, 300000, 303000, 306000, 309000, 312000, 315000, 318000, 321000, 324000,
    };

    return curve[distance < SIM_RTT_DISTANCES ? distance : SIM_RTT_DISTANCES - 1];
}

/* sim_rtt_us() is the shortest time in which a packet comes to `hop` and its reply back. */
static inline uint32_t sim_rtt_us(uint64_t key, const struct sim_hop *hop)
{
    if (hop->delay_us)
        return hop->delay_us;

    /* A router is as far away with whatever address it answers. */
    uint64_t hash = keyed_mix(hop->router ? hop->router : hop->address, key);
    uint32_t base = sim_rtt_curve_us(hop->distance);
    uint32_t rtt = base - base / 8 + (uint32_t)((uint64_t)(base / 4) * (hash & 0xff) >> 8);

    if (hop->kind == SIM_HOP_ROUTER && hop->distance >= SIM_RTT_SLOW_FROM && (hash >> 8 & 31) == 0)
        rtt += (uint32_t)(hash >> 13) & (SIM_RTT_SLOW_MAX_US - 1);
    return rtt;
}

/* sim_rtt_of_packet_us() adds what a single packet meets on the way: `random` is any number. */
static inline uint32_t sim_rtt_of_packet_us(uint32_t rtt_us, uint32_t random)
{
    return rtt_us + (uint32_t)((uint64_t)(rtt_us >> SIM_RTT_JITTER_SHIFT) * random >> 32);
}
