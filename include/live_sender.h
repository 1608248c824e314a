// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a sender and bpf/live_sender.bpf.c share: a ring of finished probes, without their Ethernet header and
 * without the zeros at their end.
 *
 *   userspace                        bpf
 *   crafts into slots                copies slots into frames of the kernel's, lets the device send them
 *   `published` ------------------->
 *               <------------------- `taken`: slots that may be used again: how their probes ended is known
 *               <------------------- `sent`, `dropped`: how probes ended; `drops`: which were dropped
 *   `hold` ------------------------>
 *               <------------------- `held`: the same number, once no slot is read any more
 *
 * All are positions that only grow. Each side writes only its own cache lines.
 *
 * Probes are held while `hold` is odd. BPF also holds them by itself when the device took nothing, with the
 * reason in `error`, until `hold` changes: userspace checks the link and decides. Once `held` is the odd number
 * that userspace wrote, userspace may write to the slots from `taken` on.
 *
 * Order, also on machines that keep less of it than x86:
 *
 *   slots before `published`   a release store here; BPF looks at it by an atomic addition of 0 that returns
 *                              a value, which the kernel makes a full barrier, before it reads slots
 *   slots read before `taken`  the addition to `taken` returns a value: a full barrier, too; userspace loads
 *                              it by acquire before it writes slots. An addition whose result is not used
 *                              would be compiled to one without any order: the build refuses it
 *                              (scripts/check-atomics)
 *   slots read before `held`,  BPF exchanges `held`, a full barrier, after it has seen `hold`; userspace
 *   and read anew after it     loads it by acquire, and lets go by a release store of `hold`
 *   `drops` before `dropped`   the addition to `dropped` returns a value, and comes before that to `taken`;
 *   and before `taken`         userspace loads both by acquire, and looks at `drops` before it writes slots
 *   `sent`, `error`            guard no other memory: any order will do
 *
 * (BPF_FETCH: Documentation/bpf/standardization/instruction-set.rst, atomic operations; Documentation/
 * atomic_t.txt: "RMW operations that have a return value are fully ordered".)
 */
#pragma once

#include <stdint.h>

#include "layouts.h"

#define LIVE_RING_MAX_SLOTS 4096

/*
 * A slot holds the crafted part of a probe in whole words; its last two bytes are the length of the packet from
 * its IP header on. Slots follow each other without gaps, so that two UDP probes share one cache line on its
 * way from one CPU to the other. The frame of a probe also has room for whole words.
 */
#define LIVE_WORDS(bytes)        (((bytes) + 7) / 8 * 8)
#define LIVE_SLOT_BYTES(crafted) LIVE_WORDS((crafted) + 2)
#define LIVE_ROOM(crafted, longest)                                                                          \
    (LIVE_SLOT_BYTES(crafted) > LIVE_WORDS(longest) ? LIVE_SLOT_BYTES(crafted) : LIVE_WORDS(longest))

/* If probes have a filler (layout.h), a slot holds the whole probe. */
#define LIVE_SLOT_MOST LIVE_SLOT_BYTES(LAYOUT_LONGEST)
#define LIVE_ROOM_MOST LIVE_ROOM(LAYOUT_LONGEST, LAYOUT_LONGEST)

/* Written by userspace: the Ethernet header, then any bytes, which the packet overwrites. The first word, with
 * the next hop's address, may change while probes are sent. */
struct live_header {
    uint64_t words[3];
} __attribute__((aligned(64)));

/* Written by userspace. */
struct live_orders {
    uint64_t published;
    uint64_t hold;
} __attribute__((aligned(64)));

/* Written by BPF, in the only thread that runs it. */
struct live_progress {
    uint64_t taken;
    uint64_t held;
    uint64_t sent, dropped;
    int64_t error; /* why the last probe was not sent; 0: it was */
} __attribute__((aligned(64)));

/* Written by BPF: the positions of dropped probes, the n-th at index n modulo the size. The probes are still in
 * their slots, so there are never more unread positions than slots. */
struct live_drops {
    uint64_t positions[LIVE_RING_MAX_SLOTS];
} __attribute__((aligned(64)));
