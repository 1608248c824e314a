// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a sender and bpf/live_sender.bpf.c share: a ring of finished probes, without their Ethernet header and
 * without the zeros at their end.
 *
 *   userspace                        bpf
 *   crafts into slots                copies slots into frames of the kernel's, lets the device send them
 *   `published` ------------------->
 *               <------------------- `taken`: slots that may be used again
 *               <------------------- `sent`, `dropped`: how probes ended
 *
 * All are positions that only grow. Each side writes cache lines of its own.
 */
#pragma once

#include <stdint.h>

#include "probe_udp.h"

#define LIVE_RING_MAX_SLOTS 4096

struct live_slot {
    uint8_t ip[UDP_PROBE_CRAFTED];
    uint16_t length; /* of the packet from its IP header on */
} __attribute__((aligned(8)));

/* Written by userspace: the Ethernet header, and whatever; the packet comes over it. The first word, with the
 * next hop's address, may change while probes are sent. */
struct live_header {
    uint64_t words[3];
} __attribute__((aligned(64)));

/* Written by userspace. */
struct live_orders {
    uint64_t published;
} __attribute__((aligned(64)));

/* Written by BPF, in the one thread that runs it. */
struct live_progress {
    uint64_t taken;
    uint64_t sent, dropped;
    int64_t error; /* why the last probe was not sent; 0: it was */
} __attribute__((aligned(64)));
